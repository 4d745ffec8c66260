"""Parsing, deciding, matching and comparing, each against a floor measured in the same run.

A time is the best of runs that are interleaved with those of its floor, so that a busy machine
weighs on both alike. Limits are targets that are printed beside the figure; nothing fails.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

from moto.iam.access_control import IAMPolicy

from rolewright.iam import Evaluator, Policies, Request, diff, matches, parse_document
from rolewright.reference import managed_policy, managed_policy_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rolewright.iam import PolicyDocument

RUNS = 15
SMALL = 2_000
LARGEST = 20_480
ACCOUNT = "123456789012"
REGION = "eu-west-1"


def main() -> None:
    """Print each section."""
    parsing()
    deciding()
    matching()
    comparing()


def best(subjects: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Return the seconds that each subject takes, the best of interleaved runs."""
    found = dict.fromkeys(subjects, float("inf"))
    for _ in range(runs):
        for name, subject in subjects.items():
            start = time.perf_counter()
            subject()
            found[name] = min(found[name], time.perf_counter() - start)
    return found


def parsing() -> None:
    """Parse every AWS-managed policy, and the same texts as JSON alone."""
    texts = _managed_texts()
    taken = best(
        {
            "json.loads": lambda: [json.loads(text) for text in texts],
            "parse_document": lambda: [parse_document(text) for text in texts],
        }
    )
    ratio = taken["parse_document"] / taken["json.loads"]
    print(f"parse {len(texts)} AWS-managed policies")
    for name, seconds in taken.items():
        print(f"  {name:16} {seconds * 1000:8.1f} ms")
    print(f"  x json.loads     {ratio:8.2f}  (limit 4)")


def deciding() -> None:
    """Decide requests by a typical role, against a loop of look-ups and against moto."""
    documents = [parse_document(policy) for policy in _policies()]
    evaluator = Evaluator(Policies(identity=tuple(documents)))
    requests = _requests()
    for request in requests:
        evaluator.decide(request)
    answers = {(request.action, request.resource): True for request in requests}
    peer = [IAMPolicy({"policy_document": json.dumps(_bare(policy))}) for policy in _policies()]

    def look_up() -> None:
        for request in requests:
            answers.get((request.action, request.resource))

    def decide() -> None:
        for request in requests:
            evaluator.decide(request)

    def ask_moto() -> None:
        for request in requests:
            for policy in peer:
                policy.is_action_permitted(request.action, request.resource)

    taken = best({"dict look-up": look_up, "decide": decide, "moto": ask_moto})
    allowed = sum(evaluator.decide(request).allowed for request in requests)
    statements = sum(len(document.statements) for document in documents)
    print(f"decide {len(requests)} requests, {allowed} of them allowed")
    print(f"  by {len(documents)} policies with {statements} statements (moto: no conditions)")
    for name, seconds in taken.items():
        print(f"  {name:16} {len(requests) / seconds:12,.0f} requests/s")
    print(f"  x dict look-up   {taken['decide'] / taken['dict look-up']:12.1f}")
    print(f"  x moto           {taken['decide'] / taken['moto']:12.3f}  (target 100,000/s)")


def matching() -> None:
    """Match patterns that make naive matchers slow with 10 KB, against a search for a substring."""
    text = "a" * 10_000
    patterns = {
        "a*a*a*...": "a*" * 500 + "b",
        "*a*a*a*...a": "*a" * 500,
        "*a?*a?*a?...": "*a?" * 100 + "b",
    }
    taken = best(
        {
            "in": lambda: "b" in text,
            **{name: lambda p=pattern: matches(p, text) for name, pattern in patterns.items()},
        }
    )
    print("match with 10 KB")
    for name, seconds in taken.items():
        ratio = seconds / taken["in"]
        print(f"  {name:16} {seconds * 1000:8.4f} ms {ratio:10.1f} x in")
    print("  (target 1 ms)")


def comparing() -> None:
    """Compare ordinary documents, and small ones that are made to be hard to compare."""
    ordinary = _ordinary_pairs()
    times = [min(_seconds(diff, old, new) for _ in range(3)) for old, new in ordinary]
    print(f"diff {len(ordinary)} ordinary pairs")
    print(f"  median           {statistics.median(times) * 1000:8.2f} ms  (target 2 ms)")
    print(f"  largest          {max(times) * 1000:8.2f} ms")
    print("diff nasty pairs under 20 KB")
    for name, (old, new) in _nasty_pairs().items():
        print(f"  {name:24} {_seconds(diff, old, new):8.3f} s")
    print("  (target 1 s; of denied conditions, each more doubles the time)")


def _seconds(
    question: Callable[[PolicyDocument, PolicyDocument], object],
    old: PolicyDocument,
    new: PolicyDocument,
) -> float:
    start = time.perf_counter()
    question(old, new)
    return time.perf_counter() - start


def _managed_texts() -> list[str]:
    return [
        policy.text
        for name in managed_policy_names()
        if (policy := managed_policy(name)) is not None
    ]


def _allow(action: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _deny(action: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    return {**_allow(action, resource, **condition), "Effect": "Deny"}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _policies() -> list[dict[str, Any]]:
    """Return the policies of a role that trains models: five, with thirty statements."""
    bucket, logs = "arn:aws:s3:::ml-data", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group"
    jobs, here = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}", {"aws:RequestedRegion": REGION}
    tagged = {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}
    data = _policy(
        _allow("s3:ListBucket", bucket, StringLike={"s3:prefix": ["train/*", "models/*"]}),
        _allow("s3:GetBucketLocation", bucket),
        _allow(["s3:GetObject", "s3:GetObjectTagging"], f"{bucket}/train/*"),
        _allow(["s3:PutObject", "s3:AbortMultipartUpload"], f"{bucket}/models/*"),
        _allow("s3:DeleteObject", f"{bucket}/scratch/${{aws:username}}/*"),
        _deny("s3:*", [bucket, f"{bucket}/*"], Bool={"aws:SecureTransport": "false"}),
        _deny(
            "s3:PutObject",
            f"{bucket}/*",
            StringNotEquals={"s3:x-amz-server-side-encryption": "aws:kms"},
        ),
    )
    training = _policy(
        _allow(["sagemaker:Create*Job", "sagemaker:Stop*Job"], f"{jobs}:*", StringEquals=here),
        _allow(["sagemaker:Describe*", "sagemaker:List*"], "*"),
        _allow(
            "sagemaker:AddTags",
            f"{jobs}:*",
            StringEquals={"sagemaker:TaggingAction": "CreateTrainingJob"},
        ),
        _allow("sagemaker:InvokeEndpoint", f"{jobs}:endpoint/*-dev"),
        _allow("sagemaker:DeleteModel", f"{jobs}:model/*", StringEquals=tagged),
        _deny("sagemaker:CreateTrainingJob", "*", Null={"sagemaker:VpcSubnets": "true"}),
        _allow(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/ml-*",
            StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"},
        ),
    )
    watching = _policy(
        _allow(["logs:CreateLogGroup", "logs:CreateLogStream"], f"{logs}:/aws/sagemaker/*"),
        _allow("logs:PutLogEvents", f"{logs}:/aws/sagemaker/*:log-stream:*"),
        _allow("logs:Describe*", "*"),
        _allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "ml"}),
        _allow("cloudwatch:Get*", "*"),
    )
    building = _policy(
        _allow("ecr:GetAuthorizationToken", "*"),
        _allow(
            ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ml/*",
        ),
        _allow(
            "kms:Decrypt",
            f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
            StringLike={"kms:ViaService": "s3.*.amazonaws.com"},
        ),
        _allow(
            "kms:GenerateDataKey",
            f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
            **{"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/ml"}},
        ),
        _allow(["ec2:CreateNetworkInterface", "ec2:DescribeVpcs"], "*"),
        _allow(
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ml/*",
        ),
    )
    limits = _policy(
        _deny(
            "*",
            "*",
            NotIpAddress={"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
            Bool={"aws:ViaAWSService": "false"},
        ),
        _deny(["iam:Create*", "iam:Put*", "iam:Attach*"], "*"),
        _deny(
            "sts:AssumeRole",
            "*",
            ArnNotLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ml-*"},
        ),
        _deny("s3:*", "*", DateGreaterThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"}),
        _deny("s3:ListBucket", "*", NumericGreaterThan={"s3:max-keys": "1000"}),
    )
    return [data, training, watching, building, limits]


def _bare(policy: dict[str, Any]) -> dict[str, Any]:
    statements = [
        {element: value for element, value in statement.items() if element != "Condition"}
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
    ]
    return _policy(*statements)


def _requests() -> list[Request]:
    """Return calls as such a role makes them, some of them allowed."""
    context = {
        "aws:username": ("ann",),
        "aws:PrincipalArn": (f"arn:aws:iam::{ACCOUNT}:role/ml-train",),
        "aws:PrincipalTag/team": ("ml",),
        "aws:ResourceTag/team": ("ml",),
        "aws:SourceIp": ("203.0.113.7",),
        "aws:SecureTransport": ("true",),
        "aws:ViaAWSService": ("false",),
        "aws:RequestedRegion": (REGION,),
        "aws:CurrentTime": ("2026-01-01T00:00:00Z",),
        "s3:x-amz-server-side-encryption": ("aws:kms",),
        "s3:prefix": ("train/2026",),
        "sagemaker:VpcSubnets": ("subnet-1", "subnet-2"),
        "iam:PassedToService": ("sagemaker.amazonaws.com",),
        "kms:ViaService": (f"s3.{REGION}.amazonaws.com",),
        "kms:ResourceAliases": ("alias/other", "alias/ml"),
    }
    bucket, jobs = "arn:aws:s3:::ml-data", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
    calls = [
        ("s3:ListBucket", bucket),
        ("s3:GetBucketLocation", bucket),
        ("s3:PutBucketPolicy", bucket),
        *(
            (f"s3:{action}Object", f"{bucket}/{folder}/part-{number}")
            for number in range(20)
            for action in ("Get", "Put", "Delete")
            for folder in ("train", "models", "scratch/ann")
        ),
        *(
            (f"sagemaker:{verb}TrainingJob", f"{jobs}:training-job/job-{number}")
            for number in range(20)
            for verb in ("Create", "Describe", "Stop", "Delete")
        ),
        ("sagemaker:InvokeEndpoint", f"{jobs}:endpoint/ranking-dev"),
        ("sagemaker:InvokeEndpoint", f"{jobs}:endpoint/ranking"),
        ("sagemaker:DeleteModel", f"{jobs}:model/m"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/ml-train"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
        (
            "logs:PutLogEvents",
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/a:log-stream:b",
        ),
        ("cloudwatch:GetMetricData", "*"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ml/train"),
        ("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"),
        ("kms:GenerateDataKey", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/*"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"),
    ]
    return [
        Request(action=action, resource=resource, context=context) for action, resource in calls
    ]


def _ordinary_pairs() -> list[tuple[PolicyDocument, PolicyDocument]]:
    """Return policies and how somebody changed them: an action, a resource, a statement, a bound."""
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for policy in _policies():
        statements = policy["Statement"]
        first, rest = statements[0], statements[1:]
        changed = (
            [{**first, "Action": "s3:Get*"}, *rest],
            [{**first, "Resource": "arn:aws:s3:::other/*"}, *rest],
            [{**first, "Condition": {"StringEquals": {"aws:RequestedRegion": [REGION]}}}, *rest],
            rest,
            [*statements, _deny("s3:Delete*", "*")],
        )
        pairs += [(policy, _policy(*others)) for others in changed]
    texts = [text for text in _managed_texts() if len(text) < SMALL and '"Statement":[' in text][
        ::60
    ]
    for text in texts:
        policy: dict[str, Any] = json.loads(text)
        statements: list[dict[str, Any]] = policy["Statement"]
        pairs.append((policy, _policy(*statements, _allow("s3:GetObject", "arn:aws:s3:::a/*"))))
    return [(parse_document(old), parse_document(new)) for old, new in pairs]


def _nasty_pairs() -> dict[str, tuple[PolicyDocument, PolicyDocument]]:
    """Return documents that are hard to compare, each with one whose patterns end otherwise."""
    stars = [f"*{chr(97 + number % 26)}*{number}*" for number in range(300)]
    likes = [f"a*{number}?b*" for number in range(400)]
    everything = _allow("*", "*")
    ranges = [f"10.{number}.0.0/{16 + number % 9}" for number in range(250)]
    made: dict[str, Callable[[str], list[dict[str, Any]]]] = {
        "300 patterns": lambda end: [
            _allow([f"s3:{star}{end}" for star in stars], [f"arn:aws:s3:::{s}{end}" for s in stars])
        ],
        "180 statements": lambda end: [
            _allow(f"s3:{star}", f"arn:aws:s3:::{star}{end}") for star in stars[:180]
        ],
        "180 denies": lambda end: [
            everything,
            *(_deny(f"s3:{star}", f"arn:aws:s3:::{star}{end}") for star in stars[:180]),
        ],
        "150 conditions": lambda end: [
            _allow("*", "*", StringLike={f"aws:{like}": f"{like}{end}"}) for like in likes[:150]
        ],
        "8 conditions denied": lambda end: [
            everything,
            *(
                _deny("*", "*", **{f"StringNotLike{end}": {"aws:k": like, f"aws:{like}": like}})
                for like in likes[:8]
            ),
        ],
        "400 keys": lambda end: [
            _allow("*", "*", **{f"StringLike{end}": {f"aws:{like}": like for like in likes}})
        ],
        "250 ranges": lambda end: [
            _allow("*", "*", **{f"IpAddress{end}": {"aws:SourceIp": ranges}})
        ],
        "long patterns": lambda end: [
            _allow("*", f"arn:aws:s3:::{'*a' * 4_000 if end else '*a' + '?' * 40}*")
        ],
    }
    pairs: dict[str, tuple[PolicyDocument, PolicyDocument]] = {}
    for name, statements in made.items():
        # The operators take this end as well.
        old, new = _policy(*statements("")), _policy(*statements("IfExists"))
        if max(len(json.dumps(old)), len(json.dumps(new))) > LARGEST:
            raise ValueError(f"{name}: over 20 KB")
        pairs[name] = parse_document(old), parse_document(new)
    return pairs


if __name__ == "__main__":
    main()
