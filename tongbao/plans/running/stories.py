"""Stories: worked examples of a plan over time, as documents that are executed.

```yaml
preset: shareholder-dividend
members:                                  # who is there from the start, sponsors first
  - {id: Ann, rank: shareholder}
  - {id: Bob, sponsor: Ann}
story:
  - paid: {order: A1, buyer: Bob, base: 198.00}
  - close: month
    pays:                                 # all that the step pays, in this order; nothing written: nothing
      - {to: Ann, clause: dividend, fen: 594}
```

Steps: ``join``, ``paid``, ``received``, ``refunded``, ``close``, ``freeze``, ``unfreeze``. Beside a step: ``on``
(the day from here on), ``pays``, ``ranks`` (what ranks are afterwards). What is wrong names its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from typing import Final, Literal, cast

import yaml

from tongbao.money import Language
from tongbao.plans.clauses.kept import Payment
from tongbao.plans.contracts import REGION_LEVELS, AgentSeat
from tongbao.plans.language.document import Document, Fields
from tongbao.plans.language.values import read_amount
from tongbao.plans.plan import Plan
from tongbao.plans.running.contracts import Closing, RunOrder, RunRefused
from tongbao.plans.running.run import Run

Action = Literal["join", "paid", "received", "refunded", "close", "freeze", "unfreeze"]
ACTIONS: Final[tuple[Action, ...]] = ("join", "paid", "received", "refunded", "close", "freeze", "unfreeze")
_CLOSINGS: Final[tuple[Closing, ...]] = ("day", "week", "month")
_FIRST_DAY: Final = date(2026, 1, 1)
FUND: Final = "fund"
"""Who owes a receivable that is the clause's own."""


@dataclass(frozen=True, slots=True)
class Joining:
    member: str
    sponsor: str | None
    rank: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One payment that a step is to bring about. ``status`` is due, void or receivable."""

    line: int
    to: str
    clause: str
    fen: int
    status: str

    def __str__(self) -> str:
        status = "" if self.status == "due" else f", status: {self.status}"
        return f"{{to: {self.to}, clause: {self.clause}, fen: {self.fen}{status}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens, with what is to follow from it."""

    line: int
    action: Action
    at: datetime
    joining: Joining | None = None
    order: RunOrder | None = None
    key: str = ""
    amount_fen: int = 0
    period: Closing = "day"
    seed: bytes | None = None
    pays: tuple[Expected, ...] = ()
    ranks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A worked example: the plan that it belongs to, who is there, what happens."""

    source: str
    plan: str
    members: tuple[Joining, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a story tells something else than the plan does."""

    source: str
    line: int
    en: str
    zh: str

    def message(self, language: Language) -> str:
        return f"{self.source}:{self.line}: {self.zh if language == 'zh' else self.en}"


def load_story(text: str, *, source: str = "story.yaml") -> Story:
    """The story that a document tells. Raises PlanInvalid with every problem: line, column, what to write."""
    document = Document(text, source=source)
    top = document.mapping(known=("preset", "members", "story"))
    plan = top.identifier("preset", example="green-points")
    members: list[Joining] = []
    for fields in top.items("members", what_en="a member", what_zh="会员", example="{id: Ann, rank: vip}"):
        members.append(_joining(fields))
    steps: list[Step] = []
    on = _FIRST_DAY
    for fields in top.items("story", what_en="a step", what_zh="步骤", example="close: month"):
        on = _day(fields, on)
        step = _step(fields, datetime.combine(on, time(12), tzinfo=UTC))
        if step is not None:
            steps.append(step)
    document.require_sound()
    return Story(source, plan, tuple(members), tuple(steps))


def run_story(story: Story, *, plan: Plan) -> tuple[Mismatch, ...]:
    """Let the story happen. Where it differs from what the plan pays; empty if it is right."""
    run = Run(plan)
    for joining in story.members:
        run.join(joining.member, sponsor=joining.sponsor, rank=joining.rank, at=_start())
    found: list[Mismatch] = []
    for step in story.steps:
        try:
            payments = _happen(run, step)
        except RunRefused as refusal:
            found.append(Mismatch(story.source, step.line, refusal.message("en"), refusal.message("zh")))
            return tuple(found)
        found += _compared(story, step, payments)
        for member, rank in step.ranks:
            if run.rank(member) != rank:
                found.append(
                    Mismatch(
                        story.source,
                        step.line,
                        f"{member} is {run.rank(member)}, not {rank}",
                        f"{member}的等级是{run.rank(member)},不是{rank}",
                    )
                )
    return tuple(found)


@cache
def example_names() -> tuple[str, ...]:
    """The presets whose worked example is a story, in order."""
    files = resources.files("tongbao.plans.presets").joinpath("examples").iterdir()
    names = sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))
    return tuple(name for name in names if "\nstory:" in example_text(name))


def example_text(name: str) -> str:
    """The worked example of a preset, as a document."""
    examples = resources.files("tongbao.plans.presets").joinpath("examples")
    return examples.joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def _happen(run: Run, step: Step) -> tuple[Payment, ...]:
    match step.action:
        case "join":
            assert step.joining is not None
            joining = step.joining
            run.join(joining.member, sponsor=joining.sponsor, rank=joining.rank, at=step.at)
        case "paid":
            assert step.order is not None
            return run.paid(step.order)
        case "received":
            return run.received(step.key, at=step.at)
        case "refunded":
            return run.refunded(step.key, amount_fen=step.amount_fen, at=step.at)
        case "close":
            return run.close(step.period, at=step.at, seed=step.seed)
        case "freeze" | "unfreeze":
            run.set_active(step.key, active=step.action == "unfreeze")
    return ()


def _compared(story: Story, step: Step, payments: tuple[Payment, ...]) -> list[Mismatch]:
    got = [
        Expected(
            step.line,
            FUND if payment.beneficiary is None else str(payment.beneficiary),
            payment.clause,
            payment.amount_fen,
            payment.status,
        )
        for payment in payments
    ]
    found: list[Mismatch] = []
    for place in range(max(len(got), len(step.pays))):
        paid = str(got[place]) if place < len(got) else ""
        written = step.pays[place] if place < len(step.pays) else None
        if written is None:
            en, zh = f"this also pays {paid}; write it under pays", f"还支付了{paid};请写入pays"
            found.append(Mismatch(story.source, step.line, en, zh))
        elif not paid:
            en, zh = f"{written} isn't paid", f"没有支付{written}"
            found.append(Mismatch(story.source, written.line, en, zh))
        elif paid != str(written):
            en, zh = f"{written} is written and {paid} is paid", f"写的是{written},实际支付{paid}"
            found.append(Mismatch(story.source, written.line, en, zh))
    return found


def _start() -> datetime:
    return datetime.combine(_FIRST_DAY, time(0), tzinfo=UTC)


def _joining(fields: Fields) -> Joining:
    fields.refuse_others(("id", "sponsor", "rank"))
    return Joining(
        fields.code("id", example="Ann"),
        fields.code("sponsor", example="Ann") if "sponsor" in fields else None,
        fields.identifier("rank", example="vip") if "rank" in fields else None,
    )


def _day(fields: Fields, before: date) -> date:
    if "on" not in fields:
        return before
    text = str(getattr(fields.value_node("on"), "value", ""))
    try:
        on = date.fromisoformat(text)
    except ValueError:
        fields.note(
            "on",
            en=f"on {text[:40]!r} is no day; write 2026-02-01",
            zh=f"{text[:40]!r}不是日期;请写2026-02-01",
        )
        return before
    if on < before:
        fields.note(
            "on", en=f"{on} lies before {before}; days don't go back", zh=f"{on}早于{before};日期不能倒退"
        )
    return on


def _step(fields: Fields, at: datetime) -> Step | None:
    fields.refuse_others((*ACTIONS, "on", "pays", "ranks"))
    named = [action for action in ACTIONS if action in fields]
    if len(named) != 1:
        fields.document.note(
            fields.node,
            en=f"a step is one of {', '.join(ACTIONS)}; write for example 'close: month'",
            zh=f"每一步只能是{'、'.join(ACTIONS)}之一;例如“close: month”",
        )
        return None
    action = named[0]
    return _happening(fields, action, at)


def _happening(fields: Fields, action: Action, at: datetime) -> Step | None:
    line = fields.node.start_mark.line + 1
    pays, ranks = _pays(fields), _ranks(fields)
    match action:
        case "join":
            inside = fields.mapping("join", known=None, example="{id: Bob, sponsor: Ann}")
            joining = None if inside is None else _joining(inside)
            return Step(line=line, action=action, at=at, joining=joining, pays=pays, ranks=ranks)
        case "paid":
            return Step(line=line, action=action, at=at, order=_order(fields, at), pays=pays, ranks=ranks)
        case "refunded":
            inside = fields.mapping(
                "refunded", known=("order", "amount"), example="{order: A1, amount: 198.00}"
            )
            if inside is None:
                return None
            return Step(
                line=line,
                action=action,
                at=at,
                key=inside.code("order", example="A1"),
                amount_fen=read_amount(inside, "amount", example="198.00"),
                pays=pays,
                ranks=ranks,
            )
        case "close":
            period, seed = _closing(fields)
            return Step(line=line, action=action, at=at, period=period, seed=seed, pays=pays, ranks=ranks)
        case _:
            key = fields.code(action, example="A1" if action == "received" else "Ann")
            return Step(line=line, action=action, at=at, key=key, pays=pays, ranks=ranks)


def _order(fields: Fields, at: datetime) -> RunOrder | None:
    known = ("order", "buyer", "product", "base", "freight", "margin", "points", "agents", "introducer")
    paid = fields.mapping("paid", known=known, example="{order: A1, buyer: Bob, base: 198.00}")
    if paid is None:
        return None

    def amount(key: str) -> int:
        return read_amount(paid, key, example="198.00", may_be_zero=True) if key in paid else 0

    if "base" not in paid:
        paid.document.note(
            paid.node, en="an order needs base; write 'base: 198.00'", zh="订单缺少base;请写“base: 198.00”"
        )
    return RunOrder(
        key=paid.code("order", example="A1"),
        buyer=paid.code("buyer", example="Bob"),
        product=paid.code("product", example="pack-198") if "product" in paid else "",
        base_fen=amount("base"),
        freight_fen=amount("freight"),
        margin_fen=amount("margin"),
        points_fen=amount("points"),
        agents=_agents(paid),
        introducer=paid.code("introducer", example="Ann") if "introducer" in paid else None,
        at=at,
    )


def _agents(paid: Fields) -> tuple[AgentSeat, ...]:
    if "agents" not in paid:
        return ()
    agents = paid.mapping("agents", known=REGION_LEVELS, example="{county: Cai, city: Deng}")
    if agents is None:
        return ()
    return tuple(
        AgentSeat(level, agents.code(level, example="Cai")) for level in REGION_LEVELS if level in agents
    )


def _closing(fields: Fields) -> tuple[Closing, bytes | None]:
    if not isinstance(fields.value_node("close"), yaml.MappingNode):
        return cast(Closing, fields.choice("close", options=_CLOSINGS) or "day"), None
    inside = fields.mapping("close", known=("period", "seed"), example="{period: week, seed: lotus}")
    assert inside is not None
    period = cast(Closing, inside.choice("period", options=_CLOSINGS) or "day")
    return period, inside.text("seed").encode() if "seed" in inside else None


def _pays(fields: Fields) -> tuple[Expected, ...]:
    if "pays" not in fields:
        return ()
    example = "{to: Ann, clause: dividend, fen: 594}"
    found: list[Expected] = []
    for item in fields.items("pays", what_en="a payment", what_zh="支付", example=example):
        item.refuse_others(("to", "clause", "fen", "status"))
        found.append(
            Expected(
                item.node.start_mark.line + 1,
                item.code("to", example="Ann"),
                item.identifier("clause", example="dividend"),
                item.whole("fen", least=1, most=10**15, example="594"),
                item.choice("status", options=("due", "void", "receivable"), default="due"),
            )
        )
    return tuple(found)


def _ranks(fields: Fields) -> tuple[tuple[str, str], ...]:
    if "ranks" not in fields:
        return ()
    table = fields.mapping("ranks", known=None, example="{Ann: vip}")
    if table is None:
        return ()
    return tuple((member, table.identifier(member, example="vip")) for member in table.names())
