"""Values that plans are written with: ranks, yes and no, days, amounts, lists of rates, brackets.

Each notes what is wrong where it stands, says what to write instead, and returns a harmless value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import yaml

from tongbao.money import WHOLE_BP, AmountInvalid, format_rate, parse_yuan
from tongbao.plans.language.document import Fields

_DAYS = re.compile(r"(?P<number>[0-9]{1,4})(\s*(days?|天|日))?", re.ASCII)
LONGEST_WAIT_DAYS: Final = 3650


def read_rank(fields: Fields, key: str, *, ranks: Sequence[str]) -> str | None:
    """The rank that stands at ``key``."""
    return fields.reference(key, options=ranks, what_en="rank", what_zh="等级") or None


def read_yes(fields: Fields, key: str, *, default: bool) -> bool:
    """``yes`` or ``no``."""
    word = fields.choice(key, options=("yes", "no"), default="yes" if default else "no")
    return default if not word else word == "yes"


def read_days(fields: Fields, key: str) -> int:
    """``8 days``, ``8天`` or ``8``: whole days from 0 to ten years."""
    text = str(getattr(fields.value_node(key), "value", "")).strip()
    match = _DAYS.fullmatch(text) if isinstance(fields.value_node(key), yaml.ScalarNode) else None
    if match is None or int(match["number"]) > LONGEST_WAIT_DAYS:
        fields.note(
            key,
            en=f"{key} {text[:40]!r} must be days from 0 to {LONGEST_WAIT_DAYS}; write for example '8 days'",
            zh=f"{key}应为0到{LONGEST_WAIT_DAYS}之间的天数,例如“8 days”",
        )
        return 0
    return int(match["number"])


def read_amount(fields: Fields, key: str, *, example: str, may_be_zero: bool = False) -> int:
    """An amount in yuan such as ``198.00``, in fen."""
    node = fields.value_node(key)
    if not isinstance(node, yaml.ScalarNode):
        fields.note(key, en=f"{key} must be an amount such as {example}", zh=f"{key}应为金额,例如{example}")
        return 0
    amount_fen = amount_at(fields, node, what=key, example=example)
    if amount_fen == 0 and not may_be_zero:
        fields.note(
            key,
            en=f"{key} is 0; give an amount such as {example}, or leave the entry out",
            zh=f"{key}为0;请填写金额(例如{example}),或删除该项",
        )
    return amount_fen or 0


def amount_at(fields: Fields, node: yaml.ScalarNode, *, what: str, example: str) -> int | None:
    """The fen of the yuan that stand at a node; None, and a note there, if they are no amount."""
    text = str(node.value).strip()
    try:
        return parse_yuan(text)
    except AmountInvalid as refusal:
        why_en, why_zh = refusal.values["why_en"], refusal.values["why_zh"]
        if text.endswith(("%", "％")):
            why_en, why_zh = "an amount of yuan stands here, and no rate", "此处应为金额而非比例"
        fields.document.note(
            node,
            en=f"{what}: {text[:40]!r} is no amount: {why_en}; write yuan, for example {example}",
            zh=f"{what}:{text[:40]!r}不是有效金额:{why_zh};请写以元为单位的金额,例如{example}",
        )
        return None


def rate_at(fields: Fields, node: yaml.Node, *, what: str) -> int | None:
    """The basis points of the percentage that stands at a node; None, and a note there, if it is no rate."""
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
    return fields.percentage_at(node, text, what=what)


def read_rate_list(fields: Fields, key: str, *, may_be_zero: bool = False) -> tuple[int, ...]:
    """``[10%, 5%, 3%]``, nearest or best first."""
    rates: list[int] = []
    before = len(fields.document.problems)
    for place, (word, node) in enumerate(fields.words(key)):
        rate_bp = rate_at(fields, node, what=key)
        if rate_bp == 0 and not may_be_zero:
            before_en, before_zh = (
                ("end the list before it", "在此之前结束列表")
                if place
                else (
                    "leave the clause out",
                    "删除该条款",
                )
            )
            fields.document.note(
                node,
                en=f"{key}: {word} gives nothing; give a rate, or {before_en}",
                zh=f"{key}:{word}没有意义;请填写比例,或{before_zh}",
            )
        rates.append(rate_bp or 0)
    if not rates and len(fields.document.problems) == before:
        fields.note(
            key, en=f"{key} is empty; write '{key}: [10%, 5%]'", zh=f"{key}为空;请写“{key}: [10%, 5%]”"
        )
    return tuple(rates)


def read_brackets(fields: Fields, key: str) -> tuple[tuple[int, int], ...]:
    """``{10000.00: 1%, 100000.00: 3%}``: from that amount on, the rate. Amounts and rates rise."""
    table = fields.mapping(key, known=None, example="{10000.00: 1%, 100000.00: 3%}")
    if table is None:
        return ()
    brackets: list[tuple[int, int]] = []
    for name in table.names():
        node = table.key_node(name)
        assert isinstance(node, yaml.ScalarNode)
        from_fen = amount_at(table, node, what=key, example="100000.00")
        rate_bp = rate_at(table, table.value_node(name), what=f"{key} {name}")
        if from_fen is None or rate_bp is None:
            continue
        if brackets and from_fen <= brackets[-1][0]:
            table.document.note(
                node,
                en=f"{name} doesn't stand above the bracket before it; list brackets from the lowest",
                zh=f"{name}不高于前一档;请从低到高排列",
            )
        elif rate_bp <= (brackets[-1][1] if brackets else 0):
            least = brackets[-1][1] if brackets else 0
            table.note(
                name,
                en=f"the rate of {name} doesn't rise; write more than {format_rate(least)}",
                zh=f"{name}一档的比例没有提高;请写高于{format_rate(least)}的比例",
            )
        else:
            brackets.append((from_fen, rate_bp))
    return tuple(brackets)


def read_places(fields: Fields, key: str) -> tuple[int, ...]:
    """``[50%, 30%, 20%]``: parts of a fund by place. They don't rise and come to 100% at most."""
    rates = read_rate_list(fields, key)
    if any(later > earlier for earlier, later in pairwise(rates)):
        fields.note(
            key,
            en=f"{key} rise; a worse place can't get more, so list the largest first",
            zh=f"{key}由小到大;名次靠后的不能更多,请从大到小排列",
        )
    if sum(rates) > WHOLE_BP:
        fields.note(
            key,
            en=f"{key} come to {format_rate(sum(rates))}; lower them to 100% together",
            zh=f"{key}合计{format_rate(sum(rates))};请降到合计不超过100%",
        )
    return rates
