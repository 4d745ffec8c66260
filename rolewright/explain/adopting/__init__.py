"""An existing role's documents to the stack config that gives it the same access."""
