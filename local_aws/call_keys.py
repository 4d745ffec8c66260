"""The condition keys that can be read off a call, so that the local AWS judges conditions on them."""

PREFIX = "s3:prefix"
LEADING_KEYS = "dynamodb:LeadingKeys"
JUDGED = frozenset({PREFIX.lower(), LEADING_KEYS.lower()})
"""All of them, in lower case."""
