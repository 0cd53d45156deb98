"""Fund: orders put a part aside; at the close of a period it is shared out, or promises are kept from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self, cast

from tongbao.money import Language, format_rate
from tongbao.plans.algebra import Measure, Placement, Promise, Split
from tongbao.plans.clauses.base import Names, Scope, yuan
from tongbao.plans.clauses.kept.base import (
    Kept,
    Payment,
    accrues,
    limits,
    read_accrue,
    refuse_order_bound,
    who,
)
from tongbao.plans.contracts import AwardKind

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields

Closing = Literal["day", "week", "month"]

_MEASURES: Final[dict[Language, dict[Measure, str]]] = {
    "zh": {
        "own": "个人业绩",
        "team": "团队业绩",
        "recruits": "新增直接推荐人数",
        "lesser_leg": "小区业绩",
        "holding": "待返额度",
        "bracket_gap": "分档差额",
    },
    "en": {
        "own": "own purchases",
        "team": "team volume",
        "recruits": "new direct recruits",
        "lesser_leg": "volume of the lesser leg",
        "holding": "holding",
        "bracket_gap": "bracket gap",
    },
}
_FILLS: Final = {
    "breadth": ("推荐人之下逐层从左到右的空位", "the next free place below the sponsor, level by level"),
    "weak_leg": ("推荐人之下业绩较小的一区", "the sponsor's leg with less volume"),
    "queue": ("全体一棵树中先上后下、从左到右的空位", "the next free place of one tree for all"),
}
_CLOSES: Final[dict[Language, dict[Closing, str]]] = {
    "zh": {"day": "每日", "week": "每周", "month": "每月"},
    "en": {"day": "day", "week": "week", "month": "month"},
}


@dataclass(frozen=True, kw_only=True)
class Fund(Kept):
    """Gathers ``accrue_bp`` of every order; when ``close`` ends, ``split`` shares it out or ``promise`` is kept.

    Own and team volume, also in ``select``, are those of the period that closes, of the orders that ``event``
    looks at; team volume is everybody's below a member, without the member's own. Promises that together exceed
    the fund are pro-rated. ``holding_times``: an own order gives that many times its base to get back, which
    payments draw down (the measure ``holding``). ``placement``: the tree whose legs ``lesser_leg`` compares;
    None: the sponsor tree. ``bound.rest`` says whether what a closing doesn't pay stays in the fund.
    """

    keys: ClassVar[tuple[str, ...]] = (*Kept.shared_keys, "close", "split", "promise", "holding", "placement")

    kind: AwardKind = "fund"
    close: Closing
    split: Split | None = None
    promise: Promise | None = None
    holding_times: int = 0
    placement: Placement | None = None

    @property
    def measure(self) -> Measure | None:
        """What members are weighed by, if by anything."""
        if self.promise is not None:
            flat = self.promise.amount_fen and self.promise.by != "recruits"
            return None if flat else self.promise.by
        if self.split is not None and self.split.how in ("pro_rata", "places"):
            return self.split.by
        return None

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        from tongbao.plans.clauses.kept.reading import read_promise, read_split
        from tongbao.plans.language.parts import (
            read_bound,
            read_event,
            read_placement,
            read_select,
            read_when,
        )
        from tongbao.plans.language.shapes import CLOSINGS

        both = "split" in fields and "promise" in fields
        if both or ("split" not in fields and "promise" not in fields):
            fields.document.note(
                fields.key_node("promise") if both else fields.node,
                en="a fund is either shared out or keeps a promise; write 'split: {equal: yes}' or "
                "'promise: {amount: 500.00}', one of them",
                zh="资金池要么分配、要么兑现承诺;请写“split: {equal: yes}”或“promise: {amount: 500.00}”其中之一",
            )
        fund = cls(
            id=clause_id,
            line=fields.node.start_mark.line + 1,
            event=read_event(fields),
            accrue_bp=read_accrue(
                fields,
                because_en="a fund that is shared out needs what it holds",
                because_zh="分配型资金池需要资金来源",
                needed="promise" not in fields,
            ),
            close=cast(Closing, fields.choice("close", options=CLOSINGS) or "month"),
            select=read_select(fields, ranks=scope.ranks),
            split=read_split(fields) if "split" in fields else None,
            promise=read_promise(fields) if "promise" in fields else None,
            holding_times=_holding(fields),
            placement=read_placement(fields, ranks=scope.ranks),
            bound=read_bound(fields, rest_alone=True),
            when=read_when(fields),
        )
        refuse_order_bound(fields, fund.bound)
        fund._refuse_strays(fields)
        return fund

    def _refuse_strays(self, fields: Fields) -> None:
        """What is written and has no effect, or is weighed by and isn't written."""
        if self.measure == "holding" and not self.holding_times:
            fields.document.note(
                fields.node,
                en="members are weighed by their holding and nothing gives one; write 'holding: {times: 3}'",
                zh="按待返额度计算却没有额度来源;请写“holding: {times: 3}”",
            )
        if self.holding_times and self.measure != "holding":
            fields.note(
                "holding",
                en="nobody is weighed by this holding; write 'split: {pro_rata: holding}', or delete it",
                zh="没有按待返额度计算的规则;请写“split: {pro_rata: holding}”,或删除holding",
            )
        if self.placement is not None and self.measure != "lesser_leg":
            fields.note(
                "placement",
                en="a fund looks at a placement only for its legs; write 'of: lesser_leg', or delete it",
                zh="资金池只为比较大小区才用到placement;请写“of: lesser_leg”,或删除placement",
            )

    def sentence(self, *, names: Names, language: Language) -> str:
        chosen = who(self.select.needs, names, language, in_period=True)
        every, what = _CLOSES[language][self.close], self._what(chosen, language)
        holding = ""
        if self.holding_times:
            times = self.holding_times
            if language == "zh":
                holding = f"买家每笔订单获得{times}倍金额的待返额度,返还多少扣减多少。"
            else:
                holding = (
                    f" An order gives its buyer {times} times its amount to get back; payments draw it down."
                )
        if language == "zh":
            return (
                f"资金池:{accrues(self, language)},{every}结算:{what}。{holding}{self._legs(language)}"
                + limits(self, language)
            )
        return (
            f"Fund: {accrues(self, language)}, and at the close of each {every} {what}."
            f"{holding}{self._legs(language)}{limits(self, language)}"
        )

    def _legs(self, language: Language) -> str:
        if self.measure != "lesser_leg":
            return ""
        tree = self.placement or Placement()
        cap = "" if tree.carry_cap_fen is None else yuan(tree.carry_cap_fen, language)
        if language == "zh":
            kept = f"未匹配的业绩{f'最多{cap}' if cap else ''}结转下期" if tree.carry else "未匹配的业绩清零"
            return f"{_places(tree, language)}大区之外的业绩合计为小区业绩;{kept}。"
        kept = f"is carried over{f' up to {cap}' if cap else ''}" if tree.carry else "is flushed"
        return f"{_places(tree, language)} The lesser leg is all legs but the strongest; what found no match {kept}."

    def _what(self, chosen: str, language: Language) -> str:
        if self.promise is not None:
            return self._promised(self.promise, chosen, language)
        split = self.split or Split()
        measure = _MEASURES[language][split.by]
        places = ("、" if language == "zh" else ", ").join(
            format_rate(rate_bp) for rate_bp in split.places_bp
        )
        if language == "zh":
            match split.how:
                case "equal":
                    return f"由{chosen}会员平均分配"
                case "pro_rata":
                    return f"由{chosen}会员按{measure}比例分配"
                case "places":
                    return f"{chosen}会员中{measure}前{len(split.places_bp)}名依次分得{places}"
                case _:
                    return f"从{chosen}会员中抽出{split.winners}名平均分配"
        match split.how:
            case "equal":
                return f"it is shared out equally among the members{chosen}"
            case "pro_rata":
                return f"it is shared out among the members{chosen} in proportion to their {measure}"
            case "places":
                return (
                    f"the first {len(split.places_bp)} by {measure} of the members{chosen} get {places} of it"
                )
            case _:
                return f"{split.winners} drawn from the members{chosen} share it equally"

    def _promised(self, promise: Promise, chosen: str, language: Language) -> str:
        measure = _MEASURES[language][promise.by]
        if promise.brackets:
            table = (";" if language == "zh" else "; ").join(
                f"{yuan(from_fen, language)}{'起' if language == 'zh' else ' and more'} {format_rate(rate_bp)}"
                for from_fen, rate_bp in promise.brackets
            )
        if language == "zh":
            once = "(每人一次)" if promise.once else ""
            scarce = "" if self.accrue_bp is None else ",资金不足时按比例减少"
            if promise.amount_fen:
                each = f"每新增一名直接推荐{yuan(promise.amount_fen, language)}"
                flat = f"{yuan(promise.amount_fen, language)}"
                return f"{chosen}会员各得{each if promise.by == 'recruits' else flat}{once}{scarce}"
            if promise.brackets and promise.by == "bracket_gap":
                return f"{chosen}会员按团队业绩分档({table})计算,扣除各直接推荐人按其档位所得后取差额{once}{scarce}"
            part = (
                f"按{measure}分档({table})"
                if promise.brackets
                else f"{measure}的{format_rate(promise.rate_bp)}"
            )
            return f"{chosen}会员各得{part}{once}{scarce}"
        once = ", once" if promise.once else ""
        scarce = "" if self.accrue_bp is None else "; if the fund falls short, all get the same part of it"
        if promise.amount_fen:
            amount = yuan(promise.amount_fen, language)
            each = f"{amount} for each new direct recruit" if promise.by == "recruits" else amount
            return f"each member{chosen} gets {each}{once}{scarce}"
        if promise.brackets and promise.by == "bracket_gap":
            return (
                f"each member{chosen} gets the rate of their bracket of team volume ({table}) less what their "
                f"direct recruits have by their own brackets{once}{scarce}"
            )
        part = f"by brackets ({table}) of" if promise.brackets else f"{format_rate(promise.rate_bp)} of"
        return f"each member{chosen} gets {part} their {measure}{once}{scarce}"

    def because(self, payment: Payment, *, names: Names, language: Language) -> str:
        told, period = payment.reckoning, payment.period or ""
        held, people = yuan(told.held_fen, language), told.people
        measured = ""
        if told.measure is not None:
            name = _MEASURES[language][told.measure]
            value = str(told.measured) if told.measure == "recruits" else yuan(told.measured, language)
            together = (
                str(told.measured_together)
                if told.measure == "recruits"
                else yuan(told.measured_together, language)
            )
            if language == "zh":
                measured = f"您的{name}为{value}" + (f"(合计{together})" if told.measured_together else "")
            else:
                measured = f"your {name} came to {value}" + (
                    f" of {together} together" if told.measured_together else ""
                )
        if self.promise is not None:
            return self._because_promised(payment, measured, language)
        if language == "zh":
            head = f"资金池:{_period(period, language)}资金{held},{people}人参与分配"
            if told.place:
                return f"{head},{measured},排第{told.place}名,得{format_rate(told.rate_bp)}"
            drawn = "您被抽中" if told.transcript else ""
            return ",".join(word for word in (head, measured, drawn) if word)
        head = f"Fund: {held} in {period} for {people} member{'' if people == 1 else 's'}"
        if told.place:
            return f"{head}, {measured}, place {told.place}, {format_rate(told.rate_bp)} of it"
        drawn = "you were drawn" if told.transcript else ""
        return ", ".join(word for word in (head, measured, drawn) if word)

    def _because_promised(self, payment: Payment, measured: str, language: Language) -> str:
        told, period = payment.reckoning, payment.period or ""
        promised = yuan(told.promised_fen, language)
        short = self.accrue_bp is not None and told.promised_together_fen > told.held_fen
        held, together = yuan(told.held_fen, language), yuan(told.promised_together_fen, language)
        rate = format_rate(told.rate_bp) if told.rate_bp else ""
        if language == "zh":
            words = [f"资金池:{_period(period, language)}", measured, f"比例{rate}" if rate else ""]
            less = f",已扣除直接推荐人按其档位所得的{yuan(told.less_fen, language)}" if told.less_fen else ""
            words.append(f"应得{promised}{less}")
            words.append(f"资金{held}不足应发合计{together},按比例减少" if short else "")
            return ",".join(word for word in words if word)
        less = f" after {yuan(told.less_fen, language)} of your direct recruits" if told.less_fen else ""
        words = [
            f"Fund: {period}",
            measured,
            f"the rate is {rate}" if rate else "",
            f"{promised} are promised{less}",
        ]
        words.append(
            f"the fund holds {held} of the {together} promised to all, so each gets that part"
            if short
            else ""
        )
        return ", ".join(word for word in words if word)


def _period(period: str, language: Language) -> str:
    """ "month 3" as a Chinese reader says it."""
    word, _, number = period.partition(" ")
    return f"第{number}{ {'day': '日', 'week': '周', 'month': '个月'}.get(word, '期') }" if number else period


def _places(tree: Placement, language: Language) -> str:
    """How the tree is filled whose legs are compared; nothing to say of the sponsor tree."""
    if tree.fill == "sponsor":
        return ""
    zh, en = _FILLS[tree.fill]
    if language == "zh":
        return f"每人之下有{tree.width}个位置,新会员排在{zh}。"
    return f" Everybody has {tree.width} places below; a new member is placed in {en}."


def _holding(fields: Fields) -> int:
    if "holding" not in fields:
        return 0
    from tongbao.plans.language.shapes import HOLDING

    holding = fields.mapping("holding", known=HOLDING, example="{times: 3}")
    return 0 if holding is None else holding.whole("times", least=1, most=100, example="3")
