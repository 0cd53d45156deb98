"""A named owner's written statement that a plan is published although a rule blocks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from tongbao.money import StatedError
from tongbao.plans.lint.contracts import JURISDICTIONS, Finding, Jurisdiction
from tongbao.plans.lint.linting import blocking, lint
from tongbao.plans.lint.practice import Practice
from tongbao.plans.plan import Plan

LONGEST_NAME = 80
SHORTEST_TEXT = 10
LONGEST_TEXT = 2_000


class SignOffInvalid(StatedError):
    code = "sign_off_invalid"
    message_en = "This is no sign-off: {why_en}."
    message_zh = "签署声明无效:{why_zh}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffStatement:
    """Who takes the responsibility for which findings of which plan, in whose words, and when.

    ``findings`` are the ids of the blocking findings that were shown, ``plan_sha256`` the digest of the document,
    ``signed_at`` a moment with its offset in ISO 8601. Raises SignOffInvalid.
    """

    owner_name: str
    text: str
    findings: tuple[str, ...]
    plan_sha256: str
    jurisdiction: Jurisdiction
    signed_at: str

    def __post_init__(self) -> None:
        if not 0 < len(self.owner_name.strip()) <= LONGEST_NAME:
            raise SignOffInvalid(
                why_en=f"write the owner's full name, up to {LONGEST_NAME} characters",
                why_zh=f"请填写负责人姓名(不超过{LONGEST_NAME}字)",
            )
        if not SHORTEST_TEXT <= len(self.text.strip()) <= LONGEST_TEXT:
            raise SignOffInvalid(
                why_en=f"say in {SHORTEST_TEXT} to {LONGEST_TEXT} characters why it is published all the same",
                why_zh=f"请用{SHORTEST_TEXT}至{LONGEST_TEXT}字说明为何仍然发布",
            )
        if not self.findings:
            raise SignOffInvalid(
                why_en="it names no finding; only what blocks is signed for",
                why_zh="未列明所涉问题;只有存在阻断问题时才需签署",
            )
        if not re.fullmatch(r"[0-9a-f]{64}", self.plan_sha256):
            raise SignOffInvalid(
                why_en="it names no plan; give the document's SHA-256",
                why_zh="未指明方案;请提供文档的SHA-256",
            )
        if self.jurisdiction not in JURISDICTIONS:
            raise SignOffInvalid(
                why_en=f"there is no jurisdiction {self.jurisdiction!r}; use one of {', '.join(JURISDICTIONS)}",
                why_zh=f"没有法域{self.jurisdiction!r};可选:{'、'.join(JURISDICTIONS)}",
            )
        if not _is_moment(self.signed_at):
            raise SignOffInvalid(
                why_en="signed_at must look like 2026-11-23T09:00:00+08:00",
                why_zh="signed_at格式应为2026-11-23T09:00:00+08:00",
            )

    def covers(self, *, plan: Plan, findings: tuple[Finding, ...]) -> bool:
        """Whether it signs for this very document and for everything in it that blocks in its jurisdiction."""
        needed = {
            finding.id for finding in blocking(findings) if finding.rule.jurisdiction == self.jurisdiction
        }
        return self.plan_sha256 == plan.sha256 and needed <= set(self.findings)


def requires_sign_off(*, plan: Plan, practice: Practice, jurisdiction: Jurisdiction) -> tuple[Finding, ...]:
    """The findings that an owner has to sign for before the plan is published; none: nothing to sign.

    >>> from tongbao.plans import preset
    >>> [finding.id for finding in requires_sign_off(
    ...     plan=preset("gift-pack"), practice=Practice(), jurisdiction="US")]
    []
    """
    return blocking(lint(plan=plan, practice=practice, jurisdiction=jurisdiction))


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
