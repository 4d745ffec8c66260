"""Where everything of a drawing stands: callers to the left, roles, what they reach to the right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rolewright.explain.graph_model import Access, gravest
from rolewright.explain.graph_targets import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.explain.graph_model import Caller, Node, Reach
    from rolewright.explain.graph_targets import Target
    from rolewright.guardrails import Level

WIDTH = 1180
CALLERS, ROLES, TARGETS = (20, 206), (292, 236), (800, 360)
"""The left edge and the width of each column."""
TOP, BOTTOM = 56, 56
SHARED = -1
"""The place of what stands for every role: what all of them reach alike is drawn once."""
LINE = 20
"""The height of one line that arrives at a target."""
ROLE, CALLER = 62, 40
_GAP, _HEADING, _BETWEEN = 6, 30, 18
_FIRST = 12
_SEVERAL = 3
"""From how many roles on what all of them reach is drawn once."""
_ONE_BY_ONE = frozenset(
    {"s3", "dynamodb", "ecr", "iam", "kms", "lambda", "secretsmanager", "sns", "sqs"}
)
"""Services whose named resources each stand alone; of others all that roles reach is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """Targets that stand as one: a thing that people name, or several that are reached alike."""

    service: str
    targets: tuple[Target, ...]

    @property
    def label(self) -> str:
        """What it is called."""
        first, *others = dict.fromkeys(target.label for target in self.targets)
        if others:
            return f"{first} and {len(others)} more"
        accounts = {target.account for target in self.targets}
        return first if len(accounts) == 1 else f"{first} of {len(accounts)} accounts"


@dataclass(kw_only=True, slots=True)
class Line:
    """A line from a role to a bundle, at which heights it begins and ends."""

    node: int
    reaches: tuple[Reach, ...]
    start: float = 0
    end: float = 0

    @property
    def access(self) -> tuple[Access, ...]:
        """What the role may do there, with some of a bundle."""
        found = {access for reach in self.reaches for access in reach.access}
        return tuple(access for access in Access if access in found)

    @property
    def risk(self) -> Level | None:
        """The gravest finding in what leads there."""
        return gravest(reach.risk for reach in self.reaches)

    @property
    def parts(self) -> tuple[str, ...]:
        """Which parts of it are reached, none for all."""
        return self.reaches[0].parts


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedTarget:
    """A bundle at its height, with the lines that arrive; `heading` is set on a service's first."""

    bundle: Bundle
    top: float
    lines: tuple[Line, ...]
    heading: str | None

    @property
    def height(self) -> float:
        """How high it is."""
        return LINE * len(self.lines) + _GAP


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedCaller:
    """One who may assume roles, at a height, with the roles' places and their own words of it."""

    kind: str
    name: str
    top: float
    assumes: tuple[tuple[int, Caller], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """All of a drawing; `roles` are the tops of roles by their places, SHARED where it is drawn."""

    height: float
    callers: tuple[PlacedCaller, ...]
    roles: Mapping[int, float]
    targets: tuple[PlacedTarget, ...]
    lines: tuple[Line, ...] = field(default=())


def lay_out(nodes: Sequence[Node]) -> Layout:
    """Return where the parts of a drawing of roles stand."""
    targets, bottom = _targets(nodes)
    callers = _callers(nodes)
    lines = tuple(line for target in targets for line in target.lines)
    places = [*range(len(nodes)), *([SHARED] if any(line.node == SHARED for line in lines) else [])]
    most = max(
        bottom,
        TOP + _FIRST + len(places) * (ROLE + _BETWEEN),
        TOP + _FIRST + len(callers) * (CALLER + _BETWEEN),
    )
    roles = dict(zip(places, _roles(len(places), most), strict=True))
    for place, top in roles.items():
        mine = [line for line in lines if line.node == place]
        for number, line in enumerate(mine, start=1):
            line.start = top + ROLE * number / (len(mine) + 1)
    return Layout(
        height=most + BOTTOM,
        callers=tuple(_placed_callers(callers, roles, most)),
        roles=roles,
        targets=targets,
        lines=lines,
    )


def _targets(nodes: Sequence[Node]) -> tuple[tuple[PlacedTarget, ...], float]:
    placed: list[PlacedTarget] = []
    top, service = float(TOP), None
    for bundle, lines in _bundles(nodes):
        heading = None
        if bundle.service != service:
            service, heading = bundle.service, title_of(bundle.service)
            top += _HEADING if placed else _FIRST
        target = PlacedTarget(bundle=bundle, top=top, lines=lines, heading=heading)
        for number, line in enumerate(lines):
            line.end = top + _GAP / 2 + LINE * (number + 0.5)
        placed.append(target)
        top += target.height + _GAP
    return tuple(placed), top - _GAP


def _bundles(nodes: Sequence[Node]) -> list[tuple[Bundle, tuple[Line, ...]]]:
    """Return what roles reach, by service, near the roles that reach it."""
    reached: dict[Target, list[tuple[int, Reach]]] = {}
    for place, node in enumerate(nodes):
        for reach in node.reaches:
            reached.setdefault(reach.target, []).append((place, reach))
    together: dict[object, list[Target]] = {}
    for target in sorted(reached):
        key = _alike(target, reached[target], one_role=len(nodes) == 1)
        together.setdefault((target.service, key), []).append(target)
    bundles = [
        (
            Bundle(service=targets[0].service, targets=tuple(targets)),
            _lines(targets, reached, len(nodes)),
        )
        for targets in together.values()
    ]
    # SHARED comes after the roles, as it is drawn.
    services: dict[str, list[int]] = {}
    for bundle, lines in bundles:
        places = (line.node % (len(nodes) + 1) for line in lines)
        services.setdefault(bundle.service, []).extend(places)
    return sorted(
        bundles,
        key=lambda one: (
            _mean(services[one[0].service]),
            title_of(one[0].service),
            _mean([line.node % (len(nodes) + 1) for line in one[1]]),
            one[0].targets[0],
        ),
    )


def _alike(target: Target, roles: Sequence[tuple[int, Reach]], *, one_role: bool) -> object:
    """Return the same for targets of one service that stand as one."""
    if target.service in _ONE_BY_ONE and target.name and target.kind != target.name:
        return target
    same = tuple((place, reach.access, reach.risk) for place, reach in roles)
    if target.service in _ONE_BY_ONE:
        return target.kind, same
    return same if one_role else None


def _lines(
    targets: Sequence[Target], reached: dict[Target, list[tuple[int, Reach]]], roles: int
) -> tuple[Line, ...]:
    by_role: dict[int, list[Reach]] = {}
    for target in targets:
        for place, reach in reached[target]:
            by_role.setdefault(place, []).append(reach)
    lines = tuple(
        Line(node=place, reaches=tuple(reaches)) for place, reaches in sorted(by_role.items())
    )
    if len(lines) == roles >= _SEVERAL and len({_seen(line) for line in lines}) == 1:
        return (Line(node=SHARED, reaches=lines[0].reaches),)
    return lines


def _seen(line: Line) -> object:
    return line.access, line.risk, tuple(reach.parts for reach in line.reaches)


def _mean(places: Sequence[int]) -> float:
    return sum(places) / len(places)


def _roles(count: int, bottom: float) -> Iterator[float]:
    """Yield the tops of roles, in their order, over all the height that there is."""
    space = bottom - TOP - _FIRST
    for place in range(count):
        yield TOP + _FIRST + (space / count) * (place + 0.5) - ROLE / 2


def _callers(nodes: Sequence[Node]) -> dict[tuple[str, str], list[tuple[int, Caller]]]:
    callers: dict[tuple[str, str], list[tuple[int, Caller]]] = {}
    for place, node in enumerate(nodes):
        for caller in node.callers:
            if caller.allowed:
                callers.setdefault((caller.kind, caller.value), []).append((place, caller))
    return callers


def _placed_callers(
    callers: dict[tuple[str, str], list[tuple[int, Caller]]],
    roles: Mapping[int, float],
    bottom: float,
) -> Iterable[PlacedCaller]:
    """Yield callers at the height of the roles that they assume, none over another."""
    step = CALLER + _BETWEEN
    wanted = sorted(
        (
            (sum(roles[place] for place, _ in assumes) / len(assumes) + (ROLE - CALLER) / 2, key)
            for key, assumes in callers.items()
        ),
    )
    spare = bottom - CALLER - step * (len(wanted) - 1)
    least = float(TOP + _FIRST)
    for place, (top, key) in enumerate(wanted):
        at = max(least, min(top, spare + step * place))
        least = at + step
        yield PlacedCaller(
            kind=key[0], name=callers[key][0][1].name, top=at, assumes=tuple(callers[key])
        )
