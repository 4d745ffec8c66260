"""Where jobs and models run, and with which keys.

One guardrail a file, each as `GUARDRAIL`.
"""
