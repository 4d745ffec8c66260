"""CloudTrail's events of a role to the smallest grants that allow them."""
