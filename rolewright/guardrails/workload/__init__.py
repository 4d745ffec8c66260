"""What runs as a role: notebooks, models, jobs, domains.

One guardrail a file, each as `GUARDRAIL`.
"""
