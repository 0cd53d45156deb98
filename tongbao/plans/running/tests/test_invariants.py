"""Whatever happens: nobody is paid what wasn't put aside, nothing is negative, and it all happens again alike."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tongbao.money import format_rate, format_yuan
from tongbao.plans import Plan, load_plan, prove
from tongbao.plans.clauses import Walk
from tongbao.plans.clauses.kept import Kept
from tongbao.plans.running import Run, RunOrder

RANKS = ("member", "vip", "dealer")
PERIODS = ("day", "week", "month")


@st.composite
def _common(draw: st.DrawFn) -> dict[str, object]:
    parts: dict[str, object] = {}
    if draw(st.booleans()):
        parts["bound"] = {
            "person": format_yuan(draw(st.integers(1, 30_000))),
            "period": draw(st.sampled_from(("order", *PERIODS))),
            "rest": draw(st.sampled_from(("platform", "carry"))),
        }
    if draw(st.booleans()):
        parts["when"] = {"release": f"{draw(st.integers(0, 3))} days", "parts": draw(st.integers(1, 4))}
    if draw(st.booleans()):
        parts["event"] = {"on": draw(st.sampled_from(("paid", "received")))}
    return parts


SPLITS = (
    {"split": {"equal": "yes"}},
    {"split": {"pro_rata": "team"}},
    {"split": {"pro_rata": "recruits"}},
    {"split": {"pro_rata": "lesser_leg"}, "placement": {"width": 2, "fill": "weak_leg", "cap": "300.00"}},
    {"split": {"places": ["50%", "25%"], "by": "own"}},
    {"split": {"draw": 2}},
    {"split": {"pro_rata": "holding"}, "holding": {"times": 2}},
    {"promise": {"rate": "15%", "of": "lesser_leg"}, "placement": {"width": 3, "fill": "breadth"}},
    {"promise": {"rate": "30%", "of": "lesser_leg"}},
    {"promise": {"of": "bracket_gap", "brackets": {"10.00": "5%", "200.00": "12%"}}},
    {"promise": {"amount": "20.00", "once": "yes"}},
    {"promise": {"amount": "3.00", "of": "recruits"}},
)


@st.composite
def _kept(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from(("fund", "jar", "queue", "board")))
    clause: dict[str, object] = {"kind": kind, "accrue": format_rate(draw(st.integers(1, 4_000)))}
    clause |= draw(_common())
    if draw(st.booleans()):
        clause["select"] = {"rank": draw(st.sampled_from(RANKS)), "own": "5.00"}
    if kind == "fund":
        clause["close"] = draw(st.sampled_from(PERIODS))
        clause |= draw(st.sampled_from(SPLITS))
    elif kind == "jar":
        clause |= {"every": draw(st.integers(1, 3)), "up_to_own": draw(st.sampled_from(("yes", "no")))}
    elif kind == "queue":
        clause["back"] = format_rate(draw(st.integers(1_000, 10_000)))
    else:
        clause |= {
            "width": 2,
            "depth": draw(st.integers(1, 2)),
            "again": draw(st.sampled_from(("yes", "no"))),
        }
    return clause


@st.composite
def _walk(draw: st.DrawFn) -> dict[str, object]:
    shape = draw(
        st.sampled_from(
            (
                {"kind": "direct", "rate": "12%"},
                {"kind": "differential", "rates": {"vip": "7%", "dealer": "13.33%"}},
                {
                    "kind": "walk",
                    "graph": "placement",
                    "placement": {"width": 2, "fill": "queue"},
                    "rate": {"by_level": ["3%", "2%"]},
                },
                {
                    "kind": "walk",
                    "graph": "placement",
                    "placement": {"fill": "sponsor", "leaves_at": "dealer", "stays_behind": 1},
                    "rate": {"gap": {"vip": "5%", "dealer": "9%"}},
                },
            )
        )
    )
    return shape | draw(_common())


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to four clauses that keep books and up to two walks."""
    clauses = draw(st.lists(_kept(), min_size=1, max_size=4)) + draw(st.lists(_walk(), max_size=2))
    document = {
        "plan": "made-up",
        "title": {"zh": "测试", "en": "Made up"},
        "ranks": [{"key": rank, "zh": rank, "en": rank} for rank in RANKS],
        "budget": "100%",
        "clauses": [{"id": f"clause-{place}"} | clause for place, clause in enumerate(clauses)],
        "promotions": {
            "by_purchase": {"pack": "vip"},
            "by_recruits": [{"from": "vip", "recruits": 2, "recruit_rank": "vip", "to": "dealer"}],
            "by_volume": [{"from": "member", "own": "50.00", "legs": 2, "leg_rank": "vip", "to": "vip"}],
        },
    }
    for clause in document["clauses"]:
        when, bound = clause.get("when"), clause.get("bound")
        if when and when["parts"] > 1:
            when["every"] = "week"
        if bound and bound["period"] == "order":
            del bound["period"]
            if "accrue" not in clause:  # an order's own limit has no later period to carry anything to
                bound["rest"] = "platform"
    return load_plan(json.dumps(document))


class Book(RuleBasedStateMachine):
    """Things happen in any order; after each, the book is looked through."""

    @initialize(plan=plans())
    def begin(self, plan: Plan) -> None:
        self.plan = plan
        self.run = Run(plan, release_days=1)
        self.log: list[tuple[str, tuple[object, ...], dict[str, object]]] = []
        self.at = datetime(2026, 1, 1, tzinfo=UTC)
        self.members = 0
        self.left: dict[str, int] = {}
        self.bases: dict[str, int] = {}
        self.waits: list[str] = []
        self.worst = prove(plan).worst_case
        for name, sponsor in (("m0", None), ("m1", "m0"), ("m2", "m0"), ("m3", "m1")):
            self._do("join", name, sponsor=sponsor, at=self.at)
        self.members = 4

    def _do(self, name: str, *args: object, **kwargs: object):
        self.log.append((name, args, kwargs))
        return getattr(self.run, name)(*args, **kwargs)

    @rule(
        sponsor=st.integers(0, 30),
        rank=st.sampled_from((None, *RANKS)),
        active=st.sampled_from((True, True, False)),
    )
    def join(self, sponsor: int, rank: str | None, active: bool) -> None:
        name = f"m{self.members}"
        self._do("join", name, sponsor=f"m{sponsor % self.members}", rank=rank, at=self.at, active=active)
        self.members += 1

    @rule(buyer=st.integers(0, 30), base_fen=st.integers(1, 60_000), product=st.sampled_from(("", "pack")))
    def pay(self, buyer: int, base_fen: int, product: str) -> None:
        key = f"o{len(self.left)}"
        self.left[key] = self.bases[key] = base_fen
        self.waits.append(key)
        order = RunOrder(
            key=key, buyer=f"m{buyer % self.members}", product=product, base_fen=base_fen, at=self.at
        )
        payments = self._do("paid", order)
        self._within_proof(key, payments)

    def _within_proof(self, key: str, payments) -> None:
        """What one order pays by walks and puts aside together is no more than was proven."""
        walks = sum(
            pay.award.amount_fen for pay in payments if pay.award is not None and pay.part == _first_part(pay)
        )
        aside = sum(book.part_fen(self.bases[key]) for book in map(self.run.book, self._kept_ids()))
        assert walks + aside <= self.worst * Fraction(self.bases[key])

    def _kept_ids(self) -> list[str]:
        return [clause.id for clause in self.plan.clauses if isinstance(clause, Kept)]

    @precondition(lambda self: self.waits)
    @rule(which=st.integers(0, 30))
    def receive(self, which: int) -> None:
        key = self.waits.pop(which % len(self.waits))
        self._within_proof(key, self._do("received", key, at=self.at))

    @precondition(lambda self: any(self.left.values()))
    @rule(which=st.integers(0, 30), whole=st.booleans(), part=st.integers(1, 60_000))
    def refund(self, which: int, whole: bool, part: int) -> None:
        keys = [key for key, left in self.left.items() if left]
        key = keys[which % len(keys)]
        amount_fen = self.left[key] if whole else min(part, self.left[key])
        self.left[key] -= amount_fen
        self._do("refunded", key, amount_fen=amount_fen, at=self.at)

    @rule(period=st.sampled_from(PERIODS))
    def close(self, period: str) -> None:
        payments = self._do("close", period, at=self.at, seed=b"lotus")
        paid = Counter()
        for pay in payments:
            paid[pay.clause, pay.beneficiary] += pay.amount_fen
        for (clause_id, _), amount_fen in paid.items():
            bound = self.plan.clause(clause_id).bound
            assert bound.person_fen is None or amount_fen <= bound.person_fen

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(member=st.integers(0, 30), active=st.booleans())
    def freeze(self, member: int, active: bool) -> None:
        self._do("set_active", f"m{member % self.members}", active=active)

    @invariant()
    def nothing_is_negative(self) -> None:
        assert all(pay.amount_fen > 0 for pay in self.run.payments)
        for person in self.run.people.everybody:
            assert person.own_fen >= 0
            assert person.team_fen >= 0
            assert person.height >= person.start_height

    @invariant()
    def a_clause_never_pays_more_than_was_put_aside(self) -> None:
        due, back = Counter(), Counter()
        for pay in self.run.payments:
            if pay.status == "due":
                due[pay.clause] += pay.amount_fen
            elif pay.beneficiary is not None:
                back[pay.clause] += pay.amount_fen
        for clause_id in self._kept_ids():
            book = self.run.book(clause_id)
            assert book.held_fen >= 0
            assert book.short_fen >= 0
            assert due[clause_id] == book.paid_fen
            assert book.paid_fen + book.held_fen <= book.put_aside_fen
            standing = due[clause_id] - back[clause_id]
            assert standing >= 0
            assert standing + book.held_fen <= book.stays_aside_fen + book.short_fen

    @invariant()
    def a_payment_is_taken_back_once_at_most(self) -> None:
        payments = {pay.number: pay for pay in self.run.payments}
        back = Counter()
        for pay in payments.values():
            if pay.takes_back is not None:
                back[pay.takes_back] += pay.amount_fen
        assert all(amount_fen <= payments[number].amount_fen for number, amount_fen in back.items())

    @invariant()
    def nothing_of_a_walk_stands_of_an_order_that_was_refunded_in_full(self) -> None:
        standing = Counter()
        for pay in self.run.payments:
            if isinstance(self.plan.clause(pay.clause), Walk):
                standing[pay.order] += pay.amount_fen if pay.status == "due" else -pay.amount_fen
        assert all(not standing[key] for key, left in self.left.items() if not left)

    def teardown(self) -> None:
        if not hasattr(self, "log"):
            return
        again = Run(self.plan, release_days=1)
        for name, args, kwargs in self.log:
            getattr(again, name)(*args, **kwargs)
        assert again.payments == self.run.payments
        for pay in self.run.payments:
            if pay.award is not None and pay.status == "due" and pay.parts > 1 and pay.cause == "":
                whole = [
                    other.amount_fen
                    for other in self.run.payments
                    if other.award is pay.award and other.status == "due" and other.cause == ""
                ]
                assert sum(whole) == pay.award.amount_fen


def _first_part(pay) -> int:
    """The first of equal parts that isn't nothing: floor(amount × part / parts) is above zero."""
    return -(-pay.parts // pay.award.amount_fen)


TestBook = Book.TestCase
TestBook.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
