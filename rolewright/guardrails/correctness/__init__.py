"""Documents that can be checked and hold.

One guardrail a file, each as `GUARDRAIL`.
"""
