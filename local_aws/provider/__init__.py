"""A stand-in for the official AWS provider, of the few resources and invokes that are used here.

Real check, diff, read, create, update and delete, by boto3, against the local AWS alone. What it
does not know is an error, never ignored.
"""
