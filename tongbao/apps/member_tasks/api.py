"""What members do with tasks, under ``/api/v1/member_tasks``. Amounts in 1/10 000 point unless named whole points."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import AfterValidator, Field, StringConstraints

from tongbao.apps.member_tasks import selectors, services
from tongbao.apps.member_tasks.contracts import Given, Repeats, SubmissionKind, TaskState
from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="member_tasks", auth=MemberAuth())

LARGEST_ID = 2**63 - 1
TRIES_A_MINUTE = 30
ONE_MINUTE = timedelta(minutes=1)


def _plain(text: str) -> str:
    """Text without control characters (but line ends) and without halves of characters."""
    if any(ord(character) < 32 and character not in "\r\n\t" for character in text):
        raise ValueError("it contains control characters")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("it contains halves of characters") from error
    return text


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_plain)]
DeviceKey = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z_-]{16,80}$"),
    Field(description="Made once by the app and kept on the device."),
]


class TaskOut(Schema):
    task_id: int
    title: Said
    points: int = Field(description="Whole points.")
    repeats: Repeats
    needs_proof: bool
    ends_on: date | None
    state: TaskState


class TodayOut(Schema):
    day: date = Field(description="The mall's day.")
    checked_in: bool
    streak: int
    next_points: int = Field(description="Whole points of the next check-in.")
    next_gives: int = Field(description="What it would give now, as far as budget and pool reach.")
    week: list[int] = Field(description="Whole points of seven days of the streak, today's among them.")
    left_this_month: int
    left_in_pool: int
    left: int = Field(description="What all tasks together can still give: then what is left, then nothing.")
    invite_points: int
    invited_points: int
    vesting_days: int = Field(description="What is earned now can be spent so many days later. 0: at once.")
    tasks: list[TaskOut]


class RewardOut(Schema):
    reward_id: int
    kind: str
    title: Said
    asked: int
    granted: int
    why_less: Literal["", "month", "pool"]
    earned_at: datetime
    vests_at: datetime | None = Field(description="Can be spent from then on, not before.")


class CheckedInOut(Schema):
    day: date
    streak: int
    reward: RewardOut


class CheckInIn(Schema):
    device_key: DeviceKey


class SubmissionIn(Schema):
    kind: Literal["article", "video"]
    link: Text = ""
    text: Text = ""
    device_key: DeviceKey


class CompleteIn(Schema):
    text: Text = ""
    device_key: DeviceKey


class CompletedOut(Schema):
    state: Literal["done", "waiting"]
    reward: RewardOut | None


class SubmissionOut(Schema):
    submission_id: int
    kind: SubmissionKind
    title: str
    link: str
    text: str
    state: Literal["waiting", "approved", "rejected"]
    reason: str
    granted: int
    handed_in_at: datetime
    decided_at: datetime | None


class HandedInOut(Schema):
    submission_id: int


class RewardsQuery(Schema):
    before_id: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@router.get("/today", response=TodayOut, summary="Today's tasks, and what they can still give")
def today(request: HttpRequest) -> Any:
    language = reader_language(request)
    facts = selectors.today(member_id=identity_of(request).member_id, now=clock.now())
    return {
        **{name: getattr(facts, name) for name in TodayOut.model_fields if name != "tasks"},
        "tasks": [
            {
                **{name: getattr(task, name) for name in TaskOut.model_fields if name != "title"},
                "title": _title(task, language),
            }
            for task in facts.tasks
        ],
    }


@router.post("/check-in", response=CheckedInOut, summary="Check in")
def check_in(request: HttpRequest, payload: CheckInIn) -> Any:
    member_id, now = _enter(request)
    done = services.check_in(member_id=member_id, device_key=payload.device_key, now=now)
    return {"day": done.day, "streak": done.streak, "reward": _reward(done.reward, reader_language(request))}


@router.get("/rewards", response=list[RewardOut], summary="My rewards, newest first")
def my_rewards(request: HttpRequest, query: Query[RewardsQuery]) -> Any:
    language = reader_language(request)
    found = selectors.rewards_of(
        member_id=identity_of(request).member_id, before_id=query.before_id, limit=query.limit
    )
    return [_reward(one, language) for one in found]


@router.get("/submissions", response=list[SubmissionOut], summary="What I handed in, newest first")
def my_submissions(request: HttpRequest) -> Any:
    language = reader_language(request)
    return [
        {
            **{name: getattr(one, name) for name in SubmissionOut.model_fields if name != "title"},
            "title": _title(one, language),
        }
        for one in selectors.submissions_of(member_id=identity_of(request).member_id)
    ]


@router.post("/submissions", response={201: HandedInOut}, summary="Hand in an article or a video")
def hand_in(request: HttpRequest, payload: SubmissionIn) -> Any:
    member_id, now = _enter(request)
    submission_id = services.hand_in(
        member_id=member_id,
        kind=payload.kind,
        link=payload.link,
        text=payload.text,
        device_key=payload.device_key,
        now=now,
    )
    return Status(201, {"submission_id": submission_id})


@router.post("/{task_id}/complete", response=CompletedOut, summary="Do a task")
def complete(request: HttpRequest, task_id: Path[Id], payload: CompleteIn) -> Any:
    member_id, now = _enter(request)
    earned = services.complete_task(
        member_id=member_id, task_id=task_id, text=payload.text, device_key=payload.device_key, now=now
    )
    if earned is None:
        return {"state": "waiting", "reward": None}
    return {"state": "done", "reward": _reward(earned, reader_language(request))}


def _enter(request: HttpRequest) -> tuple[int, datetime]:
    member_id, now = identity_of(request).member_id, clock.now()
    check_rate(what="member_tasks", key=str(member_id), limit=TRIES_A_MINUTE, window=ONE_MINUTE, now=now)
    return member_id, now


def _title(one: Any, language: Language) -> str:
    return str(one.title_zh if language == "zh" else one.title_en)


def _reward(one: Given, language: Language) -> dict[str, Any]:
    return {
        "reward_id": one.reward_id,
        "kind": one.kind,
        "title": _title(one, language),
        "asked": one.asked,
        "granted": one.granted,
        "why_less": one.why_less,
        "earned_at": one.earned_at,
        "vests_at": one.vests_at,
    }
