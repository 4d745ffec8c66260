"""Small words of what is printed."""


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 role`, `2 policies`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"
