"""The story: a cofounder recruits a dealer, who recruits a VIP, who recruits a newcomer, and everyone is paid.

Played through the real services, the real gateway and real notifications; ``tests/scenarios`` asserts it fen
by fen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from tongbao.config.demo.stage import OPERATOR, Stage, order_id_of
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.services import claims, refunds
from tongbao.members.services import (
    appoint_agent,
    grant_opening_rank,
    register,
    submit_identity,
    verify_identity,
)
from tongbao.plans import preset
from tongbao.rewards import selectors
from tongbao.rewards.contracts import AwardFacts, CommissionSummary
from tongbao.rewards.services import approve_withdrawal, ask_for_due_withdrawals, request_withdrawal

# How far back the story begins: the crowd fills the days after it.
BEGINS = timedelta(days=-45)
FIRST_RELEASE_DAYS = 8
WITHDRAWN_FEN = 4_000

# (key, name, telephone, rank at the beginning); each recruits the next.
LINE = (
    ("cofounder", "陈创", "13900000001", "cofounder"),
    ("dealer", "李代", "13900000002", "dealer"),
    ("vip", "王薇", "13900000003", "vip"),
    ("newcomer", "张新", "13900000004", "member"),
)
AGENTS = (
    ("province", "粤省代", "13900000011", "440000"),
    ("city", "穗市代", "13900000012", "440100"),
    ("county", "天区代", "13900000013", "440106"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One step of the story: what happened, the awards as they then stood, and what the VIP has."""

    title_zh: str
    title_en: str
    awards: tuple[AwardFacts, ...] = ()
    vip: CommissionSummary | None = None


@dataclass(slots=True)
class Story:
    """The people by key, their names by id, the orders, and what happened."""

    people: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    first_order: str = ""
    second_order: str = ""
    withdrawal: str = ""
    chapters: list[Chapter] = field(default_factory=list)


def play(stage: Stage, *, say: Callable[[str], None] = lambda text: None) -> Story:
    """Play the story in a fresh mall. Raises TimeoutError if a process does not answer."""
    story = Story()
    stage.set_clock(offset=BEGINS)
    say("People sign up under one another …")
    _people(stage, story)
    say("The newcomer buys, pays at the cashier, and receives the pack …")
    _first_pack(stage, story)
    say("Eight days pass; the awards are released; the VIP withdraws …")
    _release_and_withdraw(stage, story)
    say("A second buyer's pack is released, then comes back …")
    _return_after_release(stage, story)
    return story


def _people(stage: Stage, story: Story) -> None:
    ladder = preset("gift-pack").ranks
    sponsor: int | None = None
    for key, name, phone, rank in LINE:
        sponsor = _person(stage, story, key, name, phone, sponsor)
        if rank != ladder[0]:
            grant_opening_rank(member_id=sponsor, rank=rank, ladder=ladder, now=stage.now())
    for key, name, phone, region_code in AGENTS:
        agent = _person(stage, story, key, name, phone, None)
        appoint_agent(
            region_code=region_code,
            member_id=agent,
            starts_on=timezone.localdate(stage.now()),
            actor=OPERATOR,
            now=stage.now(),
        )
    _person(stage, story, "second_buyer", "赵二", "13900000005", story.people["vip"])


def _person(
    stage: Stage, story: Story, key: str, name: str, phone: str, sponsor_id: int | None
) -> int:
    member_id = register(phone=phone, name=name, sponsor_id=sponsor_id, now=stage.now())
    story.people[key] = member_id
    story.names[member_id] = name
    return member_id


def _first_pack(stage: Stage, story: Story) -> None:
    newcomer = story.people["newcomer"]
    story.first_order = stage.buy(buyer_id=newcomer, sku="pack-198", key="story-first")
    _note(story, "张新购买198元大礼包并支付", "The newcomer buys the 198 yuan pack and pays", story.first_order)
    stage.receive(number=story.first_order, buyer_id=newcomer)


def _release_and_withdraw(stage: Stage, story: Story) -> None:
    stage.set_clock(offset=BEGINS + timedelta(days=FIRST_RELEASE_DAYS, minutes=5))
    stage.release()
    _note(story, "收货8天后奖励解冻", "Eight days after receipt the awards are released", story.first_order)
    vip = story.people["vip"]
    submit_identity(member_id=vip, real_name="王薇", card_number="11010519491231002X", now=stage.now())
    verify_identity(member_id=vip, actor=OPERATOR, now=stage.now())
    story.withdrawal = request_withdrawal(
        member_id=vip, amount_fen=WITHDRAWN_FEN, recipient="wx-wangwei", client_key="story", now=stage.now()
    )
    approve_withdrawal(number=story.withdrawal, actor=OPERATOR, now=stage.now())
    ask_for_due_withdrawals(now=stage.now())
    stage.wait_until_quiet()
    stage.settle()
    _note(story, "王薇提现40.00元", "The VIP withdraws 40.00 yuan", "")


def _return_after_release(stage: Stage, story: Story) -> None:
    buyer = story.people["second_buyer"]
    story.second_order = stage.buy(buyer_id=buyer, sku="pack-198", key="story-second")
    stage.receive(number=story.second_order, buyer_id=buyer)
    stage.set_clock(offset=BEGINS + timedelta(days=2 * FIRST_RELEASE_DAYS, minutes=10))
    stage.release()
    _note(story, "赵二的大礼包奖励解冻", "The second buyer's awards are released", story.second_order)
    claims.refund_order(
        order_number=story.second_order,
        lines=[ClaimWish(position=1, pieces=1)],
        reason="客户在窗口期后退货,协商同意",
        actor=OPERATOR,
        now=stage.now(),
    )
    refunds.submit_due_refunds(now=stage.now())
    stage.wait_until_quiet()
    stage.settle()
    _note(
        story,
        "解冻后退货,奖励追回",
        "The pack comes back after release: the awards are clawed back",
        story.second_order,
    )


def _note(story: Story, title_zh: str, title_en: str, number: str) -> None:
    awards = selectors.awards_of_order(order_id=order_id_of(number)) if number else ()
    vip = selectors.commission_of(member_id=story.people["vip"])
    story.chapters.append(Chapter(title_zh=title_zh, title_en=title_en, awards=awards, vip=vip))
