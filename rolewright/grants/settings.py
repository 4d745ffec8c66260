"""The settings of a role in IAM: name, path, description, tags, session, boundary.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from rolewright.grants.managed import policy_arn_fault
from rolewright.grants.problems import Problem, key_path
from rolewright.iam import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import Target
    from rolewright.grants.role import RoleArgs

_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_PATH = re.compile(r"/|/[!-~]+/")
# Letters, digits and signs, and Unicode's separators; no line break or tab.
_TAG = re.compile(r"[\w.:/=+@ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000-]*")
_DESCRIPTION = re.compile(r"[\t\n\r -~\u00a1-\u00ff]*")
_CREATED_ONLY = (
    "nameFormat",
    "path",
    "permissionsBoundary",
    "description",
    "tags",
    "maxSessionDuration",
    "trust",
    "exclusive",
)


def physical_name(key: str, args: RoleArgs, target: Target) -> str:
    """Return the role's name in IAM: its `name`, or its key, put into `nameFormat`.

    An existing role's is as it stands. Raises KeyError, IndexError or ValueError for a format that `setting_problems` refuses.
    """
    name = args.get("name", key)
    if args.get("existing", False):
        return name
    environment = {} if target.environment is None else {"environment": target.environment}
    return args.get("nameFormat", "{name}").format(name=name, **environment)


def sound_name(key: str, args: RoleArgs, target: Target) -> str | None:
    """Return the role's name in IAM, or None where `setting_problems` or `name_problems` has one."""
    if any(_format_problems(args, target)) or any(name_problems(key, args, target)):
        return None
    return physical_name(key, args, target)


def setting_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    """Yield what IAM would refuse of a role's settings, or what an existing role can't be given."""
    if args.get("existing", False):
        for setting in _CREATED_ONLY:
            if setting in args:
                yield Problem(
                    path=setting,
                    message="can't be set on an existing role, which keeps its own; remove it, "
                    "or remove `existing`",
                )
    yield from _format_problems(args, target)
    path = args.get("path", "/")
    if not _PATH.fullmatch(path) or len(path) > limits.PATH_LENGTH:
        yield Problem(
            path="path",
            message=f"`{path}` is not a path; it begins and ends with a slash, like `/ml/`, "
            f"and takes up to {limits.PATH_LENGTH} characters",
        )
    yield from _boundary_problems(args, target)
    description = args.get("description", "")
    if len(description) > limits.DESCRIPTION_LENGTH or not _DESCRIPTION.fullmatch(description):
        yield Problem(
            path="description",
            message=f"takes up to {limits.DESCRIPTION_LENGTH} Latin characters "
            f"(it has {len(description)})",
        )
    seconds = args.get("maxSessionDuration", limits.MIN_SESSION_DURATION)
    if not limits.MIN_SESSION_DURATION <= seconds <= limits.MAX_SESSION_DURATION:
        yield Problem(
            path="maxSessionDuration",
            message=f"`{seconds}` is out of range; it takes {limits.MIN_SESSION_DURATION} to "
            f"{limits.MAX_SESSION_DURATION} seconds",
        )
    yield from _tag_problems(args)


def name_problems(key: str, args: RoleArgs, target: Target) -> Iterator[Problem]:
    """Yield what IAM would refuse of the role's name, where its format is one."""
    if any(_format_problems(args, target)):
        return
    name = physical_name(key, args, target)
    path = "name" if "name" in args else ""
    if not _NAME.fullmatch(name):
        yield Problem(
            path=path,
            message=f"`{name}` is not a role name; it takes letters, digits and `+=,.@-_`",
        )
    elif len(name) > limits.ROLE_NAME_LENGTH:
        yield Problem(
            path=path,
            message=f"its name in IAM, `{name}`, has {len(name)} characters, "
            f"{len(name) - limits.ROLE_NAME_LENGTH} more than IAM's {limits.ROLE_NAME_LENGTH}; "
            "shorten it or `nameFormat`",
        )


def _format_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    name_format = args.get("nameFormat", "{name}")
    try:
        parts = list(string.Formatter().parse(name_format))
    except ValueError:
        yield Problem(path="nameFormat", message=f"`{name_format}` has an unpaired brace")
        return
    fields = [part[1:] for part in parts if part[1] is not None]
    used = {field for field, _, _ in fields}
    dressed = any(spec or conversion for _, spec, conversion in fields)
    literal = "".join(part[0] for part in parts)
    if "name" not in used or not used <= {"name", "environment"} or dressed:
        yield Problem(
            path="nameFormat",
            message=f"`{name_format}` must have `{{name}}` in it, and may have `{{environment}}`, "
            "nothing else in braces",
        )
    elif literal and not _NAME.fullmatch(literal):
        yield Problem(
            path="nameFormat",
            message=f"`{name_format}` makes no role name; "
            "it takes letters, digits and `+=,.@-_` beside what is in braces",
        )
    elif "environment" in used and target.environment is None:
        yield Problem(path="nameFormat", message="needs `environment`, which is not set")


def _boundary_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    boundary = args.get("permissionsBoundary")
    if boundary is not None:
        fault = policy_arn_fault(boundary, target)
        if fault is not None:
            yield Problem(path="permissionsBoundary", message=fault)


def _tag_problems(args: RoleArgs) -> Iterator[Problem]:
    tags = args.get("tags", {})
    if len(tags) > limits.TAGS:
        yield Problem(path="tags", message=f"{len(tags)} tags are more than IAM's {limits.TAGS}")
    lowered: dict[str, str] = {}
    for key, value in tags.items():
        path = key_path("tags", key)
        if not key or len(key) > limits.TAG_KEY_LENGTH or not _TAG.fullmatch(key):
            yield Problem(
                path=path,
                message=f"is not a tag key; it takes up to {limits.TAG_KEY_LENGTH} letters, "
                "digits, spaces and `_.:/=+-@`",
            )
        elif key.lower().startswith("aws:"):
            yield Problem(path=path, message="begins with `aws:`, which AWS reserves")
        if len(value) > limits.TAG_VALUE_LENGTH or not _TAG.fullmatch(value):
            yield Problem(
                path=path,
                message=f"its value takes up to {limits.TAG_VALUE_LENGTH} letters, digits, "
                "spaces and `_.:/=+-@`",
            )
        other = lowered.setdefault(key.lower(), key)
        if other != key:
            yield Problem(path=path, message=f"collides with the tag `{other}`; IAM ignores case")
