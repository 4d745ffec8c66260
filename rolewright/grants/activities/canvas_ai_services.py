"""Ask AWS's ready-made models from Canvas: texts, images, documents, foundation models.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerCanvasAIServicesAccess.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_DETECTS = (
    "comprehend:BatchDetectDominantLanguage",
    "comprehend:BatchDetectEntities",
    "comprehend:BatchDetectSentiment",
    "comprehend:DetectDominantLanguage",
    "comprehend:DetectEntities",
    "comprehend:DetectPiiEntities",
    "comprehend:DetectSentiment",
    "rekognition:DetectLabels",
    "rekognition:DetectText",
    "textract:AnalyzeDocument",
    "textract:AnalyzeExpense",
    "textract:AnalyzeID",
    "textract:GetDocumentAnalysis",
    "textract:GetExpenseAnalysis",
    "textract:StartDocumentAnalysis",
    "textract:StartExpenseAnalysis",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow("AskReadyModels", _DETECTS, ("*",))
    yield allow("ListFoundationModels", ("bedrock:ListFoundationModels",), ("*",))
    yield allow(
        "AskFoundationModels",
        ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
        (f"arn:{target.partition}:bedrock:{target.region}::foundation-model/*",),
    )


ACTIVITY = Activity(
    name="canvas-ai-services",
    description="Ask Bedrock, Comprehend, Rekognition and Textract from Canvas.",
    statements=_statements,
    why_not="these services run in AWS's own network and keep nothing",
)
