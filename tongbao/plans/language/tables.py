"""Tables of rates by rank or by level of a region: no rate falls, and no rank above one that earns goes without."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.money import format_rate
from tongbao.plans.language.document import Fields


def read_rates(
    fields: Fields, key: str, *, steps: Sequence[str], what_en: str, what_zh: str, is_ladder: bool = True
) -> tuple[tuple[str, int], ...]:
    """The table at ``key``, such as ``gap: {vip: 10%, dealer: 20%}``: percentages by step, lowest first; none may fall.

    Of a ladder only the steps below the first that has a rate may be missing: a step above it without one would
    earn less than who stands below. Steps that are no ladder, such as region levels, may be left out.
    """
    example = "{" + ", ".join(f"{step}: {number}%" for number, step in enumerate(steps, start=1)) + "}"
    table = fields.mapping(key, known=None, example=example)
    if table is None:
        return ()
    before, vain = len(table.document.problems), False
    for step in table.names():
        if step not in steps:
            if fields.is_vain(what_en=what_en):
                vain = True
                continue
            en, zh = fields.instead(step, steps)
            table.document.note(
                table.key_node(step),
                en=f"there is no {what_en} {step!r}; {en}",
                zh=f"没有{what_zh}{step!r};{zh}",
            )
    rates = tuple((step, table.rate(step, may_be_zero=True)) for step in steps if step in table)
    if len(table.document.problems) == before and not vain:
        _refuse_falling(table, steps, rates, is_ladder=is_ladder)
    return rates


def _refuse_falling(
    table: Fields, steps: Sequence[str], rates: Sequence[tuple[str, int]], *, is_ladder: bool
) -> None:
    given = dict(rates)
    highest_bp, highest_step = 0, ""
    missing: list[str] = []
    lowest = ""
    for step in steps:
        if step not in given:
            if highest_bp and is_ladder:
                missing.append(f"{step}: {format_rate(highest_bp)}")
                lowest = lowest or highest_step
            continue
        if given[step] < highest_bp:
            least = format_rate(highest_bp)
            table.note(
                step,
                en=f"the rate falls: {step} stands above {highest_step}; write {least} or more",
                zh=f"比例下降:{step}高于{highest_step};请写{least}或更高",
            )
            return
        highest_bp, highest_step = given[step], step
    if missing:
        refuse_missing(table, missing, above=lowest)
    if highest_bp == 0:
        table.document.note(
            table.node,
            en="all rates are 0%; give one, or leave the clause out",
            zh="比例全为0%;请填写,或删除该条款",
        )


def refuse_missing(table: Fields, missing: Sequence[str], *, above: str) -> None:
    """Note the ranks that a table of rates leaves out although they stand above one that it names.

    ``missing`` is what to write for each of them, the rank first: ``dealer: 10%``.
    """
    ranks = [entry.partition(":")[0] for entry in missing]
    named = " and ".join([", ".join(ranks[:-1]), ranks[-1]]) if len(ranks) > 1 else ranks[0]
    verb_en = "stands" if len(ranks) == 1 else "stand"
    has_en = "has no rate" if len(ranks) == 1 else "have no rates"
    written = ", ".join(missing)
    table.document.note(
        table.node,
        en=f"{named} {verb_en} above {above} and {has_en}; write '{written}' or more",
        zh=f"{'、'.join(ranks)}高于{above}却没有比例;请写“{written}”或更高",
    )
