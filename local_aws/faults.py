"""What goes wrong in words that a person can act on."""


class Fault(RuntimeError):  # noqa: N818  # it is printed as a sentence
    """A run can't go on; the text says why and what to do. Printed without a traceback."""
