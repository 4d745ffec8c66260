"""Causes that are possible where a text says little: the checklist, IAM's and others'.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Row
from rolewright.explain.diagnosis.denial import DeniedBy

if TYPE_CHECKING:
    from rolewright.explain.diagnosis.facts import Facts

SAYS_NOTHING = "says-nothing"
"""The cause that is none: all others are guesses beside it."""
_SETTLED = frozenset({"internal-error", "image-pull", "execution-role", "encoded"})


def _unsaid(facts: Facts) -> bool:
    """Whether nothing says why a call was denied."""
    denial = facts.denial
    return (
        denial.denied_by is DeniedBy.UNKNOWN
        and denial.explicit is None
        and denial.symptom not in _SETTLED
    )


def _says_nothing(facts: Facts) -> bool:
    """Whether a text says that something was denied, and no more."""
    denial = facts.denial
    said = denial.action or denial.resource or denial.principal or denial.operation
    return _unsaid(facts) and denial.symptom == "bare" and not said


def _unsaid_in_s3(facts: Facts) -> bool:
    return _unsaid(facts) and (
        facts.service == "s3" or facts.denial.symptom in {"bare", "job-data", "job-output"}
    )


POSSIBLE = (
    Row(
        id=SAYS_NOTHING,
        when=_says_nothing,
        message="The text doesn't say what was called, on what and by whom, nor what denied it.",
        fix="Get the whole message, with `User: ... is not authorized to perform: ...` where it has "
        "that; the call's event in CloudTrail, which has calls on S3's objects only where data "
        "events are logged; and who calls, by `aws sts get-caller-identity` in the job or notebook "
        "itself.",
    ),
    Row(
        id="trust-leaves-out",
        when=lambda facts: _unsaid(facts) and facts.service == "sts",
        message="Either the trust policy of {resource} doesn't let the caller assume it, or the caller's own policies don't allow it: both sides "
        "must allow it across accounts; within one, the trust policy can by itself.",
        fix="Add the caller to that role's trust policy, and look at its conditions.",
    ),
    Row(
        id="no-allow",
        when=lambda facts: _unsaid(facts) and facts.service not in {"s3", "sts", ""},
        message="Most likely no statement of {role}'s own policies allows {action}{on}.",
        fix="Grant it: `--config Pulumi.NAME.yaml` says whether the role allows it, and offers the "
        "smallest entry that does.",
        in_role=True,
    ),
    Row(
        id="bucket-key",
        when=lambda facts: (
            _unsaid_in_s3(facts)
            and (facts.calls("s3:GetObject", "s3:PutObject") or not facts.denial.action)
        ),
        message="The bucket or the object is encrypted with a KMS key that the role may not use; "
        "S3 then says no more than AccessDenied.",
        fix="Give the key as `key` of the bucket: kms:Decrypt to read, kms:GenerateDataKey to "
        "write; the key's policy must let the role use it too.",
        in_role=True,
    ),
    Row(
        id="key-policy",
        when=lambda facts: facts.service == "kms" and _unsaid(facts),
        message="The key's own policy must let the role use the key, or leave it to the account's "
        "IAM policies; and the key must be enabled, and in the region of the call.",
        fix="Read it: `aws kms get-key-policy --policy-name default --key-id {key}`.",
    ),
    Row(
        id="repository-policy",
        when=lambda facts: facts.service == "ecr" and _unsaid(facts) and not facts.of_aws,
        message="The repository is in another account, and its own policy doesn't let the role in.",
        fix="Have its owner allow the role's ARN there.",
    ),
    Row(
        id="bucket-demands-encryption",
        when=lambda facts: _unsaid_in_s3(facts) and facts.calls("s3:PutObject"),
        message="The bucket's policy denies what is put without SSE-KMS, and the call names no key. "
        "That is not an IAM fix.",
        fix="Name the key in the job (`output_kms_key`, `OutputDataConfig.KmsKeyId`).",
    ),
    Row(
        id="object-missing",
        when=lambda facts: _unsaid_in_s3(facts) and facts.calls("s3:GetObject"),
        message="The object doesn't exist: without s3:ListBucket on the bucket S3 answers 403 "
        "instead of 404.",
        fix="Check the key; grant `list` on the bucket, and the answer will be right.",
        in_role=True,
    ),
    Row(
        id="bucket-policy",
        when=_unsaid_in_s3,
        message="The bucket belongs to another account, or its policy denies the call (TLS, VPC "
        "endpoint, organisation), or its public access block does.",
        fix="Read the bucket's policy: `aws s3api get-bucket-policy`. Across accounts it must allow "
        "the role as well.",
    ),
    Row(
        id="endpoint-case",
        when=lambda facts: (
            facts.calls(
                "sagemaker:InvokeEndpoint",
                "sagemaker:InvokeEndpointAsync",
                "sagemaker:InvokeEndpointWithResponseStream",
            )
            and facts.denial.denied_by in {DeniedBy.IDENTITY, DeniedBy.UNKNOWN}
            and facts.denial.symptom != "endpoint-name"
        ),
        message="The policy names the endpoint in another case: ARNs are compared letter by letter, "
        "and an endpoint's ARN is in lower case whatever its name.",
        fix="Write the endpoint's ARN in lower case, as `aws sagemaker describe-endpoint` shows it.",
        in_role=True,
    ),
    Row(
        id="boundary-or-scp",
        when=_unsaid,
        message="A permissions boundary, a session policy or an organisation's policy (SCP, RCP) "
        "takes it away: no Allow in the role helps then.",
        fix="Look at the role's boundary; ask the organisation's owner. CloudTrail's errorMessage "
        "often says which it was.",
    ),
    Row(
        id="other-role",
        when=lambda facts: _unsaid(facts) and facts.denial.principal is None,
        message="The call was made as someone else than you think: a job runs as its execution "
        "role, a notebook as its own.",
        fix="Run `aws sts get-caller-identity` where the call is made.",
    ),
    Row(
        id="internal-failure",
        when=lambda facts: facts.denial.symptom == "internal-error",
        message="It isn't the role at all: the subnets have no free addresses, the instance type is "
        "short, or SageMaker itself failed.",
        fix="Try again; look at the subnets' free addresses and at the job's log.",
    ),
    Row(
        id="default-bucket-name",
        when=lambda facts: (
            facts.calls("s3:CreateBucket")
            and facts.denial.denied_by in {DeniedBy.IDENTITY, DeniedBy.UNKNOWN}
        ),
        message="Or the bucket is really to be created: then whoever sets the account up should.",
        fix="Create the bucket once, by a stack of its own, and grant the role access to it.",
    ),
)
