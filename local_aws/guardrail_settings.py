"""The file that the policy pack takes as its config, checked before the engine sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from local_aws.faults import Fault
from rolewright.grants import ConfigError
from rolewright.guardrails import config_problems, guardrails, settings_below

if TYPE_CHECKING:
    from pathlib import Path


def check_guardrail_settings(path: Path) -> None:
    """Check a file of guardrail settings, since the engine's own words for a fault help nobody.

    Raises Fault with every problem of it.
    """
    try:
        content: Any = json.loads(path.read_text())
    except OSError as error:
        raise Fault(f"`{path}` can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Fault(f"`{path}` is not JSON: it is no text") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Fault(f"`{path}` is not JSON: {error.msg.lower()} ({where})") from None
    if not isinstance(content, dict):
        raise Fault(f"`{path}` is no mapping from guardrails to their settings")
    settings = settings_below(cast("dict[str, Any]", content), path.parent)
    problems = tuple(config_problems(guardrails(), settings))
    if problems:
        raise Fault(str(ConfigError(problems)), where=str(path))
