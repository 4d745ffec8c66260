"""Who may assume a role.

One guardrail a file, each as `GUARDRAIL`.
"""
