"""Problems of a stack config: where, what, and what to do; all of them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong with the stack config.

    `path` is the key as `pulumi config set --path` would name it, such as
    `roles.TrainingRole.buckets[0].name`; `message` says what is wrong and what to do.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return _one_line(f"{self.path}: {self.message}")

    def under(self, path: str) -> Problem:
        """Return the same problem with `path` put before its own."""
        return Problem(path=join_paths(path, self.path), message=self.message)


class ConfigError(ValueError):
    """The stack config can't be honoured; carries every problem, in a stable order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _one_line(text: str) -> str:
    """Return the text with line breaks and other control characters as escapes."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def join_paths(*paths: str) -> str:
    """Join config paths: `roles.A` and `buckets[0]` to `roles.A.buckets[0]`."""
    joined = ""
    for path in paths:
        joined += path if not joined or path.startswith("[") or not path else f".{path}"
    return joined


def key_path(*keys: str | int) -> str:
    """Return the config path of nested keys: `("roles", "a.b", 0)` to `roles["a.b"][0]`."""
    path = ""
    for key in keys:
        if isinstance(key, int):
            path += f"[{key}]"
        elif _PLAIN_KEY.fullmatch(key):
            path += f".{key}" if path else key
        else:
            path += f'["{key}"]'
    return path
