"""Ordinary grants of every kind, drawn from few names so that two roles often want the same."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rolewright.grants.activities import activities
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.personas import PERSONAS

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/99999999-12ab-34cd-56ef-1234567890ab"

Entry = st.SearchStrategy[dict[str, Any]]


def some(*words: str) -> st.SearchStrategy[list[str]]:
    """Draw one or more of the words."""
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


def entry(*, optional: dict[str, Any] | None = None, **needed: Any) -> Entry:
    """Draw an entry with these keys and some of the optional ones."""
    return st.fixed_dictionaries(needed, optional=optional or {})


def one(*words: str) -> st.SearchStrategy[str]:
    """Draw one of the words."""
    return st.sampled_from(words)


KEYS = one(KEY, OTHER_KEY)

_TABLE = one("features", "runs.1", "runs-1")
_READING = st.lists(one("read", "write"), max_size=1).map(lambda more: sorted({"read", *more}))

ENTRIES: dict[str, Entry] = {
    "athena": entry(
        workgroup=one("primary", "team"),
        optional={"resultBuckets": some("results", "more-results"), "catalogs": some("own")},
    ),
    "bedrock": entry(model=one("amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0")),
    "buckets": one("data", "models", "a.b", "a-b").flatmap(
        lambda name: entry(
            name=st.just(name),
            access=some("list", "read", "write", "delete"),
            optional={
                "prefixes": some("a/", "a/b", "c/"),
                "key": KEYS,
                "accessPoints": some(*(f"{name.replace('.', 'dot')}-{end}" for end in "xy")),
            },
        )
    ),
    "dynamodb": st.one_of(
        entry(
            table=_TABLE,
            access=some("read", "write"),
            optional={"leadingKeys": some("u-1", "u-2"), "key": KEYS},
        ),
        entry(
            table=_TABLE,
            access=_READING,
            optional={
                "indexes": some("by-user", "by-time", "*"),
                "leadingKeys": some("u-1", "u-2"),
            },
        ),
        entry(table=_TABLE, access=some("read", "write"), streams=st.booleans()),
    ),
    "fileSystems": entry(
        fileSystem=one("fs-0123456789abcdef0", "fs-0123456789abcdef1"),
        access=some("read", "write"),
        optional={"accessPoint": one("fsap-0123456789abcdef0", "fsap-0123456789abcdef1")},
    ),
    "glue": entry(
        database=one("sales", "features"),
        access=some("read", "write", "delete"),
        optional={"tables": some("t1", "t2"), "lakeFormation": st.booleans()},
    ),
    "images": entry(image=one("pytorch", "pytorch-training", "xgboost")),
    "keys": st.one_of(
        entry(
            key=KEYS,
            use=some("encrypt", "decrypt", "generate", "describe"),
            via=some("s3", "sqs"),
            optional={"grants": st.just("volumes")},
        ),
        entry(key=KEYS, grants=st.just("volumes")),
    ),
    "logs": entry(access=some("write", "read"), optional={"group": one("/aws/own", "team")}),
    "metrics": entry(optional={"namespace": one("Own", "Team/x")}),
    "parameters": st.one_of(
        entry(name=one("/ml/a", "/ml/b"), optional={"key": KEYS}),
        entry(path=one("/ml", "/other"), optional={"key": KEYS}),
    ),
    "passRoles": entry(
        role=one(f"arn:aws:iam::{ACCOUNT}:role/ml/A", f"arn:aws:iam::{ACCOUNT}:role/B"),
        optional={"services": some("sagemaker.amazonaws.com", "scheduler.amazonaws.com")},
    ),
    "queues": entry(queue=one("q1", "q2"), access=some("send", "receive"), optional={"key": KEYS}),
    "repositories": entry(
        repository=one("team/train", f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/x"),
        access=some("pull", "push"),
    ),
    "secrets": entry(secret=one("ml/a", "ml/b"), optional={"key": KEYS}),
    "statements": one("A", "B").map(
        lambda sid: {
            "sid": sid,
            "actions": ["s3:GetObjectTagging"],
            "resources": [f"arn:aws:s3:::raw-{sid.lower()}/*"],
        }
    ),
    "topics": entry(topic=one("t1", "t2"), optional={"key": KEYS}),
    "vpc": entry(subnets=some("subnet-1", "subnet-2"), securityGroups=some("sg-1", "sg-2")),
}


INPUTS: dict[str, st.SearchStrategy[Any]] = {
    "applications": some("00f1abc2de3fgh09", "00f1abc2de3fgh10"),
    "buckets": some("data", "models-1", "work"),
    "databases": some("sales", "sagemaker_featurestore"),
    "domain": st.just("d-abcdefghij12"),
    "models": some("churn-2026-01", "Other"),
    "passRoles": some(f"arn:aws:iam::{ACCOUNT}:role/ml/A", f"arn:aws:iam::{ACCOUNT}:role/B"),
    "repositories": some("team/images", "x"),
    "rewardFunctions": some("score-answers", "other"),
    "trackingServers": some("team", "other"),
    "userProfiles": some("alice", "bob"),
    "workgroups": some("primary", "team"),
}
NETWORK = entry(subnets=some("subnet-1", "subnet-2"), securityGroups=some("sg-1", "sg-2"))
_SOME_KEYS = st.lists(KEYS, min_size=1, max_size=1)


def inputs(name: str) -> Entry:
    """Draw all inputs of an activity."""
    return st.fixed_dictionaries({key: INPUTS[key] for key in sorted(activities()[name].takes)})


def activity_role(name: str) -> Entry:
    """Draw a role with one activity, its inputs and the settings that it honours."""
    activity = activities()[name]
    needed = {key: INPUTS[key] for key in sorted(activity.needs)}
    rest: dict[str, Any] = {key: INPUTS[key] for key in sorted(activity.takes - activity.needs)}
    if activity.network:
        rest["network"] = NETWORK
    if activity.keys:
        keys = dict.fromkeys(sorted(activity.keys), _SOME_KEYS)
        rest["encryption"] = st.fixed_dictionaries({}, optional=keys).filter(bool)
    own = st.fixed_dictionaries(needed, optional=rest)
    return own.map(lambda given: {"activities": {name: given}})


def persona_role(persona: Any) -> Entry:
    """Draw a role with a persona, the inputs of its activities, and settings for all of them."""
    names = PERSONAS[persona]
    keys = sorted({key for name in names for key in activities()[name].keys})
    settings: dict[str, Any] = {
        "encryption": st.fixed_dictionaries({}, optional=dict.fromkeys(keys, _SOME_KEYS)).filter(
            bool
        )
    }
    if any(activities()[name].network for name in names):
        settings["network"] = NETWORK
    inner = st.fixed_dictionaries({name: inputs(name) for name in names})
    return st.fixed_dictionaries(
        {"persona": st.just(persona.value), "activities": inner}, optional=settings
    )


def grants(most: int = 3) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Draw the grants of a role: one to `most` kinds with one to three entries each."""
    return st.lists(
        st.sampled_from([kind.key for kind in grant_kinds()]),
        min_size=1,
        max_size=most,
        unique=True,
    ).flatmap(
        lambda keys: st.fixed_dictionaries(
            {key: st.lists(ENTRIES[key], min_size=1, max_size=3) for key in keys}
        )
    )
