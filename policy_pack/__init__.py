"""The guardrails as a Pulumi policy pack: thin adapters from resources to roles and back.

May import pulumi, pulumi_policy and `rolewright`; never `components` or `local_aws`.
"""
