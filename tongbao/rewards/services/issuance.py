"""The issuance planner writes nothing but that somebody took a table away."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

DownloadForm = Literal["csv", "json"]


def note_download(*, plan: str, sha256: str, form: DownloadForm, actor: Actor, now: datetime) -> None:
    """Keep in the audit log that an operator downloaded the table of an issuance plan, and of which text."""
    with transaction():
        audit(
            AuditFact(
                actor=actor,
                action="issuance_plan.download",
                subject=f"issuance_plan:{plan}",
                detail={"form": form, "sha256": sha256},
            ),
            now=now,
        )
