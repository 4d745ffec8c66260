"""IAM execution roles for Amazon SageMaker: the pure library and the command line.

Never imports pulumi. Rooms, each of which may import those before it: `iam`, `reference`,
`lint`, `grants`, `guardrails`, `cli`.
"""
