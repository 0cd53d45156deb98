"""What others learn about plans: as published, as signed for, as drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffFacts:
    """Who took the responsibility for publishing a plan although the lint blocked it.

    ``findings`` are what was found when it was signed, each as the lint tells other programs.
    """

    name: str
    statement: str
    signed_at: datetime
    jurisdiction: str
    sha256: str
    findings: tuple[Mapping[str, Any], ...]

    @property
    def finding_ids(self) -> tuple[str, ...]:
        return tuple(str(finding["id"]) for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffWords:
    """What an owner writes to sign: their name, why the plan is published all the same, and for which findings.

    ``findings`` are the ids of what was shown to them.
    """

    name: str
    statement: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A published plan as anyone may read it."""

    key: str
    version: int
    title_zh: str
    title_en: str
    sentences_zh: tuple[str, ...]
    sentences_en: tuple[str, ...]
    effective_from: datetime
    worst_case_bp: int
    budget_bp: int
    sha256: str
    document: str
    sign_off: SignOffFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """A draft as it stands. ``published`` says whether this very revision was published."""

    draft_id: int
    key: str
    title: str
    document: str
    base: str
    revision: int
    updated_at: datetime
    updated_by: str
    is_discarded: bool
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTextFacts:
    """One earlier text of a draft."""

    revision: int
    document: str
    saved_at: datetime
    saved_by: str
