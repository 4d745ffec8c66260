"""The access algebra against every request of small worlds, and its laws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolewright.iam import (
    Access,
    Decision,
    Effect,
    Outcome,
    Policies,
    PolicyDocument,
    Relation,
    Request,
    Undecided,
    compare,
    comparison,
    diff,
    differences,
    evaluate,
    matches,
    parse_document,
    witnesses,
)
from rolewright.iam.steps import Steps
from tests.iam import worlds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam import Difference, Entry

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
key_sets = st.sampled_from([(), *((key,) for key in worlds.KEYS), ("f", "k"), ("n", "f")])


def _relation(old: frozenset[Any], new: frozenset[Any]) -> Relation:
    return {
        (False, False): Relation.EQUIVALENT,
        (True, False): Relation.BROADER,
        (False, True): Relation.NARROWER,
        (True, True): Relation.INCOMPARABLE,
    }[bool(new - old), bool(old - new)]


def _allow(**elements: Any) -> PolicyDocument:
    statement = {"Effect": "Allow", "Action": "s:*", "Resource": "*", **elements}
    return parse_document({"Version": "2012-10-17", "Statement": statement})


def _deny(**elements: Any) -> PolicyDocument:
    statement = {"Effect": "Deny", "Action": "s:*", "Resource": "*", **elements}
    return parse_document({"Version": "2012-10-17", "Statement": statement})


def _joined(*documents: PolicyDocument) -> PolicyDocument:
    return replace(documents[0], statements=tuple(s for d in documents for s in d.statements))


def _only(document: PolicyDocument, effect: Effect) -> PolicyDocument:
    return replace(document, statements=tuple(s for s in document.statements if s.effect is effect))


def _confirmed(entries: Iterable[Entry], one: Policies, other: Policies) -> None:
    for entry in entries:
        assert entry.witness is not None
        assert evaluate(entry.witness, one).allowed
        assert not evaluate(entry.witness, other).allowed


def _adds_nothing(found: Difference) -> None:
    assert (found.added, found.may_add) == ((), ())


def _removes_nothing(found: Difference) -> None:
    assert (found.removed, found.may_remove) == ((), ())


@slow
@given(st.data())
def test_documents_relate_as_all_their_requests_do(data: st.DataObject) -> None:
    keys = data.draw(key_sets)
    old, new = data.draw(worlds.documents(keys)), data.draw(worlds.documents(keys))
    one, other = Policies(identity=(old,)), Policies(identity=(new,))
    found = diff(old, new)
    assert found.relation is _relation(worlds.allowed(one, keys), worlds.allowed(other, keys))
    _confirmed(found.added, other, one)
    _confirmed(found.removed, one, other)


@slow
@given(worlds.documents(variables=True), worlds.documents(variables=True))
def test_documents_with_variables_relate_as_all_their_requests_do(
    old: PolicyDocument, new: PolicyDocument
) -> None:
    one, other = Policies(identity=(old,)), Policies(identity=(new,))
    found = diff(old, new)
    before, after = worlds.allowed(one, ("t",)), worlds.allowed(other, ("t",))
    if found.relation is Relation.UNDECIDED:
        # What can't be told is said to be a change, whichever it is.
        assert not after - before or found.added or found.may_add
        assert not before - after or found.removed or found.may_remove
    else:
        assert found.relation is _relation(before, after)
    _confirmed(found.added, other, one)
    _confirmed(found.removed, one, other)


@slow
@given(st.data(), st.booleans())
def test_no_change_is_missed_whatever_variables_stand_for(
    data: st.DataObject,
    none_tried: bool,  # noqa: FBT001  # drawn
) -> None:
    """Where no texts are tried for variables, what is said to be the same must still be."""
    keys = data.draw(st.sampled_from([(), ("k",), ("m",)]))
    drawn = worlds.documents(keys, variables=True)
    old, new = data.draw(drawn), data.draw(drawn)
    with pytest.MonkeyPatch.context() as patch:
        if none_tried:
            patch.setattr(comparison, "known_fillings", _no_fillings)
        found = diff(old, new)
    before = worlds.allowed(Policies(identity=(old,)), (*keys, "t"), few=True)
    after = worlds.allowed(Policies(identity=(new,)), (*keys, "t"), few=True)
    assert not after - before or found.added or found.may_add
    assert not before - after or found.removed or found.may_remove


@slow
@given(worlds.trust_documents(), worlds.trust_documents())
def test_trust_documents_relate_as_all_their_callers_do(
    old: PolicyDocument, new: PolicyDocument
) -> None:
    one, other = (Policies(identity=(_allow(Action="*"),), resource=d) for d in (old, new))
    found = diff(old, new)
    assert found.relation is _relation(worlds.allowed_callers(one), worlds.allowed_callers(other))
    _confirmed(found.added, other, one)
    _confirmed(found.removed, one, other)


def _no_fillings(*_: object) -> tuple[()]:
    return ()


@slow
@given(st.data())
def test_boundaries_relate_as_all_their_requests_do(data: st.DataObject) -> None:
    keys = data.draw(st.sampled_from([(), ("k",), ("f",)]))
    drawn = [
        Access(
            identity=(data.draw(worlds.documents(keys)),),
            boundary=data.draw(st.none() | st.tuples(worlds.documents(keys))),
        )
        for _ in range(2)
    ]
    one, other = (Policies(identity=a.identity, boundary=a.boundary) for a in drawn)
    found = compare(*drawn)
    assert found.relation is _relation(worlds.allowed(one, keys), worlds.allowed(other, keys))
    _confirmed(found.added, other, one)
    _confirmed(found.removed, one, other)


@slow
@given(worlds.documents(("k",)), worlds.documents(("k",)))
def test_a_boundary_never_grants(identity: PolicyDocument, boundary: PolicyDocument) -> None:
    without = Access(identity=(identity,))
    _adds_nothing(compare(without, Access(identity=(identity,), boundary=(boundary,))))


@slow
@given(worlds.documents(("m",)), worlds.documents(("m",)))
def test_a_deny_never_adds_and_an_allow_never_removes(
    document: PolicyDocument, other: PolicyDocument
) -> None:
    _adds_nothing(diff(document, _joined(document, _only(other, Effect.DENY))))
    _removes_nothing(diff(document, _joined(document, _only(other, Effect.ALLOW))))


@slow
@given(worlds.documents(("k",)), st.randoms(use_true_random=False))
def test_the_order_of_statements_never_matters(document: PolicyDocument, random: Any) -> None:
    statements = list(document.statements)
    random.shuffle(statements)
    found = diff(document, replace(document, statements=tuple(statements)))
    assert found.relation is Relation.EQUIVALENT


@slow
@given(worlds.documents(("k",)), worlds.documents(("k",)), worlds.documents(("k",)))
def test_containment_is_passed_on(
    first: PolicyDocument, second: PolicyDocument, third: PolicyDocument
) -> None:
    widest = Access(identity=(first, second, _joined(third, second)))
    middle = Access(identity=(_only(first, Effect.ALLOW), first))
    assert middle.contains(middle)
    if widest.contains(middle) and middle.contains(Access(identity=(third,))):
        assert widest.contains(Access(identity=(third,)))


patterns = st.text("ab*?", min_size=1, max_size=6)
texts = st.text("abc", min_size=1, max_size=8)


@given(patterns, patterns, texts)
def test_containment_agrees_with_matching(outer: str, inner: str, text: str) -> None:
    one, other = (
        Access(identity=(_allow(Resource=f"arn:aws:s:::x{pattern}"),)) for pattern in (outer, inner)
    )
    if one.contains(other):
        assert matches(outer, text) or not matches(inner, text)
    else:
        witness = other.difference(one)
        assert witness is not None
        rest = witness.resource.removeprefix("arn:aws:s:::x")
        assert matches(inner, rest)
        assert not matches(outer, rest)


@given(st.lists(patterns, min_size=1, max_size=3), st.booleans())
def test_not_is_the_complement(named: list[str], of_actions: bool) -> None:  # noqa: FBT001  # drawn
    wanted = [f"s:{p}" for p in named] if of_actions else [f"arn:aws:s:::{p}" for p in named]
    element = "Action" if of_actions else "Resource"
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    without = {key: value for key, value in statement.items() if key != element}
    denied = parse_document(
        {
            "Version": "2012-10-17",
            "Statement": [statement, {**statement, "Effect": "Deny", element: wanted}],
        }
    )
    spared = parse_document(
        {"Version": "2012-10-17", "Statement": {**without, f"Not{element}": wanted}}
    )
    assert diff(denied, spared).relation is Relation.EQUIVALENT


@slow
@given(worlds.documents())
def test_an_example_is_allowed_and_there_is_one_if_anything_is(document: PolicyDocument) -> None:
    access = Access(identity=(document,))
    for action in ("s:a*", "*", "t:a"):
        example = access.example(action)
        if example is None:
            assert not any(
                matches(action, request.action) and access.allows(request)
                for request in worlds.requests()
            )
        else:
            assert matches(action, example.action, ignore_case=True)
            assert access.allows(example)


@slow
@given(worlds.documents(), worlds.documents(), worlds.documents())
def test_documents_of_one_role_add_up(
    first: PolicyDocument, second: PolicyDocument, third: PolicyDocument
) -> None:
    apart = Access(identity=(first, second, third))
    assert apart.contains(Access(identity=(_joined(first, second, third),)))


def test_what_would_take_too_long_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "Steps", lambda: Steps(20))
    old = _allow(Resource=["arn:aws:s3:::z", "arn:aws:s3:::a*b?c*d"])
    new = _allow(Resource=["arn:aws:s3:::z", "arn:aws:s3:::*a?b*cd"])
    found = diff(old, new)
    assert found.relation is Relation.UNDECIDED
    assert [entry.witness for entry in (*found.may_add, *found.may_remove)] == [None, None]
    with pytest.raises(Undecided):
        Access(identity=(new,)).contains(Access(identity=(old,)))


def test_what_evaluation_does_not_confirm_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: Request, policies: Policies) -> Decision:
        del request, policies
        return Decision(outcome=Outcome.IMPLICITLY_DENIED)

    monkeypatch.setattr(witnesses, "evaluate", refuse)
    found = diff(_allow(Action="s:a"), _allow(Action=["s:a", "s:b"]))
    assert found.relation is Relation.UNDECIDED
    assert (found.added, [entry.action for entry in found.may_add]) == ((), ["s:b"])


def test_one_entry_may_stand_for_hundreds_of_patterns() -> None:
    actions = [f"s:a{number}" for number in range(300)]
    resources = [f"arn:aws:s:::{number}" for number in range(20)]
    (entry,) = diff(_allow(Action="s:b"), _allow(Action=actions)).added
    assert entry.action == "s:a0"
    found = diff(_allow(Action="s:b"), _allow(Action=actions[:20], Resource=resources))
    assert [entry.action for entry in found.added] == actions[:20]
    assert {entry.resource for entry in found.added} == {"arn:aws:s:::0"}


def test_an_entry_is_named_by_the_narrower_pattern() -> None:
    all_ = _allow(Action="s3:*", Resource="arn:aws:s3:::b/*")
    some = _joined(all_, _deny(Action="s3:Delete*", Resource="*"))
    (entry,) = diff(some, all_).added
    assert (entry.action, entry.resource) == ("s3:Delete*", "arn:aws:s3:::b/*")
    assert (entry.effect, entry.statement, entry.sid) == (Effect.DENY, 0, None)
    # Neither of two patterns that only overlap is narrower: the Deny's is named.
    (entry,) = diff(_joined(all_, _deny(Action="s3:D*e", Resource="*")), all_).added
    assert entry.action == "s3:D*e"


def test_known_actions_of_everything_but_some() -> None:
    asked: list[str] = []

    def known(pattern: str) -> list[str]:
        asked.append(pattern)
        return ["iam:GetRole", "s:PutX"]

    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    new = parse_document({"Version": "2012-10-17", "Statement": statement})
    (entry,) = diff(_allow(Action="iam:GetRole"), new, known=known).added
    assert entry.witness is not None
    assert (entry.action, entry.witness.action, asked) == ("*", "s:PutX", ["*"])


def test_what_a_boundary_has_no_part_of_is_not_there_to_be_denied() -> None:
    within = {"boundary": (_allow(Action=["s:b", "s:c"]),)}
    old = Access(identity=(_allow(Action="s:a"),), **within)
    new = Access(identity=(_joined(_allow(Action="s:a"), _deny(Action="*")),), **within)
    assert compare(old, new).relation is Relation.EQUIVALENT
    assert old.example() is None


def test_known_actions_are_preferred() -> None:
    found = diff(
        _allow(Action="s:Get*"),
        _allow(Action=["s:Get*", "s:Put*"]),
        known=lambda pattern: [n for n in ("s:GetX", "s:PutX") if matches(pattern, n.lower())],
    )
    assert found.added[0].witness is not None
    assert found.added[0].witness.action == "s:PutX"


def test_where_no_known_action_shows_it_another_does() -> None:
    (entry,) = diff(_allow(Action="s:a"), _allow(Action="s:*"), known=lambda _: ["s:a"]).added
    assert entry.witness is not None
    assert entry.witness.action == "s:b"


def test_patterns_too_long_to_compare_are_named_as_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give_up(outer: str, inner: str) -> bool:
        raise Undecided(f"{outer} {inner}")

    monkeypatch.setattr(differences, "contains", give_up)
    (entry,) = diff(_joined(_allow(Action="s3:*"), _deny(Action="*")), _allow(Action="s3:*")).added
    assert entry.action == "*"


def test_an_example_is_readable() -> None:
    found = diff(
        _allow(Action="s3:GetObject", Resource="arn:aws:s3:::model-artifacts/team-b/*"),
        _allow(Action="s3:GetObject", Resource="arn:aws:s3:::model-artifacts/team-a/*"),
    )
    witness = found.added[0].witness
    assert witness is not None
    assert witness.resource == "arn:aws:s3:::model-artifacts/team-a/a"
