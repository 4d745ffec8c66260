"""Causes that the action, the resource or the message itself points at: the failures people have most.

https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-python-sdk-troubleshooting.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Row
from rolewright.explain.diagnosis.denial import DeniedBy
from rolewright.explain.diagnosis.policy_rows import NOT_IN_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolewright.explain.diagnosis.facts import Facts

_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
_PULL = (
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchCheckLayerAvailability",
    "ecr:DescribeImages",
)
_OWN_ALLOW_HELPS = frozenset({DeniedBy.IDENTITY, DeniedBy.UNKNOWN})
_READS_DATA = ("job-data", "no-objects", "model-data", "query-data")
_S3_ITSELF = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject")


def _is(*symptoms: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.denial.symptom in symptoms


def _asks(*actions: str) -> Callable[[Facts], bool]:
    """Whether it is one of these actions, and an Allow of the role's own may be what is missing."""

    def when(facts: Facts) -> bool:
        denial = facts.denial
        may_help = denial.denied_by in _OWN_ALLOW_HELPS and denial.explicit is not True
        return may_help and facts.calls(*actions)

    return when


def _and(*tests: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    return lambda facts: all(test(facts) for test in tests)


def _encoded(facts: Facts) -> bool:
    return facts.denial.encoded and facts.denial.denied_by is DeniedBy.UNKNOWN


def _bucket_demands_key(facts: Facts) -> bool:
    denial = facts.denial
    return (
        denial.denied_by is DeniedBy.RESOURCE
        and denial.explicit is True
        and facts.calls("s3:PutObject")
    )


TELLING = (
    Row(
        id="encoded-message",
        when=_encoded,
        message="The message is encoded: which policy denied, and which resource and conditions it "
        "was about, stands in it.",
        fix="Decode it and paste what comes out: `aws sts decode-authorization-message "
        "--encoded-message TEXT --query DecodedMessage --output text | rolewright diagnose -`. "
        "It takes sts:DecodeAuthorizationMessage.",
    ),
    Row(
        id="job-data",
        when=_is(*_READS_DATA),
        message="The job's role, not yours, reads the data, and may not: {bucket} is not among its "
        "buckets, or it lacks s3:ListBucket on the bucket or s3:GetObject on the objects.",
        fix="Name the bucket under `{keys}.buckets` with `access: [list, read]`, with its `key` "
        "where it is encrypted; check that the prefix exists and the bucket is in the job's region.",
        in_role=True,
    ),
    Row(
        id="job-output",
        when=_is("job-output", "query-output"),
        message="The result can't be written: {bucket} is not among the role's buckets, or it lacks "
        "s3:PutObject, or s3:GetBucketLocation for Athena.",
        fix="Name the bucket under `{keys}.buckets` with `access: [read, write]`, with its `key` "
        "where it is encrypted.",
        in_role=True,
    ),
    Row(
        id="add-tags",
        when=_asks("sagemaker:AddTags"),
        message="SageMaker tags what it creates: the SDK, Studio and the tags of a domain add tags "
        "to jobs, spaces and endpoints, so that creating one needs `sagemaker:AddTags` beside the "
        "create action.",
        fix="Allow `sagemaker:AddTags` on the same resources as the create actions; the activities "
        "under `{keys}.activities` (`manage-jobs`, `manage-models`, `manage-endpoints`, ...) "
        "bring it.",
        in_role=True,
    ),
    Row(
        id="passes-itself",
        when=_and(_asks("iam:PassRole"), lambda facts: facts.passes_itself),
        message="The role passes itself: a notebook or Studio starts a job with its own role as the "
        "job's role, and IAM asks for `iam:PassRole` then too.",
        fix="Name {passed} under `{keys}.passRoles`, by its exact ARN with its path; it may then "
        "be passed to sagemaker.amazonaws.com alone (iam:PassedToService).",
        in_role=True,
    ),
    Row(
        id="pass-role",
        when=_and(_asks("iam:PassRole"), lambda facts: not facts.passes_itself),
        message="Whoever starts a job passes the job's role to SageMaker. No statement lets {role} "
        "pass {passed}: none names its exact ARN, path included, or iam:PassedToService is for "
        "another service.",
        fix="Name {passed} under `{keys}.passRoles`, by its exact ARN.",
        in_role=True,
    ),
    Row(
        id="cross-account-pass-role",
        when=_is("cross-account-pass-role"),
        message="A role can be passed only within its own account; no policy changes that.",
        fix="Use a role of the account that you call in, and let it reach the other account.",
    ),
    Row(
        id="trust-lacks-service",
        when=_is("trust"),
        message="The trust policy of {resource} doesn't let {trusted} assume it, or a condition of "
        "it (aws:SourceAccount, aws:SourceArn) isn't met.",
        fix="Let its trust policy allow sts:AssumeRole for the service principal "
        "sagemaker.amazonaws.com, as every role of this program does. Notebook instances, labelling "
        "and AutoML need `trust: {{sourceAccount: false}}`; other services go into "
        "`trust.services`.",
        in_role=True,
    ),
    Row(
        id="role-path",
        when=_and(_is("trust"), lambda facts: facts.has_no_path),
        message="The role may have a path that the ARN leaves out: it is then another role, or none.",
        fix="Copy the ARN from the stack's outputs or from `aws iam get-role`; it looks like "
        "`arn:aws:iam::ACCOUNT:role/PATH/NAME`.",
    ),
    Row(
        id="new-role",
        when=_is("trust", "model-data"),
        message="A role that was created or changed in the last seconds can't be assumed "
        "everywhere yet.",
        fix="Wait ten seconds and try again.",
    ),
    Row(
        id="role-missing",
        when=_is("role-missing"),
        message="There is no role {name} in the account that was asked.",
        fix="Check the name, without its path, the account and the profile.",
    ),
    Row(
        id="execution-role-lookup",
        when=lambda facts: facts.denial.symptom == "execution-role" or _asks("iam:GetRole")(facts),
        message="`get_execution_role` of the SageMaker SDK asks IAM for the role's path and needs "
        "`iam:GetRole` on the role itself for it (and sts:GetCallerIdentity, which needs no "
        "permission).",
        fix="Allow `iam:GetRole` on the role's own ARN, or give the SDK the ARN instead of asking.",
        in_role=True,
    ),
    Row(
        id="not-a-role",
        when=_is("not-a-role"),
        message="Outside of SageMaker your credentials are a user's, so there is no execution role "
        "to find. No permission is missing.",
        fix="Give the role's ARN to the SDK yourself: `role = "
        '"arn:aws:iam::ACCOUNT:role/PATH/NAME"`.',
    ),
    Row(
        id="aws-image",
        when=lambda facts: (
            facts.of_aws
            and facts.denial.denied_by in {*_OWN_ALLOW_HELPS, DeniedBy.RESOURCE}
            and facts.denial.symptom != "image-repository-policy"
        ),
        message="{repository} is one of AWS's own repositories, in an account of AWS's that differs "
        "by region; the role must be allowed to pull from it there.",
        fix="Name the framework under `{keys}.images`: it resolves to the region's account. If the "
        "role allows it already, the image, its version or its region doesn't exist.",
        in_role=True,
    ),
    Row(
        id="own-image",
        when=lambda facts: (
            facts.service == "ecr"
            and facts.denial.denied_by in _OWN_ALLOW_HELPS
            and not facts.of_aws
            and "sagemaker" not in (facts.repository or "sagemaker").lower()
        ),
        message="{repository} is a repository of your own without `sagemaker` in its name. "
        "AmazonSageMakerFullAccess reaches only those that have it.",
        fix="Name it under `{keys}.repositories`.",
        in_role=True,
    ),
    Row(
        id="image-login",
        when=lambda facts: (
            facts.denial.symptom == "image-login" or _asks("ecr:GetAuthorizationToken")(facts)
        ),
        message="Every pull begins with a login, `ecr:GetAuthorizationToken`, which takes no "
        "resource but `*`.",
        fix="Name what is pulled under `{keys}.repositories` or `images`, which bring it; on your "
        "own machine run `aws ecr get-login-password` for the registry's region first.",
        in_role=True,
    ),
    Row(
        id="image-repository-policy",
        when=_is("image-repository-policy"),
        message=NOT_IN_ROLE + "The repository's own policy must let sagemaker.amazonaws.com pull; "
        "SageMaker asks it when a model is made of an image in another account. For an image of "
        "AWS's it means that this image, version or region doesn't exist.",
        fix="Have the repository's owner add the statement, or check the image's name, version and "
        "region.",
    ),
    Row(
        id="image-pull",
        when=_is("image-pull"),
        message="The image doesn't exist, or the job's role may not pull it; SageMaker says no more.",
        fix="Check name, tag and region of the image; then name it under `repositories`, or `images` "
        "where it is AWS's; across accounts its repository's policy must allow the role.",
        in_role=True,
    ),
    Row(
        id="kms-key",
        when=lambda facts: facts.denial.symptom == "kms-key" or _asks("kms:*")(facts),
        message="The role needs the key that the data is encrypted with, in two places: in its own "
        "policies (`kms:Decrypt` to read, `kms:GenerateDataKey` to write) and in the key's policy, "
        "unless that leaves it to the account's IAM policies.",
        fix="Give the key's ARN as `key` of the bucket under `{keys}.buckets`, or under "
        "`{keys}.keys`; have the key's owner let the role's ARN use it. The key must be in the "
        "region of the call.",
        in_role=True,
    ),
    Row(
        id="kms-key-state",
        when=_is("kms-key-state"),
        message=NOT_IN_ROLE + "The key is disabled, waits to be deleted, or isn't ready.",
        fix="Have the key's owner enable it (`aws kms enable-key`, `cancel-key-deletion`).",
    ),
    Row(
        id="bucket-demands-encryption",
        when=_bucket_demands_key,
        message="This is not an IAM fix: no change of the role will help. Most likely the bucket's "
        "policy denies what is put without SSE-KMS, or with another key, and the job names no key.",
        fix="Name the key in the job: `output_kms_key` in the SDK, `OutputDataConfig.KmsKeyId`, "
        "`ServerSideEncryption=aws:kms` for PutObject; and grant the key to the role.",
    ),
    Row(
        id="network-interfaces",
        when=lambda facts: facts.denial.symptom == "internal-error" or _asks(*_NETWORK)(facts),
        message="A job, model or notebook in a VPC makes network interfaces with the role. Where it "
        "may not, the job fails, often with no more than InternalServerError.",
        fix="Give subnets and security groups under `{keys}.vpc`, or as `network` of the role's "
        "activities; they bring ec2:CreateNetworkInterface, its permission and the Describe "
        "actions.",
        in_role=True,
    ),
    Row(
        id="create-default-bucket",
        when=_asks("s3:CreateBucket"),
        message="An older SageMaker SDK tries to create its default bucket, "
        "sagemaker-REGION-ACCOUNT, even where it exists or another is used.",
        fix="Update the SDK, or give the session a bucket: `Session(default_bucket=...)`. "
        "The role needs no s3:CreateBucket for it.",
    ),
    Row(
        id="no-endpoint",
        when=_is("unreachable"),
        message="It looks like a missing permission and isn't IAM: the call never reached {host}. "
        "From subnets without a way to the internet each service needs a VPC endpoint of its own, "
        "STS and CloudWatch Logs too, and for STS the regional name.",
        fix="Add the interface endpoint (the gateway endpoint for S3), with private DNS and a "
        "security group that lets port 443 in; set AWS_STS_REGIONAL_ENDPOINTS=regional.",
    ),
    Row(
        id="lake-formation",
        when=_is("lake-formation"),
        message="This is not IAM: Lake Formation stands in front of the Glue catalog and has not "
        "granted the role {permission}{on}. IAM policies alone don't reach it.",
        fix="Have the data lake's administrator grant it to the role's ARN (`aws lakeformation "
        "grant-permissions`); the role needs lakeformation:GetDataAccess as well.",
    ),
    Row(
        id="lake-formation-data",
        when=_asks("lakeformation:GetDataAccess"),
        message="The table is governed by Lake Formation, which hands out access to its data.",
        fix="Allow `lakeformation:GetDataAccess`, and have the administrator grant the table to "
        "the role.",
        in_role=True,
    ),
    Row(
        id="model-access",
        when=_is("model-access"),
        message=NOT_IN_ROLE + "The account has not been given access to this Bedrock model in this "
        "region.",
        fix="Ask for it under `Model access` of Bedrock's console, or use a model or region that "
        "has it.",
    ),
    Row(
        id="policy-too-long",
        when=_is("policy-size"),
        message="The documents are too long: IAM takes {limit} characters, white space not counted "
        "(6,144 a managed policy, 10,240 all inline policies of a role). Nothing was denied.",
        fix="Let this program split it: named policies with `managed: true`, activities, prefixes "
        "in place of lists; `make preview` says by how much it doesn't fit.",
        in_role=True,
    ),
    Row(
        id="trust-too-long",
        when=_is("trust-size"),
        message="The trust policy is too long: IAM takes {limit} characters. Nothing was denied.",
        fix="Name fewer `trust.sourceArns`, or have the account's quota raised (to 4,096).",
        in_role=True,
    ),
    Row(
        id="too-many-policies",
        when=_is("attached-policies"),
        message="The role has as many managed policies as it may: {limit}. Nothing was denied.",
        fix="Join some of them, or have the account's quota raised (to 25).",
        in_role=True,
    ),
    Row(
        id="malformed-principal",
        when=_is("malformed-principal"),
        message="IAM refused the document, nobody was denied: it names a principal that doesn't "
        "exist, {said}.",
        fix="Check the ARN, path and account included; a role that was just created needs some "
        "seconds.",
        in_role=True,
    ),
    Row(
        id="malformed-policy",
        when=_is("malformed-policy"),
        message="IAM refused the document, nobody was denied: {said}.",
        fix="Find the fault: `rolewright lint FILE`, or paste the document here.",
        in_role=True,
    ),
    Row(
        id="bucket-not-granted",
        when=_and(
            _asks(*_S3_ITSELF, "s3:GetBucketLocation", "s3:AbortMultipartUpload"),
            lambda facts: facts.denial.symptom not in _READS_DATA,
        ),
        message="{bucket} is not among the role's buckets, or not with this access: s3:ListBucket "
        "and s3:GetBucketLocation are asked on the bucket itself, the others on its objects "
        "(`/*`), within the granted prefixes.",
        fix="Name it under `{keys}.buckets`: `access` `list` for ListBucket, `read` for GetObject "
        "and GetBucketLocation, `write`, `delete`.",
        in_role=True,
    ),
    Row(
        id="endpoint-name",
        when=_is("endpoint-name"),
        message="There is no endpoint {name} in this region of the account, by that very name: "
        "InvokeEndpoint takes upper and lower case as they were given to CreateEndpoint.",
        fix="Copy the name from `aws sagemaker list-endpoints`.",
    ),
    Row(
        id="missing",
        when=_is("missing"),
        message="This is not IAM: what was asked for doesn't exist in this account and region.",
        fix="Check the name, the region and the account.",
    ),
    Row(
        id="credentials",
        when=_is("credentials"),
        message="This is not the role's policies: the credentials are missing, invalid or expired.",
        fix="Log in again; check the profile, the machine's clock and `aws sts "
        "get-caller-identity`.",
    ),
)
