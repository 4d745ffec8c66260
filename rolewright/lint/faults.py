"""The parser's faults as findings: an id for each, the word that was meant, and a mend.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from rolewright.iam.documents import DOCUMENT_ELEMENTS, PRINCIPAL_KINDS, STATEMENT_ELEMENTS
from rolewright.iam.operators import OPERATORS, SetPrefix
from rolewright.lint.finding import did_you_mean
from rolewright.lint.shapes import is_list, is_object
from rolewright.reference import nearest

if TYPE_CHECKING:
    from rolewright.iam import InvalidDocument


IDS = (
    ("not JSON", "invalid-json"),
    ("not a policy document", "not-a-policy"),
    ("is not an element", "unknown-element"),
    ("has no `Effect`", "missing-effect"),
    ("has no `Statement`", "missing-statement"),
    ("has neither `Action`", "missing-action"),
    ("has neither `Resource`", "missing-resource"),
    ("has both", "conflicting-elements"),
    ("is not a version", "bad-version"),
    ("is empty", "empty-list"),
    ("must be `Allow` or `Deny`", "bad-effect"),
    ("is not a condition operator", "unknown-operator"),
    ("is not a kind of principal", "unknown-principal-kind"),
    ("stands twice", "duplicate-key"),
    ("half of a character", "bad-character"),
    ("private use", "bad-character"),
    ("must be", "wrong-type"),
    ("no number", "wrong-type"),
    ("is not a string", "wrong-type"),
)
"""What a message of the parser says, and the id of such a finding."""

_STAND_INS = {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}
"""What is put in the place of a required element, so that the rest can be read."""
_BOTH = re.compile(r"has both `(\w+)` and `(\w+)`")


def classify(error: InvalidDocument, document: dict[str, Any]) -> tuple[str, str]:
    """Return the id and the message of a fault, with the nearest word where there is one."""
    identifier = next((name for said, name in IDS if said in error.message), "invalid-document")
    word = error.path.rpartition(".")[2]
    if identifier == "unknown-operator" and word.lower().endswith("nullifexists"):
        return "null-if-exists", "`Null` is itself about whether the key is there; drop `IfExists`"
    if identifier == "missing-resource" and _assumes_roles(document):
        said = "has no `Principal`; a trust policy names who may assume the role"
        return "missing-principal", said
    meant = None
    if identifier == "unknown-element":
        meant = _element(error)
    elif identifier == "unknown-principal-kind":
        meant = nearest(word, PRINCIPAL_KINDS)
    elif identifier == "bad-effect":
        value = _at(document, error.path)
        meant = nearest(value, ("Allow", "Deny")) if isinstance(value, str) else None
    elif identifier == "unknown-operator":
        meant = _operator(word)
    return identifier, error.message + did_you_mean(meant)


def mend(document: dict[str, Any], error: InvalidDocument, identifier: str) -> set[str] | None:
    """Change the document so that the parser gets past a fault.

    Returns the elements whose content is now only a stand-in, or None where it can't be mended.
    """
    if identifier == "unknown-element":
        return _rename(document, error)
    if identifier == "bad-version":
        document["Version"] = "2012-10-17"
        return set()
    if error.path == "Statement" or not error.path:
        return None
    if identifier == "conflicting-elements":
        return _keep_neither(document, error)
    missing = identifier.removeprefix("missing-").capitalize()
    if identifier.startswith("missing-"):
        statement = document["Statement"][0]
        statement[missing] = _STAND_INS[missing]
        return {missing}
    return _drop(document, error.path)


def _rename(document: dict[str, Any], error: InvalidDocument) -> set[str]:
    """Take an unknown element for the one that was meant, where that isn't there as well."""
    top = any(str(key) == error.path for key in document)
    holder: dict[str, Any] = document if top else document["Statement"][0]
    word = error.path if top else error.path.removeprefix("Statement[0].")
    value = holder.pop(next(key for key in holder if str(key) == word))
    meant = _element(error)
    if meant and meant not in holder:
        holder[meant] = value
    return set()


def _keep_neither(document: dict[str, Any], error: InvalidDocument) -> set[str]:
    kept, dropped = _BOTH.findall(error.message)[0]
    statement = document["Statement"][0]
    del statement[dropped]
    statement[kept] = _STAND_INS[kept]
    return {kept}


def _drop(document: dict[str, Any], path: str) -> set[str] | None:
    """Leave out what stands at a path, or put a stand-in where the element is required."""
    steps = path.removeprefix("Statement[0]").removeprefix(".")
    if not path.startswith("Statement[0]"):
        document.pop(path, None)
        return set()
    if not steps:
        return None
    statement = document["Statement"][0]
    element = re.split(r"[.\[]", steps, maxsplit=1)[0]
    plain = element.removeprefix("Not")
    if element == "Condition":
        _drop_condition(statement, steps)
        return set()
    statement.pop(element, None)
    if plain not in _STAND_INS:
        return set()
    statement[plain] = _STAND_INS[plain]
    return {plain}


def _drop_condition(statement: dict[str, Any], steps: str) -> None:
    """Leave out a condition's key, its operator or the whole block: the least that is named."""
    named = steps.removeprefix("Condition").removeprefix(".")
    block = statement["Condition"]
    for operator, keys in block.items() if is_object(block) else ():
        rest = named.removeprefix(str(operator))
        if rest == named or rest[:1] not in ("", "."):
            continue
        key = next((key for key in keys if _leads(f".{key}", rest)), None) if rest else None
        holder, member = (block, operator) if key is None else (keys, key)
        del cast("dict[str, Any]", holder)[member]
        return
    del statement["Condition"]


def _leads(step: str, path: str) -> bool:
    """Whether a path ends with a step, or goes on into its list."""
    rest = path.removeprefix(step)
    return rest != path and rest[:1] in ("", "[")


def _at(document: dict[str, Any], path: str) -> Any:
    """Return the value of an element of the statement, or None."""
    listed: Any = document.get("Statement")
    return listed[0].get(path.removeprefix("Statement[0].")) if listed else None


def _element(error: InvalidDocument) -> str | None:
    """Return the element that was meant by an unknown one."""
    in_statement = error.path.startswith("Statement[0].")
    word = error.path.removeprefix("Statement[0].")
    return nearest(word, STATEMENT_ELEMENTS if in_statement else DOCUMENT_ELEMENTS)


def _operator(word: str) -> str | None:
    """Return the operator that was meant, modifiers kept."""
    prefix, colon, base = word.rpartition(":")
    meant_prefix = nearest(prefix, (SetPrefix.FOR_ANY.value, SetPrefix.FOR_ALL.value))
    if colon and not meant_prefix:
        return None
    if_exists = base.lower().endswith("ifexists")
    stem = base[: -len("IfExists")] if if_exists else base
    meant = nearest(stem, [operator.name for operator in OPERATORS.values()])
    if meant is None:
        return None
    return (
        f"{meant_prefix}{colon}{meant}{'IfExists' if if_exists else ''}"
        if colon
        else (f"{meant}{'IfExists' if if_exists else ''}")
    )


def _assumes_roles(document: dict[str, Any]) -> bool:
    """Whether a statement is one of a trust policy by its actions."""
    actions = _at(document, "Statement[0].Action")
    listed: Any = [actions] if isinstance(actions, str) else actions
    return is_list(listed) and all(str(one).lower().startswith("sts:assumerole") for one in listed)
