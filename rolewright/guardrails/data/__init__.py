"""Which data a role reaches.

One guardrail a file, each as `GUARDRAIL`.
"""
