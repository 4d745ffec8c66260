"""Every guardrail over AWS's managed policies, beside its peers, and over a dump of an account.

The floor is `json.loads` of the same texts; what is compared is the time of one core. Each policy is a role of its own, from text to
violations. `cold` is the first run in an interpreter, and reads the snapshots of all services too;
`unseen` is the first of half of the policies, where the other half was judged before; `warm` is the
best of later ones, of texts that were judged before. The peers look for much less, a policy at a
time; they run in an environment of their own that `make bench` sets up, over a sample. So does
ours, after all policies but those of the sample: the peers read their data when they are imported.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from local_aws.paths import ROOT
from rolewright.audit import audit_subject, read_rules, role_of_identity
from rolewright.grants import Environment
from rolewright.reference import managed_policy, managed_policy_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rolewright.audit import Rules

RUNS = 5
SAMPLE = 40
"""Every so many policies, one goes to the peers as well."""
ROLES = 10_000
FEW_ROLES = 1_000
PEERS = {"parliament": 25, "cloudsplaining": 45}
"""How many times faster a policy than each peer ours should be."""
MOST_OF_FLOOR, AIM_OF_FLOOR = 20, 10
PEER_PYTHON = ROOT / ".rolewright" / "bench" / "bin" / "python"


def main() -> None:
    """Print each section."""
    policies = texts()
    ratios(policies)
    peers(policies)
    dumps()


def ratios(policies: Mapping[str, str]) -> None:
    """All guardrails over every policy, against json.loads of the same text."""
    cold = _alone("audit.judge_all(texts)", "texts")
    half = "dict(list(texts.items())[::2])"
    before = "audit.judge_all(dict(list(texts.items())[1::2]))"
    unseen = _alone(f"audit.judge_all({half})", half, before)
    floor = ours = float("inf")
    for _ in range(RUNS):
        floor = min(floor, seconds(lambda: [json.loads(text) for text in policies.values()]))
        ours = min(ours, seconds(lambda: judge_all(policies)))
    print(f"{len(rules().configured)} guardrails, {len(policies)} policies")
    print(f"  json.loads  {floor * 1000:8.1f} ms")
    for name, taken, ratio in (
        ("warm", ours, ours / floor),
        ("unseen", *unseen),
        ("cold", *cold),
    ):
        print(
            f"  {name:10}  {taken * 1000:8.1f} ms  {ratio:6.1f} x json.loads"
            f"  (aim {AIM_OF_FLOOR}, at most {MOST_OF_FLOOR})"
        )


@cache
def rules() -> Rules:
    """Return the guardrails as they are in prod."""
    return read_rules(Environment.PROD, {})


def judge_all(texts: Mapping[str, str]) -> int:
    """Judge each policy as a role of its own, and return how many findings there are."""
    return sum(
        len(audit_subject(role_of_identity(name, text), rules()).findings)
        for name, text in texts.items()
    )


def peers(policies: Mapping[str, str]) -> None:
    """Judge a sample, unseen and warm, in turn with each peer in a process of its own."""
    if not PEER_PYTHON.exists():
        print("peers: not installed; `make bench` installs them")
        return
    sample = {name: policies[name] for name in list(policies)[::SAMPLE]}
    ours = warm = float("inf")
    theirs = dict.fromkeys(PEERS, float("inf"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sample.json"
        file.write_text(json.dumps(sample))
        picked = f"dict(list(texts.items())[::{SAMPLE}])"
        rest = f"[texts.pop(name) for name in {picked}]"
        for _ in range(2):
            before = f"sample = {picked}; {rest}; audit.judge_all(texts)"
            ours = min(ours, _alone("audit.judge_all(sample)", "sample", before)[0])
            again = f"{before}; audit.judge_all(sample)"
            warm = min(warm, _alone("audit.judge_all(sample)", "sample", again)[0])
            for peer in PEERS:
                theirs[peer] = min(theirs[peer], _peer(peer, file))
    print(f"a policy, over {len(sample)} of them")
    print(f"  rolewright      {ours / len(sample) * 1000:8.2f} ms")
    print(f"  warm            {warm / len(sample) * 1000:8.2f} ms")
    for peer, least in PEERS.items():
        taken = theirs[peer]
        print(
            f"  {peer:14}  {taken / len(sample) * 1000:8.2f} ms  {taken / ours:6.1f} x ours"
            f"  {taken / warm:6.1f} x warm  (aim {least})"
        )


def dumps() -> None:
    """Audit generated dumps by the command, and its whole family's memory."""
    print("`rolewright audit` of get-account-authorization-details, 2 cores")
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW_ROLES, ROLES):
            path = Path(folder) / f"{count}.json.gz"
            with gzip.open(path, "wt", compresslevel=1) as file:
                json.dump(dump(count), file)
            with gzip.open(path, "rt") as file:
                text = file.read()
            floor = seconds(lambda text=text: json.loads(text))
            taken, of_cores, memory = _command("audit", str(path), "--format", "sarif")
            print(
                f"  {count:6} roles  {taken:6.2f} s  {of_cores:6.2f} s of cores"
                f"  {of_cores / floor:6.1f} x json.loads  {memory / 2**20:6.0f} MiB at most"
            )


def dump(count: int) -> dict[str, Any]:
    """Return a dump of so many roles, with inline, customer-managed and AWS-managed policies."""
    account = "arn:aws:iam::123456789012"
    aws = [found.arn for name in managed_policy_names()[:97] if (found := managed_policy(name))]
    managed = [
        {
            "PolicyName": f"Team{number}",
            "Arn": f"{account}:policy/Team{number}",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": True, "Document": _document(number, 6)}
            ],
        }
        for number in range(count // 10)
    ]
    roles = [
        {
            "Path": "/ml/",
            "RoleName": f"Role{number}",
            "Arn": f"{account}:role/ml/Role{number}",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "sagemaker.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "RolePolicyList": [
                {"PolicyName": "Own", "PolicyDocument": _document(number * 2, 4)},
                {
                    "PolicyName": "Jobs",
                    # Half of the roles pass one: themselves, or another.
                    "PolicyDocument": _document(
                        number * 2 + 1, 3, (number, number // 2, None, None)[number % 4]
                    ),
                },
            ],
            "AttachedManagedPolicies": [
                {"PolicyName": "", "PolicyArn": f"{account}:policy/Team{number % len(managed)}"},
                {"PolicyName": "", "PolicyArn": aws[number % len(aws)]},
            ],
            "Tags": [{"Key": "team", "Value": f"team-{number % 40}"}],
        }
        for number in range(count)
    ]
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": roles,
        "Policies": managed,
    }


def _document(number: int, statements: int, passed: int | None = None) -> dict[str, Any]:
    """Return a policy of buckets and tables, some with conditions, one in ten with a Deny."""
    found: list[dict[str, Any]] = []
    for place in range(statements):
        bucket = place % 2 == 0
        statement: dict[str, Any] = {
            "Sid": f"Data{place}",
            "Effect": "Deny" if place == 0 and number % 10 == 0 else "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
            if bucket
            else ["dynamodb:GetItem", "dynamodb:Query"],
            "Resource": f"arn:aws:s3:::bucket-{number}-{place}/*"
            if bucket
            else f"arn:aws:dynamodb:eu-west-1:123456789012:table/t{number}-{place}",
        }
        if place % 3 == 0:
            statement["Condition"] = {"StringEquals": {"aws:ResourceAccount": "123456789012"}}
        found.append(statement)
    if passed is not None:
        found.append(
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": f"arn:aws:iam::123456789012:role/ml/Role{passed}",
                "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            }
        )
    return {"Version": "2012-10-17", "Statement": found}


def texts() -> dict[str, str]:
    """Return every AWS-managed policy's text by its name."""
    found = {name: managed_policy(name) for name in managed_policy_names()}
    return {name: policy.text for name, policy in found.items() if policy is not None}


def _alone(work: str, texts: str, before: str = "") -> tuple[float, float]:
    """Return how long work takes in an interpreter of its own, imports and what goes before left out.

    With it comes the ratio to json.loads of the texts; both are the least of some runs.
    """
    program = (
        f"import json; from benchmarks import audit; texts = audit.texts(); audit.rules(); {before}\n"
        f"floor = min(audit.seconds(lambda: [json.loads(one) for one in ({texts}).values()]) "
        f"for _ in range({RUNS}))\n"
        f"taken = audit.seconds(lambda: {work})\n"
        "print(taken, taken / floor)"
    )
    command = [sys.executable, "-c", program]
    runs = [
        subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
        for _ in range(2)
    ]
    return min(float(taken) for taken, _ in runs), min(float(ratio) for _, ratio in runs)


def _peer(peer: str, sample: Path) -> float:
    done = subprocess.run(
        [PEER_PYTHON, ROOT / "benchmarks" / "peers" / f"{peer}_peer.py", sample],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.splitlines()[-1])


def _command(*arguments: str) -> tuple[float, float, int]:
    """Return how long a command takes, of all cores too, and the most memory that its family has."""
    before = os.times()
    started = time.perf_counter()
    with (
        Path(os.devnull).open("w") as nowhere,
        subprocess.Popen(
            [sys.executable, "-m", "rolewright", *arguments], stdout=nowhere, cwd=ROOT
        ) as running,
    ):
        process = psutil.Process(running.pid)
        most = 0
        while running.poll() is None:
            try:
                family = [process, *process.children(recursive=True)]
                most = max(most, sum(_own_memory(one) for one in family))
            except psutil.NoSuchProcess:
                continue
            time.sleep(0.1)
    after = os.times()
    cores = after.children_user + after.children_system
    cores -= before.children_user + before.children_system
    return time.perf_counter() - started, cores, most


def _own_memory(process: psutil.Process) -> int:
    """Return a process's memory, what it shares with others in part."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def seconds(work: Callable[[], object]) -> float:
    """Return how much time of one core a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
