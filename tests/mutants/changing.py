"""Mutants of a module: each is the module with one condition removed, or turned.

What counts as a condition: a test, a filter of a comprehension, an operand of `and` and `or`, a
comparison, `not`, `any` and `all`, a side of `&` and `|` (sets of actions), a name in a table, a
level or place that a violation is given, an early `return` or `continue`, and what is yielded or
added at all. mutmut and cosmic-ray turn operators but take no condition away, and mutmut leaves out
tables and functions with a cache, which here are half of a guardrail.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_EVEN = frozenset({"lower", "strip", "removeprefix"})
"""Methods of strings that make several spellings one."""
_SAYING = frozenset({"controls", "details", "level", "policy", "severity", "statement"})
_ASKING = frozenset({"made_by", "prepare", "remark", "some", "user", "value", "workloads"})
_LEFT_ALONE = ("TYPE_CHECKING", "__name__ == '__main__'")
_NO_CODE = frozenset({"annotation", "bases", "ctx", "decorator_list", "returns"})
_SHOWN = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A module with one change; `place` is the function, class or constant that it is in.

    `id` says the place and the change, and stays as it is while other code changes.
    """

    module: str
    place: str
    change: str
    source: str
    in_function: bool

    @property
    def id(self) -> str:
        """The module, the place and the change in words."""
        return f"{self.module}.{self.place}: {self.change}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slot:
    """Where a node stands in another: in a field, `at` a place where that is a list."""

    parent: ast.AST
    field: str
    at: int | None = None

    def put(self, new: ast.AST | None) -> None:
        """Put a node in the place of the one that is there, None to leave it out."""
        if self.at is None:
            setattr(self.parent, self.field, new)
            return
        several = list(getattr(self.parent, self.field))
        several[self.at : self.at + 1] = [] if new is None else [new]
        setattr(self.parent, self.field, several)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    name: str = ""
    in_function: bool = False

    def below(self, node: ast.AST) -> _Place:
        """Return the place of what is in a node."""
        if self.in_function:
            return self
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{self.name}.{node.name}".lstrip(".")
            return _Place(name=name, in_function=isinstance(node, ast.FunctionDef))
        return self if self.name else _Place(name=",".join(_targets(node)))


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Yield all mutants of a module, each change once."""
    tree = ast.parse(source)
    texts = [ast.unparse(statement) for statement in tree.body]
    seen: set[str] = {"\n".join(texts)}
    ids: dict[tuple[str, str], int] = {}
    for at, statement in enumerate(tree.body):
        slot = _Slot(parent=tree, field="body", at=at)
        for place, change in _changes(statement, slot, _Place()):
            text = "\n".join([*texts[:at], ast.unparse(tree.body[at]), *texts[at + 1 :]])
            if text in seen:
                continue
            seen.add(text)
            number = ids[place.name, change] = ids.get((place.name, change), 0) + 1
            yield Mutant(
                module=module,
                place=place.name,
                change=change if number == 1 else f"{change} #{number}",
                source=text,
                in_function=place.in_function,
            )


def _changes(node: ast.AST, slot: _Slot, place: _Place) -> Iterator[tuple[_Place, str]]:
    """Yield the place and words of each change to a node and what is in it, while it is made."""
    if _is_left_alone(node):
        return
    place = place.below(node)
    old = getattr(slot.parent, slot.field)
    for words, new in _instead(node, slot):
        slot.put(new)
        yield place, words
        setattr(slot.parent, slot.field, old)
    for child, below in _children(node):
        yield from _changes(child, below, place)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, _Slot]]:
    for name, value in ast.iter_fields(node):
        if name in _NO_CODE:
            continue
        several = cast("list[Any]", value) if isinstance(value, list) else [value]
        for at, one in enumerate(several):
            if isinstance(one, ast.AST):
                place = at if isinstance(value, list) else None
                yield one, _Slot(parent=node, field=name, at=place)


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) in _LEFT_ALONE
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Raise) or "__all__" in _targets(node)


def _targets(node: ast.AST) -> tuple[str, ...]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return tuple(
        name.id
        for target in targets
        if target is not None
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    )


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _instead(node: ast.AST, slot: _Slot) -> Iterator[tuple[str, ast.AST | None]]:
    """Yield what may stand in a node's place, None for nothing, and the change in words."""
    dropped = f"{_short(node)} dropped"
    if isinstance(node, ast.stmt):
        if _is_dispensable(node):
            yield dropped, ast.Pass()
    elif isinstance(node, ast.keyword):
        is_said = node.arg in _SAYING and _called(slot.parent) in {"Violation", "replace"}
        if is_said or node.arg in _ASKING:
            yield dropped, None
    elif isinstance(node, ast.BoolOp):
        for index, value in enumerate(node.values):
            left = [*node.values[:index], *node.values[index + 1 :]]
            rest = left[0] if len(left) == 1 else ast.BoolOp(op=node.op, values=left)
            yield f"{_short(value)} dropped from {_short(node)}", rest
    if isinstance(node, ast.expr):
        is_test = slot.field in {"test", "ifs"} or _is_condition(node)
        # An operand that is true or false is one that is dropped, or all that there is.
        truths = (True, False) if is_test and not isinstance(slot.parent, ast.BoolOp) else ()
        for new in (*map(ast.Constant, truths), *_instead_of_expression(node)):
            yield f"{_short(node)} -> {_short(new)}", new
        if _is_listed(slot):
            yield dropped, None


def _is_dispensable(node: ast.stmt) -> bool:
    bare_return = isinstance(node, ast.Return) and node.value is None
    return bare_return or isinstance(node, ast.Expr | ast.AugAssign | ast.Continue | ast.Break)


def _is_condition(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.BoolOp | ast.Compare) or _quantifier(node) is not None


def _quantifier(node: ast.expr) -> str | None:
    """Return `any` or `all` where a node calls it."""
    name = _called(node)
    return name if name in {"any", "all"} else None


def _called(node: ast.AST) -> str | None:
    """Return the name of the function that a node calls."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return None


def _instead_of_expression(node: ast.expr) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            if turned := _TURNED.get(type(operator)):
                operators = [*node.ops[:index], turned(), *node.ops[index + 1 :]]
                yield ast.Compare(left=node.left, ops=operators, comparators=node.comparators)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield node.left
        yield node.right
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        yield node.operand
    elif quantifier := _quantifier(node):
        call = ast.Name(id="all" if quantifier == "any" else "any", ctx=ast.Load())
        yield ast.Call(func=call, args=getattr(node, "args", []), keywords=[])
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _EVEN
    ):
        yield node.func.value


def _is_listed(slot: _Slot) -> bool:
    """Whether a node is one of a table: an element of a list, set or tuple that is read."""
    if slot.field != "elts":
        return False
    context = getattr(slot.parent, "ctx", None)
    return isinstance(slot.parent, ast.Set) or isinstance(context, ast.Load)
