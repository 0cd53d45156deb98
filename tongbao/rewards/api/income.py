"""What members really earned, for everyone: counted once a day from what was released."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field

from tongbao.kit.api import Said, in_readers_writing, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.rewards.api.drawing import group_title
from tongbao.rewards.contracts import DisclosedIncome, IncomeGroup
from tongbao.rewards.policy.income import SMALLEST_GROUP
from tongbao.rewards.selectors import disclosed_income

router = new_router(tag="trust")

KEPT_SECONDS = 300


class IncomeGroupOut(Schema):
    """Of n members in order of income, a share stands for the one at the ceiling of n × share."""

    title: Said = Field(description="The ranks in words; empty for everybody.")
    ranks: list[str]
    members: int
    earned_nothing: int
    nothing_of_hundred: int = Field(description="0 and 100 only where it is none and all.")
    quarter_fen: int
    median_fen: int
    three_quarters_fen: int
    ninety_fen: int
    ninety_nine_fen: int
    most_fen: int
    mean_fen: int = Field(description="Rounded down.")
    top_hundredth_bp: int = Field(
        description="What the top 1 % of these members have of all that they earned."
    )
    top_tenth_bp: int
    spent_median_fen: int = Field(description="What half of the same members spent on packs at most.")


class IncomePeriodOut(Schema):
    period: Literal["year", "ever"]
    since: datetime | None = Field(description="Where the twelve months begin; null for all time.")
    everybody: IncomeGroupOut
    groups: list[IncomeGroupOut] = Field(description="By rank, lowest first.")


class IncomeOut(Schema):
    state: Literal["published", "too_few", "not_counted"]
    as_of: datetime | None
    members: int
    smallest_group: int
    method: Said = Field(description="How it is computed, in the reader's language.")
    periods: list[IncomePeriodOut]


def method_of_income(*, language: Language) -> str:
    """How incomes are counted, in a few sentences."""
    with translation.override("en" if language == "en" else "zh-hans"):
        return gettext(
            "Income is the rewards released to a member less what refunds took back of them; rewards that are still"
            " pending are not income. Everybody who ever joined is counted, also frozen and closed accounts and those"
            " who earned nothing, at the rank that they hold now. Costs are not taken off; what the same members spent"
            " on packs in money stands beside it. A rank with fewer than %(least)s members is shown together with"
            " the next."
        ) % {"least": SMALLEST_GROUP}


@router.get("/trust/income", response={200: IncomeOut, 304: None}, summary="What members really earned")
def income(request: HttpRequest) -> HttpResponse:
    """Counted once a day; ``ETag`` holds until the next counting."""
    language = reader_language(request)
    found = disclosed_income()
    writing = in_readers_writing(request, "简")
    tag = quote_etag(f"income-{found.as_of.isoformat() if found else 'none'}-{language}-{ord(writing):x}")
    answer: Any = get_conditional_response(request, etag=tag)
    if answer is None:
        told = IncomeOut.model_validate(_told(found, language), context={"request": request}).model_dump_json()
        answer = HttpResponse(told, content_type="application/json; charset=utf-8")
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    patch_vary_headers(answer, ["Host", "Accept-Language"])
    response: HttpResponse = answer
    return response


def _told(found: DisclosedIncome | None, language: Language) -> dict[str, Any]:
    about = {"smallest_group": SMALLEST_GROUP, "method": method_of_income(language=language)}
    if found is None:
        return {"state": "not_counted", "as_of": None, "members": 0, "periods": [], **about}
    return {
        "state": "published" if found.everybody else "too_few",
        "as_of": found.as_of,
        "members": found.members,
        "periods": [
            {
                "period": period,
                "since": found.since if period == "year" else None,
                "everybody": _group(found.everybody[period], language),
                "groups": [_group(group, language) for group in found.groups[period]],
            }
            for period in ("year", "ever")
            if period in found.everybody
        ],
        **about,
    }


def _group(group: IncomeGroup, language: Language) -> dict[str, Any]:
    figures = {
        name: getattr(group, name) for name in IncomeGroupOut.model_fields if name not in ("title", "ranks")
    }
    return {"title": group_title(group.ranks, language=language), "ranks": list(group.ranks), **figures}
