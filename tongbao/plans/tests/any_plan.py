"""Plans of any walks at all, for properties: every graph, selection, rate and bound that goes together."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tongbao.money import format_rate
from tongbao.plans import Plan
from tongbao.plans.tests.people import LEVELS, RANKS, plan_of

BASES = ("net", "freight", "margin", "points")
PRODUCTS = ("pack-198", "pack-398", "pack-999")


def rate(draw: st.DrawFn, most: int = 2_000) -> str:
    return format_rate(draw(st.integers(1, most)))


def rising(draw: st.DrawFn, steps: tuple[str, ...]) -> dict[str, str]:
    """Rates that don't fall, from some step on."""
    named = steps[draw(st.integers(0, len(steps) - 1)) :]
    rates = sorted(draw(st.lists(st.integers(0, 2_000), min_size=len(named), max_size=len(named))))
    rates[-1] = max(rates[-1], 1)
    return {step: format_rate(rate_bp) for step, rate_bp in zip(named, rates, strict=True)}


@st.composite
def any_plans(
    draw: st.DrawFn,
    *,
    most_clauses: int = 4,
    ranks: int = 4,
    with_promotions: bool = False,
    wide: bool = False,
) -> Plan:
    """One to ``most_clauses`` clauses on up to ``ranks`` ranks, each drawn from everything that a walk may be.

    ``wide`` adds what most plans don't have: other bases, fixed amounts, volumes asked for, several least amounts,
    and a cap on all clauses together.
    """
    ladder = RANKS[: draw(st.integers(2, ranks))]
    clauses: list[dict[str, object]] = []
    differentials: list[str] = []
    payable: dict[str, str] = {}
    for number in range(draw(st.integers(1, most_clauses))):
        clause_id = f"clause-{number}"
        kinds = ["direct", "differential", "region", "levels", "table", "buyer", "introducers", "gap"]
        kinds += ["peer", "outranked", "shared"] if differentials else []
        kinds += ["on-award"] if payable else []
        kind = draw(st.sampled_from(kinds))
        clause = _clause(draw, kind, ladder, differentials, payable)
        if wide:
            _widen(draw, kind, clause, clauses)
        if kind in ("differential", "gap"):
            differentials.append(clause_id)
        graph = str(clause.get("graph", "regions" if kind == "region" else "sponsors"))
        if kind == "on-award":
            graph = payable[str(clause["of"])]
        # Nobody stands above the buyer, and which pair is the highest is known only at the end.
        if graph != "buyer" and (kind != "peer" or clause.get("pairs") == "every"):
            payable[clause_id] = graph
        found = _event_and_bound(draw, kind)
        event = {**found.pop("event", {}), **clause.pop("event", {})}  # type: ignore[dict-item]
        clauses.append({"id": clause_id, **clause, **found, **({"event": event} if event else {})})
    if wide:
        budget = dict.fromkeys(BASES, "100%")
        return plan_of(
            clauses, ranks=ladder, budget=budget, cap=draw(st.sampled_from([None, "7%", "33.33%"]))
        )
    plan = plan_of(clauses, ranks=ladder)
    return _with_promotions(draw, plan, clauses, ladder) if with_promotions else plan


def _widen(draw: st.DrawFn, kind: str, clause: dict[str, object], above: list[dict[str, object]]) -> None:
    """Another base, volumes that are asked for, another least amount, a fixed amount: each now and then."""
    select, rate_of = clause.get("select"), clause.get("rate")
    cursor = rate_of.get("cursor") if isinstance(rate_of, dict) else None
    outranked = select.get("outranked_in") if isinstance(select, dict) else None
    # A peer award that says which orders it looks at says the base of its differential too.
    looked_at = cursor or outranked or (clause["of"] if kind == "peer" else None)
    event: dict[str, object] = {}
    if looked_at is not None:
        event = {key: value for key, value in _event_of(above, looked_at).items() if key == "base"}
    elif "of" not in clause and draw(st.integers(0, 3)) == 0:
        event = {"base": draw(st.sampled_from(BASES[1:]))}
    if draw(st.integers(0, 3)) == 0:
        event["least"] = draw(st.sampled_from(["0.50", "50.00", "150.00"]))
    if kind == "levels" and draw(st.integers(0, 3)) == 0:
        clause["rate"] = {"amount": draw(st.sampled_from(["0.07", "3.00"]))}
        clause["select"] = {"limit": 2}
        event["least"] = "5.00"
    elif kind in ("levels", "table", "gap", "introducers") and draw(st.integers(0, 3)) == 0:
        asked = draw(
            st.sampled_from([{"own": "10.00"}, {"team": "50.00"}, {"own": "20.00", "team": "20.00"}])
        )
        clause["select"] = {**(select if isinstance(select, dict) else {}), **asked}
    if event:
        clause["event"] = event


def _event_of(clauses: list[dict[str, object]], clause_id: object) -> dict[str, object]:
    clause = next(clause for clause in clauses if clause["id"] == clause_id)
    event = clause.get("event", {})
    assert isinstance(event, dict)
    return event


def _clause(
    draw: st.DrawFn, kind: str, ladder: tuple[str, ...], differentials: list[str], payable: dict[str, str]
) -> dict[str, object]:
    match kind:
        case "direct":
            return {"kind": "direct", "rate": rate(draw)}
        case "differential":
            return {"kind": "differential", "rates": rising(draw, ladder)}
        case "region":
            return {"kind": "region", "rates": rising(draw, LEVELS)}
        case "peer":
            rates = draw(st.sampled_from([rate(draw), [rate(draw), rate(draw)]]))
            pairs = draw(st.sampled_from(["highest", "every"]))
            only = draw(st.sampled_from([{}, {"ranks": [ladder[-1]]}]))
            return {
                "kind": "peer",
                "of": draw(st.sampled_from(differentials)),
                "rate": rates,
                "pairs": pairs,
                **only,
            }
        case "buyer":
            return {"graph": "buyer", "rate": {"by_rank": rising(draw, ladder)}}
        case "gap":
            bound = {"gap": rising(draw, ladder), "from_buyer": draw(st.sampled_from(["yes", "no"]))}
            return {"rate": bound, "select": _select(draw, ladder, unlock=False)}
        case "shared":
            return {"rate": {"gap": rising(draw, ladder), "cursor": draw(st.sampled_from(differentials))}}
        case "outranked":
            select = {"outranked_in": draw(st.sampled_from(differentials)), "limit": draw(st.integers(1, 2))}
            return {"rate": rate(draw), "select": select}
        case "on-award":
            of = draw(st.sampled_from(sorted(payable)))
            select = {"limit": 1} if payable[of] in ("regions",) else _select(draw, ladder, unlock=False)
            return {
                "of": of,
                "rate": {"by_level": [rate(draw), rate(draw)]},
                "select": {key: value for key, value in select.items() if key != "rank"}
                if payable[of] == "regions"
                else select,
            }
        case "table":
            lists, longest = {}, []
            for rank in ladder[draw(st.integers(0, len(ladder) - 1)) :]:
                longest = [*longest, rate(draw, 300)] if len(longest) < 3 else longest
                lists[rank] = list(longest)
            return {"rate": {"by_rank_and_level": lists}, "select": _select(draw, ladder, unlock=True)}
    graph = {"introducers": {"graph": "introducers"}}.get(kind, {})
    rates = [rate(draw, 500) for _ in range(draw(st.integers(1, 3)))]
    return {"rate": {"by_level": rates}, "select": _select(draw, ladder, unlock=True), **graph}


def _select(draw: st.DrawFn, ladder: tuple[str, ...], *, unlock: bool) -> dict[str, object]:
    select: dict[str, object] = {"compress": draw(st.sampled_from(["yes", "no"]))}
    if draw(st.booleans()):
        select["rank"] = draw(st.sampled_from(ladder))
    if draw(st.integers(0, 3)) == 0:
        select["recruits"] = draw(st.integers(1, 2))
    if draw(st.integers(0, 3)) == 0:
        select["skip"] = draw(st.integers(1, 2))
    if draw(st.integers(0, 3)) == 0:
        select["until"] = ladder[-1]
    if unlock and draw(st.integers(0, 3)) == 0:
        select["unlock_recruits"] = 1
    return select


def _event_and_bound(draw: st.DrawFn, kind: str) -> dict[str, object]:
    found: dict[str, object] = {}
    if draw(st.integers(0, 3)) == 0:
        found["event"] = draw(st.sampled_from([{"products": ["pack-198", "pack-999"]}, {"least": "100.00"}]))
    if draw(st.integers(0, 3)) == 0:
        found["bound"] = draw(st.sampled_from([{"order": "5%"}, {"person": "3.00"}]))
    return found


def _with_promotions(
    draw: st.DrawFn, plan: Plan, clauses: list[dict[str, object]], ladder: tuple[str, ...]
) -> Plan:
    bought = dict(zip(PRODUCTS, ladder[1:], strict=False))
    steps = [
        {
            "from": low,
            "recruits": draw(st.integers(1, 3)),
            "recruit_rank": draw(st.sampled_from(ladder)),
            "to": high,
        }
        for low, high in pairwise(ladder)
        if draw(st.booleans())
    ]
    promotions: dict[str, object] = {"by_purchase": bought}
    if steps:
        promotions["by_recruits"] = steps
    return plan_of(clauses, ranks=ladder, promotions=promotions)
