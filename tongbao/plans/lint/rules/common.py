"""What several laws ask alike: who has to pay to take part, who is paid for bringing people in."""

from __future__ import annotations

from collections.abc import Iterator

from tongbao.money import format_yuan
from tongbao.plans.lint.contracts import Reason
from tongbao.plans.lint.facts import Facts
from tongbao.plans.lint.practice import Practice


def fees(*, practice: Practice) -> Iterator[Reason]:
    """Fees that are asked for the right to earn."""
    for key, amount_fen, zh, en in (
        ("joining_fee", practice.joining_fee_fen, "入会费", "joining costs"),
        ("county_agent_fee", practice.county_agent_fee_fen, "区县代理费", "becoming a county agent costs"),
        ("city_agent_fee", practice.city_agent_fee_fen, "市级代理费", "becoming a city agent costs"),
        (
            "province_agent_fee",
            practice.province_agent_fee_fen,
            "省级代理费",
            "becoming a province agent costs",
        ),
    ):
        if amount_fen:
            yield Reason(
                zh=f"{zh}为{format_yuan(amount_fen)}元",
                en=f"{en} {format_yuan(amount_fen)} yuan",
                cure_key=f"practice.{key}",
                cure_value="0.00",
            )


def starter_kit(*, practice: Practice) -> Iterator[Reason]:
    """A kit that must be bought."""
    if practice.starter_kit_fen:
        yield Reason(
            zh=f"入门须购买{format_yuan(practice.starter_kit_fen)}元的套装",
            en=f"a starter kit of {format_yuan(practice.starter_kit_fen)} yuan must be bought",
            cure_key="practice.starter_kit",
            cure_value="0.00",
        )


def consideration(*, facts: Facts, practice: Practice) -> tuple[Reason, ...]:
    """Everything that somebody gives for the right to earn: fees, a kit, purchases that the plan asks for."""
    return (*facts.paid_entry, *fees(practice=practice), *starter_kit(practice=practice))


def sign_ups(*, practice: Practice) -> Iterator[Reason]:
    """A reward for the mere sign-up of somebody."""
    if practice.sign_up_rewards:
        yield switch(
            key="sign_up_rewards",
            zh="邀请他人注册即有奖励",
            en="inviting somebody is rewarded before they buy anything",
        )


def introductions(*, facts: Facts, practice: Practice) -> tuple[Reason, ...]:
    """Everything that is paid for bringing people in."""
    return (*facts.introductions, *sign_ups(practice=practice))


def network(*, facts: Facts, practice: Practice) -> tuple[Reason, ...]:
    """What makes a shop sell through a network of people: pay beyond one level, bought or recruited rights."""
    found: list[Reason] = [reach.reason() for reach in facts.team_pay]
    found += facts.team_ranks
    found += consideration(facts=facts, practice=practice)
    found += facts.head_count
    if practice.salespeople:
        found.append(
            switch(
                key="salespeople",
                zh="招募人员在固定场所以外推销",
                en="people are recruited to sell away from a shop",
            )
        )
    return tuple(found)


def switch(*, key: str, zh: str, en: str, value: str = "no") -> Reason:
    """A reason that one switch of the practice cures."""
    return Reason(zh=zh, en=en, cure_key=f"practice.{key}", cure_value=value)


def no_licence(*, key: str, zh: str, en: str, because: tuple[Reason, ...]) -> Reason:
    """A network without a licence, with what makes it one."""
    lead = because[0]
    more_zh = f"等{len(because)}项" if len(because) > 1 else ""
    more_en = f" ({len(because)} such points)" if len(because) > 1 else ""
    return Reason(
        zh=f"{zh}:{lead.zh}{more_zh}",
        en=f"{en}: {lead.en}{more_en}",
        clause=lead.clause,
        line=lead.line,
        cure_key=f"practice.{key}",
        cure_value="yes",
    )
