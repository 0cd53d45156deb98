"""What a plan does, in the terms in which laws ask: who has to buy or recruit to earn, how deep it pays, how much.

One place for all rules, so that two of them never see the same plan differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from tongbao.money import format_yuan
from tongbao.plans.algebra import ByRank, ByRankAndLevel, Gap, Needs, Select, When
from tongbao.plans.bounding import PlanTooIntertwined
from tongbao.plans.clauses import Clause, Walk
from tongbao.plans.clauses.kept import Board, Fund, Jar, Kept, Queue
from tongbao.plans.contracts import VolumeRule
from tongbao.plans.lint.contracts import Reason
from tongbao.plans.lint.reach import PERSONAL_GRAPHS, Reach, reach_of
from tongbao.plans.plan import Plan
from tongbao.plans.proving import Proof, Unbounded, prove


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """After how many days a clause's awards may be drawn; None: the shop's own setting.

    Counted from receipt, or, where ``from_receipt`` is False, from when the clause pays: of orders that were paid
    and perhaps not received yet.
    """

    clause: str
    line: int
    days: int | None
    from_receipt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A clause that draws winners. ``prize_fen``: the most that one can win; None: nothing limits it."""

    clause: str
    line: int
    prize_fen: int | None


class Facts:
    """The facts of one plan. Derived when asked for, and once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def paid_entry(self) -> tuple[Reason, ...]:
        """Purchases that give a right to earn: ranks that are bought, own purchases that a clause asks for."""
        return (*self._bought_ranks(), *self._own_purchases(), *self._bought_places())

    @cached_property
    def head_count(self) -> tuple[Reason, ...]:
        """Ranks, levels and money that depend on how many were recruited."""
        return (*self._recruited_ranks(), *self._counted_recruits(), *self._filled_places())

    @cached_property
    def pay_on_entry(self) -> tuple[Reason, ...]:
        """Clauses that pay when somebody buys a product that gives a right to earn: pay for the introduction."""
        found: list[Reason] = []
        for clause in self._paying_others():
            products = [
                product
                for product, rank in self.plan.promotions.by_purchase
                if rank in self.earning_ranks and _looks_at(clause, product)
            ]
            if products:
                found.append(
                    _about(
                        clause,
                        zh=f"条款{clause.id}对购买{'、'.join(products)}(由此取得获利资格)的订单支付",
                        en=f"clause {clause.id} pays when somebody buys {', '.join(products)} and with it the right "
                        "to earn",
                    )
                )
        return tuple(found)

    @cached_property
    def introductions(self) -> tuple[Reason, ...]:
        """Whatever is paid for bringing people in."""
        return (*self.head_count, *self.pay_on_entry)

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """The clauses that pay on the sales of people below, and how deep."""
        return tuple(
            reach for clause in self.plan.clauses if (reach := reach_of(clause, plan=self.plan)) is not None
        )

    @property
    def team_pay(self) -> tuple[Reach, ...]:
        """Those of ``reaches`` that go beyond the buyer's own sponsor."""
        return tuple(reach for reach in self.reaches if reach.is_team_pay)

    @cached_property
    def team_ranks(self) -> tuple[Reason, ...]:
        """Ranks that earn more, and clauses that pay at all, for what the people below sell."""
        return (*self._ranks_by_teams(), *self._clauses_by_teams())

    def _clauses_by_teams(self) -> Iterator[Reason]:
        for clause in self._paying_others():
            team_fen = _needs_of(clause).team_fen
            if team_fen and isinstance(clause, Walk):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}要求团队业绩满{format_yuan(team_fen)}元才可获利",
                    en=f"clause {clause.id} pays only whose people below have sold for {format_yuan(team_fen)} yuan",
                )

    def _ranks_by_teams(self) -> tuple[Reason, ...]:
        return tuple(
            self._by_volume(
                rule,
                zh=f"团队业绩满{format_yuan(rule.team_fen)}元",
                en=f"sales of {format_yuan(rule.team_fen)} yuan by the people below",
            )
            for rule in self.plan.promotions.by_volume
            if rule.team_fen and rule.to_rank in self.earning_ranks
        )

    @cached_property
    def earning_ranks(self) -> frozenset[str]:
        """Ranks that earn more of other people's orders than the lowest rank does."""
        found: set[str] = set()
        for clause in self._paying_others():
            found |= set(self._favoured(clause))
        return frozenset(found)

    @cached_property
    def unbounded(self) -> tuple[Unbounded, ...]:
        """Clauses that promise more than they are given, by the proof; none if the plan can't be proven."""
        proof = _proof(self.plan)
        return () if proof is None else proof.unbounded

    @cached_property
    def payout_bp(self) -> int | None:
        """The largest part of one order that people other than its buyer may get, rounded up; None: no bound is known.

        Of the money paid; of the plan's first base if it pays nothing on that.
        """
        if not self._clauses_for_others:
            return 0
        proof = self._proof_of_others
        if proof is None or not proof.bounded:
            return None
        of_money_paid = [part.worst_case_bp for part in proof.bases if part.base == "net"]
        return of_money_paid[0] if of_money_paid else proof.worst_case_bp

    @cached_property
    def _clauses_for_others(self) -> tuple[Clause, ...]:
        """The clauses that pay somebody besides the buyer, and what is paid on their awards."""
        kept: list[Clause] = []
        for clause in self.plan.clauses:
            source = clause.of if isinstance(clause, Walk) else None
            if self._pays_others(clause) and (source is None or any(source == other.id for other in kept)):
                kept.append(clause)
        return tuple(kept)

    @cached_property
    def _proof_of_others(self) -> Proof | None:
        """The proof of what they pay; None if there are none, or it can't be proven."""
        kept = self._clauses_for_others
        return _proof(replace(self.plan, clauses=kept)) if kept else None

    @cached_property
    def payouts_bp(self) -> dict[str, int]:
        """As ``payout_bp``, of every base that the plan pays on; empty if no bound is known."""
        proof = self._proof_of_others
        return (
            {}
            if proof is None or not proof.bounded
            else {part.base: part.worst_case_bp for part in proof.bases}
        )

    @cached_property
    def never_claimed_back(self) -> tuple[Clause, ...]:
        """Clauses whose awards stay with those who got them although the goods went back."""
        return tuple(clause for clause in self.plan.clauses if not _when_of(clause).claws_back)

    @cached_property
    def draws(self) -> tuple[Draw, ...]:
        """Clauses whose money goes to winners who are drawn."""
        return tuple(
            Draw(clause=clause.id, line=clause.line, prize_fen=clause.bound.person_fen)
            for clause in self.plan.clauses
            if isinstance(clause, Fund) and clause.split is not None and clause.split.how == "draw"
        )

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """When each clause's awards may be drawn."""
        return tuple(
            Release(
                clause=clause.id,
                line=clause.line,
                days=_when_of(clause).release_days,
                from_receipt=not isinstance(clause, Kept) or clause.event.on == "received",
            )
            for clause in self.plan.clauses
        )

    def line(self, *parts: str) -> int:
        """Where a part of the document stands: the first of ``parts`` whose line is known, else 0."""
        return next((self.plan.lines[part] for part in parts if part in self.plan.lines), 0)

    def _pays_others(self, clause: Clause) -> bool:
        return not (isinstance(clause, Walk) and clause.graph == "buyer")

    def _paying_others(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.plan.clauses if self._pays_others(clause))

    def _favoured(self, clause: Clause) -> Iterator[str]:
        """The ranks to which a clause gives more than to the lowest."""
        ranks = self.plan.ranks
        if isinstance(clause, Walk) and clause.graph not in PERSONAL_GRAPHS:
            return
        needed = _needs_of(clause).rank
        if needed is not None and needed != ranks[0]:
            yield from ranks[ranks.index(needed) :]
        rate = clause.rate if isinstance(clause, Walk) else None
        if isinstance(rate, ByRank | Gap):
            table = dict(rate.rates)
            yield from (rank for rank in ranks if table.get(rank, 0) > table.get(ranks[0], 0))
        elif isinstance(rate, ByRankAndLevel):
            lists = dict(rate.rates)
            yield from (rank for rank in ranks if sum(lists.get(rank, ())) > sum(lists.get(ranks[0], ())))
        placement = clause.placement if isinstance(clause, Walk | Fund) else None
        if placement is not None and placement.leaves_at not in (None, ranks[0]):
            yield from ranks[ranks.index(placement.leaves_at or "") :]

    def _bought_ranks(self) -> Iterator[Reason]:
        for product, rank in self.plan.promotions.by_purchase:
            if rank in self.earning_ranks:
                yield Reason(
                    zh=f"购买{product}即成为{self.plan.names.rank(rank, 'zh')},由此可从他人的订单获利",
                    en=f"buying {product} makes {_a(self.plan.names.rank(rank, 'en'))}, who earns of other people's "
                    "orders",
                    line=self.line("promotions.by_purchase", "promotions"),
                    cure_key="promotions.by_purchase",
                )

    def _own_purchases(self) -> Iterator[Reason]:
        for clause in self._paying_others():
            own_fen = _needs_of(clause).own_fen
            if own_fen:
                yield _about(
                    clause,
                    zh=f"条款{clause.id}要求本人先消费{format_yuan(own_fen)}元才可获利",
                    en=f"clause {clause.id} pays only who has bought for {format_yuan(own_fen)} yuan",
                )
        for rule in self.plan.promotions.by_volume:
            if rule.own_fen and rule.to_rank in self.earning_ranks:
                yield self._by_volume(
                    rule,
                    zh=f"本人消费满{format_yuan(rule.own_fen)}元",
                    en=f"own purchases of {format_yuan(rule.own_fen)} yuan",
                )

    def _by_volume(self, rule: VolumeRule, *, zh: str, en: str) -> Reason:
        return Reason(
            zh=f"升级为{self.plan.names.rank(rule.to_rank, 'zh')}须{zh}",
            en=f"to become {_a(self.plan.names.rank(rule.to_rank, 'en'))} takes {en}",
            line=self.line("promotions.by_volume", "promotions"),
            cure_key="promotions.by_volume",
        )

    def _bought_places(self) -> Iterator[Reason]:
        for clause in self.plan.clauses:
            if isinstance(clause, Jar) and (clause.up_to_own or clause.accrue_bp is None):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}只返还本人已购订单,须先购买才有所得",
                    en=f"clause {clause.id} gives back an order of one's own, so only who has bought earns",
                )
            elif isinstance(clause, Board):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}的席位须下单购买,凭席位获利",
                    en=f"a place on the board of clause {clause.id} is bought with an order, and earns",
                )
            elif isinstance(clause, Queue):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}的排队资格须下单取得,由后来者的订单支付",
                    en=f"a place in the queue of clause {clause.id} is bought with an order, and paid out of later "
                    "people's orders",
                )
            elif isinstance(clause, Fund) and clause.holding_times:
                yield _about(
                    clause,
                    zh=f"条款{clause.id}的待返额度须下单取得,由后来的订单支付",
                    en=f"what clause {clause.id} gives back is a right bought with an order, and paid out of later "
                    "orders",
                )

    def _recruited_ranks(self) -> Iterator[Reason]:
        rank = self.plan.names.rank
        for rule in self.plan.promotions.by_recruits:
            yield Reason(
                zh=f"直接发展{rule.recruits}位{rank(rule.recruit_rank, 'zh')}升级为{rank(rule.to_rank, 'zh')}",
                en=f"{rule.recruits} {_recruits(rule.recruits)} of rank {rank(rule.recruit_rank, 'en')} make "
                f"{_a(rank(rule.to_rank, 'en'))}",
                line=self.line("promotions.by_recruits", "promotions"),
                cure_key="promotions.by_recruits",
            )
        for volume in self.plan.promotions.by_volume:
            if volume.recruits:
                yield self._by_volume(
                    volume,
                    zh=f"直接发展{volume.recruits}人",
                    en=f"{volume.recruits} {_recruits(volume.recruits)}",
                )
            if volume.legs:
                yield self._by_volume(
                    volume,
                    zh=f"直接发展{volume.legs}条有相应等级的线",
                    en=f"{volume.legs} {_recruits(volume.legs)} with such a rank below them",
                )

    def _counted_recruits(self) -> Iterator[Reason]:
        for clause in self._paying_others():
            recruits = _needs_of(clause).recruits
            if recruits:
                yield _about(
                    clause,
                    zh=f"条款{clause.id}要求直接发展{recruits}人才可获利",
                    en=f"clause {clause.id} pays only who has {recruits} {_recruits(recruits)}",
                )
            unlock = _select_of(clause).unlock_recruits
            if unlock:
                yield _about(
                    clause,
                    zh=f"条款{clause.id}每多一级须多直接发展{unlock}人",
                    en=f"clause {clause.id} opens one more level for every {unlock} {_recruits(unlock)}",
                )
            if isinstance(clause, Fund) and clause.promise is not None and clause.measure == "recruits":
                yield _about(
                    clause,
                    zh=f"条款{clause.id}按新增发展人数支付",
                    en=f"clause {clause.id} pays for every new recruit",
                )
            elif isinstance(clause, Fund) and clause.measure == "recruits":
                yield _about(
                    clause,
                    zh=f"条款{clause.id}按发展人数分配",
                    en=f"clause {clause.id} shares out by the number of recruits",
                )

    def _filled_places(self) -> Iterator[Reason]:
        for clause in self.plan.clauses:
            if isinstance(clause, Jar):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}每推荐{clause.every}单返还一次",
                    en=f"clause {clause.id} pays at every {clause.every} orders of the people whom a member "
                    "brought in",
                )
            elif isinstance(clause, Board):
                yield _about(
                    clause,
                    zh=f"条款{clause.id}在席位被新人填满时支付",
                    en=f"clause {clause.id} pays when newcomers have filled the board",
                )


def _proof(plan: Plan) -> Proof | None:
    """None where the clauses look at each other in more ways than can be gone through."""
    try:
        return prove(plan)
    except PlanTooIntertwined:
        return None


def _about(clause: Clause, *, zh: str, en: str) -> Reason:
    return Reason(zh=zh, en=en, clause=clause.id, line=clause.line, cure_key=f"clauses.{clause.id}")


def _a(name: str) -> str:
    """A rank's name with its article.

    >>> _a("Agent"), _a("VIP")
    ('an Agent', 'a VIP')
    """
    return f"an {name}" if name[:1].lower() in "aeio" else f"a {name}"


def _recruits(number: int) -> str:
    return "recruit" if number == 1 else "recruits"


def _looks_at(clause: Clause, product: str) -> bool:
    return not clause.event.products or product in clause.event.products


def _select_of(clause: Clause) -> Select:
    return clause.select if isinstance(clause, Walk | Kept) else Select()


def _needs_of(clause: Clause) -> Needs:
    return _select_of(clause).needs


def _when_of(clause: Clause) -> When:
    return clause.when if isinstance(clause, Walk | Kept) else When()


__all__ = ["Draw", "Facts", "Release"]
