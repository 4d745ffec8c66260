"""IAM's quotas and field limits.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

INLINE_POLICIES_TOTAL = 10_240
"""Characters in all inline policies of one role, white space not counted."""
MANAGED_POLICY = 6_144
"""Characters in one managed policy, white space not counted."""
TRUST_POLICY = 2_048
"""Characters in a trust policy, by default; AWS raises it to 8,192 on request."""
ATTACHED_POLICIES = 10
"""Managed policies attached to one role, by default; AWS raises it to 25 on request."""
ROLE_NAME_LENGTH = 64
PATH_LENGTH = 512
DESCRIPTION_LENGTH = 1_000
MIN_SESSION_DURATION = 3_600
MAX_SESSION_DURATION = 43_200
TAGS = 50
TAG_KEY_LENGTH = 128
TAG_VALUE_LENGTH = 256
