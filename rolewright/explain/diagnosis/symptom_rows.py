"""Messages that don't name who may not do what: a row each, told by the words it begins with.

Collected from AWS's documentation and from what people report of SageMaker, its SDK and the
services that its jobs use. A row claims no more than its words say.
"""

from __future__ import annotations

from dataclasses import dataclass

from rolewright.explain.diagnosis.denial import DeniedBy

SYMPTOM, OPERATION, BARE = 3, 2, 1
"""Ranks: a message that is known, a denied operation without a word on why, and less."""
_ROLE = r"[\"'`(]{0,2}(?P<resource>arn:[^\s\"'`)]{1,300}?)[\"'`).,;]{0,2}(?=\s|$)"
_WHO = _ROLE.replace("resource", "principal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Symptom:
    """A message by the words that it begins with, in lower case and without a line break.

    `rest` is matched from there; its groups `action`, `resource` and `principal` go into the
    denial, the others into its details. `action` is what the words say where no operation was
    called.
    """

    id: str
    begins: str
    rest: str = ""
    denied_by: DeniedBy = DeniedBy.UNKNOWN
    explicit: bool | None = None
    action: str | None = None
    rank: int = SYMPTOM


_IMAGE = r"'?(?P<image>[^\s']+)'?"
_S3 = r"(?:.{0,80}?[\"'` ](?P<resource>s3://[^\s\"'`,)]+))?"

SYMPTOMS = (
    # Trust.
    Symptom(
        id="trust",
        begins="could not assume role",
        rest=rf"(?: {_ROLE})?(?:.{{0,120}}?principal '(?P<principal>[\w.-]+)')?",
        denied_by=DeniedBy.TRUST,
        action="sts:AssumeRole",
    ),
    Symptom(
        id="trust",
        begins="assume the role",
        rest=rf"(?: {_ROLE}(?=\s|$))?",
        denied_by=DeniedBy.TRUST,
        action="sts:AssumeRole",
    ),
    Symptom(
        id="trust",
        begins="unable to perform: sts:assumerole",
        rest=r"(?: on (?:the )?role)?(?:.{0,120}?'(?P<principal>[\w.-]+\.amazonaws\.com(?:\.cn)?)')?",
        denied_by=DeniedBy.TRUST,
        action="sts:AssumeRole",
    ),
    Symptom(
        id="trust",
        begins="execution role arn",
        rest=rf"(?: {_ROLE})? is invalid"
        r"(?:.{0,200}?(?:service )?principal [\"'](?P<principal>[\w.-]+)[\"'])?",
        denied_by=DeniedBy.TRUST,
        action="sts:AssumeRole",
    ),
    Symptom(
        id="trust",
        begins="cannot be assumed by",
        rest=r" (?P<service>\w+)",
        denied_by=DeniedBy.TRUST,
        action="sts:AssumeRole",
    ),
    Symptom(
        id="model-data",
        begins="could not access model data at",
        rest=rf" (?P<resource>s3://[^\s\"'`,)]+?)[.,]?\s(?:.{{0,80}}?the role {_WHO})?",
        action="s3:GetObject",
    ),
    Symptom(
        id="cross-account-pass-role",
        begins="cross-account pass role is not allowed",
        denied_by=DeniedBy.NOT_IAM,
        action="iam:PassRole",
    ),
    # Images.
    Symptom(
        id="image",
        begins="the role ",
        rest=rf"{_WHO} does not have (?P<operation>\w+) permission "
        rf"(?:for|on) the image: {_IMAGE}",
    ),
    Symptom(
        id="image-repository-policy",
        begins="the repository of your image",
        rest=rf" {_IMAGE} does not grant (?P<action>ecr:\w+)"
        r".{0,200}? to (?P<principal>[\w.-]+) service principal",
        denied_by=DeniedBy.RESOURCE,
        explicit=False,
    ),
    Symptom(id="image-pull", begins="cannot pull algorithm container"),
    Symptom(id="image-pull", begins="cannotpullcontainer"),
    Symptom(id="image-pull", begins="pull access denied for", rest=rf" {_IMAGE}"),
    Symptom(id="image-login", begins="no basic auth credentials", denied_by=DeniedBy.NOT_IAM),
    # Keys.
    Symptom(id="kms-key", begins="the ciphertext refers to a ", denied_by=DeniedBy.KMS),
    Symptom(
        id="kms-key-state",
        begins="arn:aws",
        rest=r"(?P<partition>(?:-[a-z]+)*):kms:(?P<key>[^\s\"']{1,200}) "
        r"is (?:disabled|pending deletion|pending import|unavailable)",
        denied_by=DeniedBy.KMS,
    ),
    Symptom(id="kms-key-state", begins="kmsinvalidstateexception", denied_by=DeniedBy.KMS),
    Symptom(id="kms-key-state", begins="kms.disabledexception", denied_by=DeniedBy.KMS),
    # Data of jobs.
    Symptom(
        id="no-objects",
        begins="no s3 objects found under s3 url",
        rest=r" \"?(?P<resource>s3://[^\s\"]+)\"?"
        rf"(?:.{{0,300}}?the role {_WHO} has \"(?P<action>s3:\w+)\")?",
        action="s3:ListBucket",
    ),
    Symptom(id="job-data", begins="data download failed", rest=_S3),
    Symptom(id="job-data", begins="failed to download data", rest=_S3),
    Symptom(id="job-data", begins="unable to access s3", rest=_S3),
    Symptom(id="job-output", begins="data upload failed", rest=_S3),
    Symptom(id="job-output", begins="unable to write to s3", rest=_S3),
    Symptom(id="query-output", begins="unable to verify/create output bucket"),
    Symptom(id="query-output", begins="access denied when writing output to url:", rest=_S3),
    Symptom(
        id="query-data", begins="permission denied on s3 path:", rest=r" (?P<resource>s3://\S+)"
    ),
    # Networks.
    Symptom(id="internal-error", begins="internalservererror"),
    Symptom(
        id="unreachable",
        begins="connect timeout on endpoint url",
        rest=r": \"?https?://(?P<host>[\w.-]+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="unreachable",
        begins="could not connect to the endpoint url",
        rest=r": \"?https?://(?P<host>[\w.-]+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="unreachable",
        begins="read timeout on endpoint url",
        rest=r": \"?https?://(?P<host>[\w.-]+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    # Lake Formation, Bedrock.
    Symptom(
        id="lake-formation",
        begins="insufficient lake formation permission",
        rest=r"(?:\(s\)|s)?(?:: required (?P<permission>[\w ]{1,40}?))? on (?P<resource>[^\s\"',)]+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(id="lake-formation", begins="insufficient lake formation", denied_by=DeniedBy.NOT_IAM),
    Symptom(
        id="model-access",
        begins="you don't have access to the model with the specified model id",
        denied_by=DeniedBy.NOT_IAM,
    ),
    # Documents and limits.
    Symptom(
        id="policy-size",
        begins="exceed quota for policysize",
        rest=r": ?(?P<limit>\d+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="policy-size",
        begins="exceed the quota for policysize",
        rest=r": ?(?P<limit>\d+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="policy-size",
        begins="maximum policy size of ",
        rest=r"(?P<limit>\d+) bytes exceeded(?: for (?P<kind>role|user|group) (?P<name>[\w+=,.@-]+))?",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="trust-size",
        begins="exceed quota for aclsizeperrole",
        rest=r": ?(?P<limit>\d+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="attached-policies",
        begins="exceed quota for policiesperrole",
        rest=r": ?(?P<limit>\d+)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="malformed-principal",
        begins="invalid principal in policy",
        rest=r"(?:: ?(?P<named>\"[^\"]{1,40}\" ?: ?\"[^\"]{1,300}\"))?",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="malformed-policy",
        begins="malformedpolicy",
        rest=r"\w*\)?(?: when calling the (?P<operation>\w{1,100}) operation)?"
        r":? ?(?P<said>[^.]{0,200})",
        denied_by=DeniedBy.NOT_IAM,
    ),
    # The SDK.
    Symptom(
        id="execution-role",
        begins="couldn't call 'get_role' to get role arn from role name",
        rest=r" (?P<name>\S+)",
        action="iam:GetRole",
    ),
    Symptom(
        id="not-a-role",
        begins="the current aws identity is not a role",
        rest=rf":? ?{_WHO}(?=[\s,]|$)",
        denied_by=DeniedBy.NOT_IAM,
    ),
    # What isn't there.
    Symptom(
        id="role-missing",
        begins="the role with name ",
        rest=r"(?P<name>\S+) cannot be found",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(
        id="endpoint-name",
        begins="endpoint ",
        rest=r"(?P<name>[\w-]+) of account (?P<account>\d+) not found",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(id="missing", begins="resourcenotfoundexception", denied_by=DeniedBy.NOT_IAM),
    Symptom(id="missing", begins="nosuchbucket", denied_by=DeniedBy.NOT_IAM),
    # Credentials.
    Symptom(id="credentials", begins="expiredtoken", denied_by=DeniedBy.NOT_IAM),
    Symptom(
        id="credentials",
        begins="the security token included in the request is",
        denied_by=DeniedBy.NOT_IAM,
    ),
    Symptom(id="credentials", begins="unable to locate credentials", denied_by=DeniedBy.NOT_IAM),
    Symptom(id="credentials", begins="signaturedoesnotmatch", denied_by=DeniedBy.NOT_IAM),
    # Denied, and nothing more.
    Symptom(
        id="queue",
        begins="access to the resource ",
        rest=r"(?P<resource>https?://\S+) is denied",
        rank=SYMPTOM,
    ),
    Symptom(id="encoded", begins="encoded authorization failure message", rank=BARE),
    Symptom(id="deny", begins="explicit deny", explicit=True, rank=BARE),
    Symptom(id="bare", begins="access denied", rank=BARE),
    Symptom(id="bare", begins="accessdenied", rank=BARE),
    Symptom(id="bare", begins="403 forbidden", rank=BARE),
    Symptom(id="bare", begins="(403)", rank=BARE),
    Symptom(id="bare", begins="unauthorizedoperation", rank=BARE),
)
