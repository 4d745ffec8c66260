"""What goes wrong in words that a person can act on."""


class Fault(RuntimeError):  # noqa: N818  # it is printed as a sentence
    """A run can't go on; the text says why and what to do. Printed without a traceback.

    `where` is the file that the text's lines are about, if they are about one.
    """

    def __init__(self, text: str, where: str | None = None) -> None:
        super().__init__(text)
        self.where = where
