"""The role itself: boundary, name, tags.

One guardrail a file, each as `GUARDRAIL`.
"""
