"""What others may use of tasks (任务), what a mall may set, and what is refused. Source: business rules §4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tongbao.kit.errors import DomainError, InvalidInput, NotFound
from tongbao.tenancy.contracts import TenantSettings

POOL: Final = "tasks"
MONTHS_OF_THE_POOL: Final = 60
"""Unless a mall says otherwise its pool lasts five years."""
MOST_POINTS: Final = 100_000

RewardKind = Literal["check_in", "invite", "invited", "article", "video", "task"]
SubmissionKind = Literal["article", "video", "task"]
Repeats = Literal["once", "daily"]
TaskState = Literal["open", "waiting", "done"]


@dataclass(frozen=True, kw_only=True)
class MemberTasksSettings(TenantSettings):
    """What a mall may set about tasks. Points are whole ones."""

    key: ClassVar[str] = "member_tasks"

    check_in_most_points: int = 7
    """A streak's day n gives n points, at most so many."""
    invite_points: int = 3
    invited_points: int = 3
    monthly_budget_points: int | None = None
    """All tasks together give no more in a month; None: a sixtieth of the pool."""
    time_zone: str = "Asia/Shanghai"
    """Whose days and months count."""
    open_submissions: int = 5
    """So many articles and videos of one member may wait for the operator."""

    def __post_init__(self) -> None:
        for name in ("check_in_most_points", "invite_points", "invited_points", "monthly_budget_points"):
            value = getattr(self, name)
            if name == "monthly_budget_points" and value is None:
                continue
            if type(value) is not int or not 0 <= value <= 10_000_000:
                raise InvalidInput(
                    field=name,
                    why_en="it is a whole number of points, 0 or more",
                    why_zh="应为不小于 0 的整数积分",
                )
        if type(self.open_submissions) is not int or not 1 <= self.open_submissions <= 100:
            raise InvalidInput(field="open_submissions", why_en="it is 1 to 100", why_zh="应为 1 至 100")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidInput(
                field="time_zone", why_en="no such time zone is known", why_zh="没有这个时区"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One reward: ``asked`` for the task, ``granted`` of it, in 1/10 000 point, and why it was less.

    ``vests_at``: when it can be spent, where points of tasks vest.
    """

    kind: str
    title_zh: str
    title_en: str
    asked: int
    granted: int
    why_less: str
    earned_at: datetime
    reward_id: int = 0
    vests_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """A check-in: the day of the mall, the streak's length, what it gave."""

    day: date
    streak: int
    reward: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task that the operator defined, as one member sees it today."""

    task_id: int
    title_zh: str
    title_en: str
    points: int
    repeats: Repeats
    needs_proof: bool
    ends_on: date | None
    state: TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """Something handed in, and what became of it."""

    submission_id: int
    kind: SubmissionKind
    title_zh: str
    title_en: str
    link: str
    text: str
    state: str
    reason: str
    granted: int
    handed_in_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayFacts:
    """All that the page of tasks says before anything is done. Amounts in 1/10 000 point.

    ``left`` is what all tasks together can still give: the less of the month's budget and the pool.
    """

    day: date
    checked_in: bool
    streak: int
    next_points: int
    next_gives: int
    week: tuple[int, ...]
    left_this_month: int
    left_in_pool: int
    left: int
    invite_points: int
    invited_points: int
    vesting_days: int
    tasks: tuple[TaskFacts, ...]


class AlreadyCheckedIn(DomainError):
    code = "already_checked_in"
    status = 409
    message_en = "You have checked in on {day} already. Come again tomorrow."
    message_zh = "{day} 已签到。明天再来吧。"


class ClockSetBack(DomainError):
    code = "clock_set_back"
    status = 409
    message_en = "The last check-in was on {last}, later than {day}. Try again when that day has passed."
    message_zh = "上次签到是 {last},晚于 {day}。请在该日之后再试。"


class RewardUsedElsewhere(DomainError):
    code = "reward_used_elsewhere"
    status = 409
    message_en = "This {what} has had this reward with another account. One person, one reward."
    message_zh = "此{what_zh}已用其他账号领取过该奖励。一人一份。"


class MemberCannotEarn(DomainError):
    code = "member_cannot_earn"
    status = 403
    message_en = "This account earns nothing at the moment. Ask the shop's service."
    message_zh = "该账号目前不能获得奖励。请联系店铺客服。"


class TaskUnknown(NotFound):
    code = "task_unknown"
    message_en = "There is no open task {key}. Look at the list of today."
    message_zh = "没有进行中的任务 {key}。请查看今日任务。"


class TaskDone(DomainError):
    code = "task_done"
    status = 409
    message_en = "You have done this task already. Look at your rewards."
    message_zh = "您已完成该任务。请查看我的奖励。"


class TaskNotValid(DomainError):
    code = "task_not_valid"
    status = 422
    message_en = "The task can't be kept: {why_en}."
    message_zh = "任务无法保存:{why_zh}。"


class SubmissionNotValid(DomainError):
    code = "submission_not_valid"
    status = 422
    message_en = "This can't be handed in: {why_en}."
    message_zh = "无法提交:{why_zh}。"


class SubmissionKnown(DomainError):
    code = "submission_known"
    status = 409
    message_en = "This link was handed in before. An article or a video is rewarded once."
    message_zh = "该链接已被提交过。同一作品只奖励一次。"


class TooManySubmissions(DomainError):
    code = "too_many_submissions"
    status = 409
    message_en = "{waiting} of yours wait for the shop. Hand in more when they have been looked at."
    message_zh = "您有 {waiting} 份投稿待审核。请等待审核后再提交。"


class SubmissionUnknown(NotFound):
    code = "submission_unknown"
    message_en = "There is no submission {key}. Look at the list."
    message_zh = "没有投稿 {key}。请查看列表。"


class SubmissionDecided(DomainError):
    code = "submission_decided"
    status = 409
    message_en = "Submission {key} has been decided already. Look at the list."
    message_zh = "投稿 {key} 已经审核过。请查看列表。"
