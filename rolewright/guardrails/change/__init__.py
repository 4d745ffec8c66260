"""What a change does to access.

One guardrail a file, each as `GUARDRAIL`.
"""
