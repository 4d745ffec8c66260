"""Access to everything, or to all of a service.

One guardrail a file, each as `GUARDRAIL`.
"""
