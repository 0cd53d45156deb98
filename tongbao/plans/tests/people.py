"""Chains and plans for the tests, written shortly."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import strategies as st

from tongbao.money import format_rate
from tongbao.plans import AgentSeat, Chain, Plan, SponsorSeat, load_plan

EXAMPLES = Path(__file__).resolve().parents[3] / "tests" / "examples"
LEVELS = ("county", "city", "province")
RANKS = ("member", "vip", "dealer", "cofounder")


def chain(sponsors: str = "", agents: str = "", buyer: str | None = None) -> Chain:
    """``chain("vip dealer! cofounder", "city province")``: nearest first, ``!`` marks the inactive."""
    return Chain(
        sponsors=tuple(
            SponsorSeat(f"sponsor {place}", word.rstrip("!"), not word.endswith("!"))
            for place, word in enumerate(sponsors.split(), start=1)
        ),
        agents=tuple(
            AgentSeat(word.rstrip("!"), f"{word.rstrip('!')} agent", not word.endswith("!"))
            for word in agents.split()
        ),
        buyer_key=buyer,
    )


def plan_of(
    clauses: list[dict[str, object]],
    *,
    ranks: tuple[str, ...] = RANKS,
    budget: str | dict[str, str] = "100%",
    promotions: dict[str, object] | None = None,
    cap: str | None = None,
) -> Plan:
    """A plan with these clauses, through its document."""
    document = {
        "plan": "made-up",
        "title": {"zh": "测试", "en": "Made up"},
        "ranks": [{"key": rank, "zh": rank, "en": rank} for rank in ranks],
        "budget": budget,
        **({"cap": cap} if cap else {}),
        "clauses": clauses,
        **({"promotions": promotions} if promotions else {}),
    }
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    plan = load_plan(text)
    DOCUMENTS[plan.sha256] = text
    return plan


DOCUMENTS: dict[str, str] = {}
"""The documents that ``plan_of`` wrote, by their digest."""


def gift_pack_with(**peer: str) -> Plan:
    """The gift pack with another peer clause."""
    text = (Path(__file__).parents[1] / "presets" / "gift-pack.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    document["clauses"][2].update(peer)
    return load_plan(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of one to three ranks and one to five clauses of any kind, in any order that makes sense."""
    ranks = RANKS[: draw(st.integers(1, 3))]
    clauses: list[dict[str, object]] = []
    differentials: list[str] = []
    for number in range(draw(st.integers(1, 5))):
        kinds = ["direct", "differential", "region", *(["peer"] if differentials else [])]
        kind = draw(st.sampled_from(kinds))
        clause: dict[str, object] = {"id": f"clause-{number}", "kind": kind}
        if kind in ("direct", "peer"):
            clause["rate"] = format_rate(draw(st.integers(1, 2_000)))
        if kind == "peer":
            clause["of"] = draw(st.sampled_from(differentials))
            clause["pairs"] = draw(st.sampled_from(["highest", "every"]))
        if kind in ("differential", "region"):
            steps = ranks if kind == "differential" else LEVELS
            named = steps[draw(st.integers(0, len(steps) - 1)) :]
            rates = sorted(draw(st.lists(st.integers(0, 2_000), min_size=len(named), max_size=len(named))))
            rates[-1] = max(rates[-1], 1)
            clause["rates"] = {step: format_rate(rate) for step, rate in zip(named, rates, strict=True)}
        if kind == "differential":
            differentials.append(f"clause-{number}")
        clauses.append(clause)
    return plan_of(clauses, ranks=ranks)


@st.composite
def chains(draw: st.DrawFn, ranks: tuple[str, ...] = RANKS) -> Chain:
    """Chains of up to eight sponsors, some inactive, with some agents, now and then the buyer among them."""
    sponsors = draw(st.lists(st.tuples(st.sampled_from(ranks), st.booleans()), max_size=8))
    levels = draw(st.lists(st.sampled_from(LEVELS), unique=True))
    return Chain(
        sponsors=tuple(SponsorSeat(number, rank, active) for number, (rank, active) in enumerate(sponsors)),
        agents=tuple(
            AgentSeat(level, draw(st.sampled_from([f"{level} agent", "buyer"])), draw(st.booleans()))
            for level in levels
        ),
        buyer_key="buyer",
    )
