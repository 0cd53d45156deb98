"""How ranks rise, as a document states it: by purchase, by recruits, by volume."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.plans.contracts import PromotionRules, RecruitRule, VolumeRule
from tongbao.plans.language.document import Fields
from tongbao.plans.language.shapes import BY_RECRUITS, MOST_COUNT, PROMOTIONS
from tongbao.plans.language.values import read_amount, read_rank


def read_promotions(top: Fields, *, ranks: Sequence[str]) -> PromotionRules:
    """``promotions: {by_purchase: …, by_recruits: […], by_volume: […]}``."""
    promotions = top.mapping(
        "promotions",
        known=PROMOTIONS,
        example="{by_purchase: {pack-198: vip}}",
    )
    if promotions is None:
        return PromotionRules()
    purchases = _by_purchase(promotions, ranks) if "by_purchase" in promotions else ()
    recruits = _by_recruits(promotions, ranks) if "by_recruits" in promotions else ()
    volumes = _by_volume(promotions, ranks) if "by_volume" in promotions else ()
    return PromotionRules(by_purchase=purchases, by_recruits=recruits, by_volume=volumes)


def _by_purchase(promotions: Fields, ranks: Sequence[str]) -> tuple[tuple[str, str], ...]:
    table = promotions.mapping("by_purchase", known=None, example="{pack-198: vip}")
    if table is None:
        return ()
    return tuple(
        (product, table.reference(product, options=ranks, what_en="rank", what_zh="等级"))
        for product in table.names()
    )


def _by_recruits(promotions: Fields, ranks: Sequence[str]) -> tuple[RecruitRule, ...]:
    rules: list[RecruitRule] = []
    example = "{from: vip, recruits: 5, recruit_rank: vip, to: dealer}"
    for fields in promotions.items(
        "by_recruits", what_en="a promotion by recruits", what_zh="发展晋升", example=example
    ):
        fields.refuse_others(tuple(BY_RECRUITS))
        rule = RecruitRule(
            from_rank=fields.reference("from", options=ranks, what_en="rank", what_zh="等级"),
            recruits=fields.whole("recruits", least=1, most=MOST_COUNT, example="5"),
            recruit_rank=fields.reference("recruit_rank", options=ranks, what_en="rank", what_zh="等级"),
            to_rank=fields.reference("to", options=ranks, what_en="rank", what_zh="等级"),
        )
        _refuse_falling(fields, rule, ranks)
        rules.append(rule)
    return tuple(rules)


def _by_volume(promotions: Fields, ranks: Sequence[str]) -> tuple[VolumeRule, ...]:
    rules: list[VolumeRule] = []
    example = "{from: vip, own: 1000.00, team: 10000.00, legs: 2, leg_rank: vip, to: dealer}"
    asks = ("own", "team", "recruits", "legs")
    for fields in promotions.items(
        "by_volume", what_en="a promotion by volume", what_zh="业绩晋升", example=example
    ):
        fields.refuse_others(("from", *asks, "leg_rank", "to"))
        if not any(key in fields for key in asks):
            fields.document.note(
                fields.node,
                en="this promotion asks for nothing; write own, team, recruits or legs, such as 'team: 10000.00'",
                zh="该晋升没有条件;请填写own、team、recruits或legs,例如“team: 10000.00”",
            )
        if "leg_rank" in fields and "legs" not in fields:
            fields.note(
                "leg_rank",
                en="leg_rank says who must stand in a leg; write how many legs, such as 'legs: 2'",
                zh="leg_rank说明每条线中须有的等级;请写明线数,例如“legs: 2”",
            )
        rule = VolumeRule(
            from_rank=fields.reference("from", options=ranks, what_en="rank", what_zh="等级"),
            to_rank=fields.reference("to", options=ranks, what_en="rank", what_zh="等级"),
            own_fen=read_amount(fields, "own", example="1000.00") if "own" in fields else 0,
            team_fen=read_amount(fields, "team", example="10000.00") if "team" in fields else 0,
            recruits=_count(fields, "recruits"),
            legs=_count(fields, "legs"),
            leg_rank=read_rank(fields, "leg_rank", ranks=ranks) if "leg_rank" in fields else None,
        )
        _refuse_falling(fields, rule, ranks)
        rules.append(rule)
    return tuple(rules)


def _count(fields: Fields, key: str) -> int:
    return fields.whole(key, least=1, most=MOST_COUNT, example="2") if key in fields else 0


def _refuse_falling(fields: Fields, rule: RecruitRule | VolumeRule, ranks: Sequence[str]) -> None:
    if rule.from_rank and rule.to_rank and ranks.index(rule.to_rank) <= ranks.index(rule.from_rank):
        fields.note(
            "to",
            en=f"{rule.to_rank} doesn't stand above {rule.from_rank}; name a higher rank",
            zh=f"{rule.to_rank}不高于{rule.from_rank};请填写更高的等级",
        )
