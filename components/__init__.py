"""Pulumi component resources: the only room that creates resources.

May import pulumi, pulumi_aws and `rolewright`; never `policy_pack` or `local_aws`.
"""
