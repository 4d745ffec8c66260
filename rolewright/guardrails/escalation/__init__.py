"""Ways from a role to access it does not have.

One guardrail a file, each as `GUARDRAIL`.
"""
