"""How a fund's split and promise are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from tongbao.plans.algebra import Measure, Promise, Split
from tongbao.plans.language.shapes import MOST_WINNERS, PROMISE, RANKINGS, SPLIT, WEIGHTS
from tongbao.plans.language.values import read_amount, read_brackets, read_places, read_yes

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields

How = Literal["equal", "pro_rata", "places", "draw"]
HOWS: Final[tuple[How, ...]] = ("equal", "pro_rata", "places", "draw")


def read_split(fields: Fields) -> Split:
    """``{equal: yes}``, ``{pro_rata: team}``, ``{places: [50%, 30%, 20%], by: team}`` or ``{draw: 3}``."""
    split = fields.mapping("split", known=SPLIT, example="{equal: yes}")
    if split is None:
        return Split()
    named = [how for how in HOWS if how in split]
    if len(named) != 1:
        fields.note(
            "split",
            en=f"split is one of {', '.join(HOWS)}; write for example 'split: {{equal: yes}}'",
            zh=f"split只能是{'、'.join(HOWS)}之一;例如“split: {{equal: yes}}”",
        )
        return Split()
    how = named[0]
    if "by" in split and how != "places":
        split.note(
            "by",
            en=f"by belongs to places; delete it{', or write pro_rata: team' if how == 'equal' else ''}",
            zh="by与places一起使用;请删除",
        )
    if how == "equal":
        if not read_yes(split, "equal", default=True):
            split.note("equal", en="equal: no says nothing; write 'equal: yes'", zh="请写“equal: yes”")
        return Split()
    if how == "pro_rata":
        return Split(how=how, by=_measure(split, "pro_rata", WEIGHTS))
    if how == "draw":
        return Split(how=how, winners=split.whole("draw", least=1, most=MOST_WINNERS, example="3"))
    by = _measure(split, "by", RANKINGS, default="team")
    return Split(how=how, by=by, places_bp=read_places(split, "places"))


def read_promise(fields: Fields) -> Promise:
    """``{rate: 10%, of: lesser_leg}``, ``{brackets: {…}, of: team}`` or ``{amount: 500.00, once: yes}``."""
    promise = fields.mapping("promise", known=PROMISE, example="{amount: 500.00, once: yes}")
    if promise is None:
        return Promise(amount_fen=1)
    ways = ("rate", "brackets", "amount")
    named = [way for way in ways if way in promise]
    if len(named) != 1:
        fields.note(
            "promise",
            en="promise is one of rate, brackets, amount; write for example 'promise: {rate: 10%, of: team}'",
            zh="promise只能是rate、brackets、amount之一;例如“promise: {rate: 10%, of: team}”",
        )
        return Promise(amount_fen=1)
    once = read_yes(promise, "once", default=False)
    if named == ["amount"]:
        by: Measure = "team"
        if "of" in promise:
            by = _measure(promise, "of", ("recruits",))
        return Promise(by=by, amount_fen=read_amount(promise, "amount", example="500.00"), once=once)
    if named == ["brackets"]:
        by = _measure(promise, "of", ("team", "own", "lesser_leg", "bracket_gap"), default="team")
        return Promise(by=by, brackets=read_brackets(promise, "brackets"), once=once)
    by = _measure(promise, "of", ("team", "own", "lesser_leg", "holding"), default="team")
    return Promise(by=by, rate_bp=promise.rate("rate"), once=once)


def _measure(fields: Fields, key: str, options: Sequence[Measure], default: Measure | None = None) -> Measure:
    word = fields.choice(key, options=options, default=default)
    return cast(Measure, word or default or options[0])
