"""From a document to an issuance plan: YAML or JSON, every mistake named with its line and its cure."""

from __future__ import annotations

import unicodedata
from typing import Final

import yaml

from tongbao.money import LARGEST_AMOUNT, AmountInvalid, format_yuan, parse_points
from tongbao.plans.issuance.batches import BatchPlan, FixedPoints, Issue, Opening, PerYuan, PlannedPool, Seats
from tongbao.plans.issuance.contracts import points_text
from tongbao.plans.issuance.plan import IssuancePlan
from tongbao.plans.language.document import Document, Fields
from tongbao.plans.language.values import read_amount

TOP: Final = ("issuance", "title", "cap", "reserve", "opening", "pools", "batches")
POOL: Final = ("key", "title", "cap", "issued", "retired")
BATCH: Final = ("title", "sales", "reserve", "issue", "burned")
ISSUE: Final = ("pool", "per_yuan", "points", "seats", "each")
MOST_BATCHES: Final = 120
MOST_POOLS: Final = 40
MOST_ISSUES: Final = 12
MOST_PER_YUAN: Final = 10_000
MOST_SEATS: Final = 1_000_000
LONGEST_TITLE: Final = 60


def load_issuance(text: str, *, source: str = "issuance.yaml") -> IssuancePlan:
    """The issuance plan that a YAML or JSON document states.

    Raises PlanInvalid with every problem found: line, column, and what to write instead. A plan above a pool or the
    cap loads; its ``rows`` refuse it.

    >>> text = "issuance: small\\ntitle: Small\\ncap: 1000\\nreserve: 10%\\nbatches: [{title: A, sales: -5}]"
    >>> load_issuance(text)                              # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tongbao.plans.contracts.PlanInvalid: issuance.yaml:5:29: sales: '-5' is no amount: it is negative; ...
    """
    document = Document(text, source=source)
    top = document.mapping(known=TOP)
    key = top.identifier("issuance", example="first-year")
    title_zh, title_en = _title(top)
    cap = _points(top, "cap", example="150000000")
    rate_bp = top.rate("reserve", may_be_zero=True)
    pools = _pools(top, cap)
    opening = _opening(top, sum(pool.issued for pool in pools))
    batches, lines = _batches(top, pools, rate_bp)
    document.require_sound()
    return IssuancePlan(
        key=key,
        title_zh=title_zh,
        title_en=title_en,
        cap=cap,
        rate_bp=rate_bp,
        pools=pools,
        batches=batches,
        opening=opening,
        lines=lines,
    )


def _title(fields: Fields) -> tuple[str, str]:
    """``title: First year`` or ``title: {zh: 首年, en: First year}``."""
    if "title" in fields and isinstance(fields.value_node("title"), yaml.MappingNode):
        both = fields.mapping("title", known=("zh", "en"), example="{zh: 首年, en: First year}")
        assert both is not None
        return _line(both, "zh"), _line(both, "en")
    one = _line(fields, "title")
    return one, one


def _line(fields: Fields, key: str) -> str:
    """Words on one line. JSON may write a character beyond the first plane as two halves; they are joined."""
    text = fields.text(key, longest=LONGEST_TITLE)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in whole):
        fields.note(
            key,
            en=f"{key} holds a line's end or a character that can't be shown; delete it",
            zh=f"{key}含有换行或无法显示的字符;请删除",
        )
        return ""
    return whole


def _points(fields: Fields, key: str, *, example: str, may_be_zero: bool = False) -> int:
    """Points such as ``4166.6666``, in 1/10 000."""
    node = fields.value_node(key)
    if key not in fields or not isinstance(node, yaml.ScalarNode):
        # text() says what is missing, or that one value belongs here
        fields.text(key)
        return 0
    written = str(node.value).strip()
    try:
        units = parse_points(written)
    except AmountInvalid as refusal:
        fields.note(
            key,
            en=f"{key}: {written[:40]!r} is no number of points: {refusal.values['why_en']}; "
            f"write points, for example {example}",
            zh=f"{key}:{written[:40]!r}不是有效积分数:{refusal.values['why_zh']};请写积分数,例如{example}",
        )
        return 0
    if units == 0 and not may_be_zero:
        fields.note(
            key,
            en=f"{key} is 0; give points such as {example}, or leave the entry out",
            zh=f"{key}为0;请填写积分数(例如{example}),或删除该项",
        )
    return units


def _points_or_none(fields: Fields, key: str) -> int:
    return _points(fields, key, example="1000000", may_be_zero=True) if key in fields else 0


def _pools(top: Fields, cap: int) -> tuple[PlannedPool, ...]:
    if "pools" not in top or top.is_empty_list("pools"):
        return ()
    example = "{key: gift_packs, title: {zh: 大礼包, en: Gift packs}, cap: 40000000}"
    pools: list[PlannedPool] = []
    for fields in top.items("pools", what_en="a pool", what_zh="积分池", example=example):
        fields.refuse_others(POOL)
        title_zh, title_en = _title(fields)
        pool = PlannedPool(
            key=fields.identifier("key", example="gift_packs"),
            title_zh=title_zh,
            title_en=title_en,
            cap=_points(fields, "cap", example="40000000"),
            issued=_points_or_none(fields, "issued"),
            retired=_points_or_none(fields, "retired"),
        )
        if pool.key and any(pool.key == other.key for other in pools):
            fields.note(
                "key",
                en=f"pool {pool.key} is listed twice; keep one",
                zh=f"积分池{pool.key}重复,请只保留一个",
            )
        if pool.issued + pool.retired > pool.cap:
            fields.note(
                "cap",
                en=f"pool {pool.key} has issued and retired more than its cap; correct one of the three",
                zh=f"积分池{pool.key}已发行与注销之和超过上限;请更正其中一项",
            )
        pools.append(pool)
    if len(pools) > MOST_POOLS:
        top.note_key(
            "pools",
            en=f"there are more than {MOST_POOLS} pools; join some",
            zh=f"积分池超过{MOST_POOLS}个;请合并",
        )
    total = sum(pool.cap for pool in pools)
    if cap and total > cap:
        top.note_key(
            "pools",
            en=f"the pools hold {points_text(total)} points together and the cap is {points_text(cap)}; "
            "make a pool smaller",
            zh=f"各积分池合计{points_text(total)},超过总量{points_text(cap)};请缩小积分池",
        )
    return tuple(pools)


def _opening(top: Fields, issued: int) -> Opening:
    if "opening" not in top:
        return Opening()
    fields = top.mapping("opening", known=("reserve", "burned"), example="{reserve: 1000000.00, burned: 0}")
    if fields is None:
        return Opening()
    reserve_fen = (
        read_amount(fields, "reserve", example="1000000.00", may_be_zero=True) if "reserve" in fields else 0
    )
    burned = _points_or_none(fields, "burned")
    if burned > issued:
        fields.note(
            "burned",
            en=f"more is burned than the pools have issued, {points_text(issued)}; burn fewer",
            zh=f"销毁数超过各积分池已发行数{points_text(issued)};请减少",
        )
    return Opening(reserve_fen=reserve_fen, burned=burned)


def _batches(
    top: Fields, pools: tuple[PlannedPool, ...], rate_bp: int
) -> tuple[tuple[BatchPlan, ...], tuple[int, ...]]:
    example = "{title: First quarter, sales: 1000000.00, issue: [{pool: gift_packs, per_yuan: 1}]}"
    listed = top.items("batches", what_en="a batch", what_zh="批次", example=example)
    if len(listed) > MOST_BATCHES:
        top.note_key(
            "batches",
            en=f"there are more than {MOST_BATCHES} batches; join some",
            zh=f"批次超过{MOST_BATCHES}个;请合并",
        )
        return (), ()
    batches: list[BatchPlan] = []
    sales_fen = 0
    for fields in listed:
        fields.refuse_others(BATCH)
        batch = _batch(fields, pools, rate_bp)
        sales_fen += batch.sales_fen
        if sales_fen > LARGEST_AMOUNT >= sales_fen - batch.sales_fen:
            fields.note(
                "sales",
                en=f"sales add up to more than {format_yuan(LARGEST_AMOUNT)} yuan here; plan less",
                zh=f"累计销售额在此超过{format_yuan(LARGEST_AMOUNT)}元;请减少",
            )
        batches.append(batch)
    return tuple(batches), tuple(fields.node.start_mark.line + 1 for fields in listed)


def _batch(fields: Fields, pools: tuple[PlannedPool, ...], rate_bp: int) -> BatchPlan:
    title_zh, title_en = _title(fields)
    return BatchPlan(
        title_zh=title_zh,
        title_en=title_en,
        sales_fen=_sales(fields),
        rate_bp=fields.rate("reserve", may_be_zero=True) if "reserve" in fields else rate_bp,
        issues=_issues(fields, pools),
        burned=_points_or_none(fields, "burned"),
    )


def _sales(fields: Fields) -> int:
    if "sales" not in fields:
        fields.text("sales")
        return 0
    before = len(fields.document.problems)
    sales_fen = read_amount(fields, "sales", example="1000000.00", may_be_zero=True)
    if sales_fen == 0 and len(fields.document.problems) == before:
        fields.note(
            "sales",
            en="sales is 0, so the batch has no ratio; give what it sells, or put its points into a batch that sells",
            zh="sales为0,无法计算配比;请填写本批销售额,或把积分并入有销售的批次",
        )
    return sales_fen


def _issues(fields: Fields, pools: tuple[PlannedPool, ...]) -> tuple[Issue, ...]:
    if "issue" not in fields or fields.is_empty_list("issue"):
        return ()
    listed = fields.items(
        "issue", what_en="an issue", what_zh="发行", example="{pool: gift_packs, per_yuan: 1}"
    )
    if len(listed) > MOST_ISSUES:
        fields.note_key(
            "issue",
            en=f"a batch issues at most {MOST_ISSUES} times; join some",
            zh=f"每批最多{MOST_ISSUES}项发行;请合并",
        )
        return ()
    read = (_issue(one, [pool.key for pool in pools]) for one in listed)
    return tuple(issue for issue in read if issue is not None)


def _issue(fields: Fields, pools: list[str]) -> Issue | None:
    """By what is written: ``per_yuan``, ``points``, or ``seats`` with ``each``."""
    fields.refuse_others(ISSUE)
    pool = (
        fields.reference("pool", options=pools, what_en="pool", what_zh="积分池") if "pool" in fields else ""
    )
    rules = [rule for rule in ("per_yuan", "points", "seats") if rule in fields]
    if len(rules) != 1:
        fields.document.note(
            fields.node,
            en="an issue has one rule; write 'per_yuan: 1', or 'points: 1000', or 'seats: 300' with 'each: 50000'",
            zh="每项发行只用一种规则;请写“per_yuan: 1”、“points: 1000”,或“seats: 300”与“each: 50000”",
        )
        return None
    if "each" in fields and rules != ["seats"]:
        fields.note(
            "each",
            en="each goes with seats; write 'seats: 300' beside it",
            zh="each与seats一起使用;请同时写“seats: 300”",
        )
    if rules == ["seats"]:
        return Seats(
            pool=pool,
            seats=fields.whole("seats", least=1, most=MOST_SEATS, example="300"),
            units_each=_points(fields, "each", example="50000"),
        )
    if rules == ["points"]:
        return FixedPoints(pool=pool, amount=_points(fields, "points", example="1000000"))
    units = _points(fields, "per_yuan", example="1")
    if units > MOST_PER_YUAN * 10_000:
        fields.note(
            "per_yuan",
            en=f"per_yuan is above {MOST_PER_YUAN} points for one yuan; is it the whole batch? Then write points",
            zh=f"per_yuan超过每元{MOST_PER_YUAN}积分;若为整批数量,请写points",
        )
    return PerYuan(pool=pool, units_per_yuan=units)
