"""What the kept clauses have in common, and what they pay."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from tongbao.money import Language, format_rate
from tongbao.plans.algebra import Bound, Event, Measure, Needs, Select, When
from tongbao.plans.clauses.base import Clause, Names, yuan
from tongbao.plans.contracts import Award, AwardKind, MemberKey

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields

Status = Literal["due", "void", "receivable"]
"""Of a payment: it is owed to the beneficiary; it was taken back before it could be drawn; the beneficiary owes
it back (or, without a beneficiary, the clause's own fund does)."""

Cause = Literal["", "refund", "own_refund", "carried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a payment came about: amounts in fen, and only those that the clause's kind uses.

    ``held_fen`` is what the clause had to give, ``people`` among how many it was shared out, ``measured`` what
    the beneficiary had of the ``measure`` (fen; recruits are counted) and ``measured_together`` what all had,
    ``promised_fen`` what the plan promised before the fund was looked at, ``promised_together_fen`` to all.
    ``less_fen`` is what direct recruits have of a promise, which is taken off it.
    ``own_fen`` is the beneficiary's own order that is given back, ``place`` the place in a ranking or in the
    queue, ``orders`` how many orders were counted, ``cut_fen`` what the person's bound took off.
    ``transcript`` lists, for a draw, what anybody needs to repeat it.
    """

    held_fen: int = 0
    people: int = 0
    measure: Measure | None = None
    measured: int = 0
    measured_together: int = 0
    rate_bp: int = 0
    promised_fen: int = 0
    promised_together_fen: int = 0
    own_fen: int = 0
    less_fen: int = 0
    place: int = 0
    orders: int = 0
    cut_fen: int = 0
    transcript: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line of the book: what a clause owes somebody, or what is taken back. Never negative.

    ``number`` counts the lines from 1. ``order`` is the order that brought it about, ``period`` the period that
    closed ("month 3"). ``due_at`` says from when it may be drawn; None: not before the order is received.
    ``part`` of ``parts`` is set where a bonus comes in instalments; they add up to it exactly. ``takes_back`` is
    the number of the payment that a line of status void or receivable is about.
    """

    number: int
    clause: str
    kind: AwardKind
    beneficiary: MemberKey | None
    amount_fen: int
    at: datetime
    status: Status = "due"
    order: str | None = None
    period: str | None = None
    due_at: datetime | None = None
    part: int = 1
    parts: int = 1
    takes_back: int | None = None
    cause: Cause = ""
    award: Award | None = None
    """The award, of a clause that is decided order by order."""
    reckoning: Reckoning = field(default_factory=Reckoning)


@dataclass(frozen=True, kw_only=True)
class Kept(Clause):
    """A clause that puts ``accrue_bp`` of every order's base aside and never pays more than that.

    ``accrue_bp`` None: it promises and nothing is put aside, so nothing bounds it; the proof says so.
    """

    kind: AwardKind
    event: Event = field(default_factory=Event)
    accrue_bp: int | None
    select: Select = field(default_factory=Select)
    bound: Bound = field(default_factory=Bound)
    when: When = field(default_factory=When)

    shared_keys: ClassVar[tuple[str, ...]] = ("event", "accrue", "select", "bound", "when")

    def reason(self, payment: Award | Payment, *, names: Names, language: Language) -> str:
        """Why this payment has this amount, as a sentence to the one who got it."""
        assert isinstance(payment, Payment)
        if payment.status != "due":
            return taken_back(payment, language)
        head, amount = (
            self.because(payment, names=names, language=language),
            yuan(payment.amount_fen, language),
        )
        cut_fen = payment.reckoning.cut_fen
        if language == "zh":
            cut = f"超出每人上限的{yuan(cut_fen, language)}不发放," if cut_fen else ""
            part = f"分{payment.parts}期发放,本期为第{payment.part}期," if payment.parts > 1 else ""
            return f"{head},{cut}{part}为{amount}。"
        cut = f", {yuan(cut_fen, language)} above each person's limit aren't paid" if cut_fen else ""
        part = f", of which this is part {payment.part} of {payment.parts}" if payment.parts > 1 else ""
        return f"{head}{cut}{part}: {amount}."

    @abstractmethod
    def because(self, payment: Payment, *, names: Names, language: Language) -> str:
        """The arithmetic of a payment as words, without its amount and full stop."""


def taken_back(payment: Payment, language: Language) -> str:
    """The sentence about a line that takes something back."""
    amount, order = yuan(payment.amount_fen, language), payment.order
    if payment.beneficiary is None:
        if language == "zh":
            return f"订单{order}已退款,其计提的{amount}已经发放,由后续订单的计提补足。"
        return (
            f"Order {order} was refunded and the {amount} that it had put aside were paid out before; what next "
            "orders put aside makes up for it first."
        )
    if language == "zh":
        then = "在可提取之前收回" if payment.status == "void" else "应退还,从以后的奖金中扣除"
        return f"订单{order}已退款,原发放的{amount}{then}。"
    then = "are taken back before they could be drawn" if payment.status == "void" else "are owed back"
    return f"Order {order} was refunded, so {amount} {then}."


def read_accrue(fields: Fields, *, because_en: str, because_zh: str, needed: bool) -> int | None:
    """``accrue: 3%``; needed where the clause shares out what it has and promises nothing."""
    if "accrue" in fields:
        return fields.rate("accrue")
    if needed:
        fields.document.note(
            fields.node,
            en=f"{because_en}; write 'accrue: 3%', the part of each order that is put aside",
            zh=f"{because_zh};请写“accrue: 3%”,即每笔订单计提的比例",
        )
    return None


def refuse_order_bound(fields: Fields, bound: Bound) -> None:
    """A kept clause is bounded by what is put aside; a bound on one order says nothing."""
    if bound.order_bp is not None:
        fields.note(
            "bound",
            en="what an order gives to this clause is bounded by accrue; delete 'order' and set 'accrue'",
            zh="本条款对每笔订单的上限就是计提比例accrue;请删除order,改用accrue",
        )


def accrues(clause: Kept, language: Language) -> str:
    """What is put aside, as the beginning of a sentence."""
    event = clause.event
    if language == "zh":
        if clause.accrue_bp is None:
            return f"{which_orders(event, language)}不计提资金"
        base = {"net": "实付金额", "freight": "运费", "margin": "毛利", "points": "积分价值"}[event.base]
        return f"{which_orders(event, language)}按{base}的{format_rate(clause.accrue_bp)}计提"
    if clause.accrue_bp is None:
        return f"nothing is put aside of {which_orders(event, language)}"
    base = {
        "net": "what is paid for",
        "freight": "the freight of",
        "margin": "the margin of",
        "points": "the point value of",
    }[event.base]
    return f"{format_rate(clause.accrue_bp)} of {base} {which_orders(event, language)} is put aside"


def which_orders(event: Event, language: Language) -> str:
    """Which orders are looked at."""
    least = yuan(event.least_fen, language)
    if language == "zh":
        of = f"商品{'、'.join(event.products)}的" if event.products else ""
        from_ = f"满{least}的" if event.least_fen else ""
        return f"每笔{of}{from_}{'已收货' if event.on == 'received' else '已付款'}订单"
    of = f" of {', '.join(event.products)}" if event.products else ""
    from_ = f" from {least}" if event.least_fen else ""
    return f"each order{of}{from_}{', once it is received' if event.on == 'received' else ''}"


def who(needs: Needs, names: Names, language: Language, *, in_period: bool) -> str:
    """Who counts; "" for everybody."""
    asked: list[str] = []
    if language == "zh":
        when = "本期" if in_period else "累计"
        if needs.rank is not None:
            asked.append(f"等级在{names.rank(needs.rank, language)}及以上")
        if needs.recruits:
            asked.append(f"直接推荐不少于{needs.recruits}人")
        if needs.own_fen:
            asked.append(f"{when}个人业绩不低于{yuan(needs.own_fen, language)}")
        if needs.team_fen:
            asked.append(f"{when}团队业绩不低于{yuan(needs.team_fen, language)}")
        return "、".join(asked) + "的" if asked else ""
    when = "in the period" if in_period else "so far"
    if needs.rank is not None:
        asked.append(f"the rank {names.rank(needs.rank, language)} or above")
    if needs.recruits:
        asked.append(f"at least {needs.recruits} direct recruits")
    if needs.own_fen:
        asked.append(f"own purchases of {yuan(needs.own_fen, language)} or more {when}")
    if needs.team_fen:
        asked.append(f"a team volume of {yuan(needs.team_fen, language)} or more {when}")
    return f" with {', '.join(asked)}" if asked else ""


def limits(clause: Kept, language: Language, *, rest: bool = True) -> str:
    """The sentences about the person's bound, the rest (if there can be one), and when it may be drawn."""
    said: list[str] = []
    bound, when = clause.bound, clause.when
    periods = {
        "zh": {"order": "每次", "day": "每日", "week": "每周", "month": "每月"},
        "en": {"order": "payment", "day": "day", "week": "week", "month": "month"},
    }[language]
    if bound.person_fen is not None:
        most, period = yuan(bound.person_fen, language), periods[bound.person_period]
        said.append(
            f"每人{period}最多{most}。" if language == "zh" else f" Nobody gets more than {most} a {period}."
        )
    if clause.accrue_bp is not None and (rest or bound.person_fen is not None):
        if language == "zh":
            said.append("未发放的部分" + ("留待以后发放。" if bound.rest == "carry" else "归平台。"))
        else:
            said.append(
                " What isn't paid " + ("stays for later." if bound.rest == "carry" else "is the platform's.")
            )
    if when.release_days is not None:
        days = when.release_days
        said.append(f"{days}天后可提取。" if language == "zh" else f" It may be drawn after {days} days.")
    if when.parts > 1:
        if language == "zh":
            said.append(f"分{when.parts}期、{periods[when.every]}一期发放。")
        else:
            said.append(f" It comes in {when.parts} equal parts, one a {periods[when.every]}.")
    return "".join(said)
