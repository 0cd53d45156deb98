"""The plans in force, for everyone: what they pay, their proven worst case, and the document itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema
from pydantic import Field, StringConstraints

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.rewards import selectors
from tongbao.rewards.contracts import PlanFacts, SignOffFacts

router = new_router(tag="plans")

PlanKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class SignOffOut(Schema):
    """An owner's written statement for a plan that the lint blocks."""

    name: str
    statement: str
    signed_at: datetime
    jurisdiction: str
    findings: list[str] = Field(
        description="Ids of the findings that were signed for; docs/lint.md tells each."
    )
    sha256: str = Field(description="Of the document that was signed for.")


class PlanOut(Schema):
    key: str
    version: int
    title: Said
    sentences: list[Said] = Field(description="Each clause in one sentence, then the ways up.")
    effective_from: datetime
    worst_case_bp: int = Field(description="The most that one order can ever pay, proven.")
    budget_bp: int
    sha256: str = Field(description="Of the document: what was published is what you read.")
    sign_off: SignOffOut | None = Field(description="Null where nothing had to be signed for.")


class PlanDocumentOut(PlanOut):
    document: str


@router.get("/plans", response=list[PlanOut], summary="The plans in force, with their proven worst case")
def plans(request: HttpRequest) -> Any:
    language = reader_language(request)
    return [_plan(facts, language) for facts in selectors.plans_in_force(at=clock.now())]


@router.get("/plans/{key}", response=PlanDocumentOut, summary="One plan in force, with its document")
def plan(request: HttpRequest, key: Path[PlanKey]) -> Any:
    facts = selectors.disclosed_plan(key=key, at=clock.now())
    return {**_plan(facts, reader_language(request)), "document": facts.document}


def _plan(facts: PlanFacts, language: Language) -> dict[str, Any]:
    zh = language == "zh"
    return {
        "key": facts.key,
        "version": facts.version,
        "title": facts.title_zh if zh else facts.title_en,
        "sentences": list(facts.sentences_zh if zh else facts.sentences_en),
        "effective_from": facts.effective_from,
        "worst_case_bp": facts.worst_case_bp,
        "budget_bp": facts.budget_bp,
        "sha256": facts.sha256,
        "sign_off": None if facts.sign_off is None else _sign_off(facts.sign_off),
    }


def _sign_off(facts: SignOffFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "statement": facts.statement,
        "signed_at": facts.signed_at,
        "jurisdiction": facts.jurisdiction,
        "findings": list(facts.finding_ids),
        "sha256": facts.sha256,
    }
