"""Whatever a clause says in the document, its sentence says too: nothing that moves money goes unmentioned."""

from __future__ import annotations

import re

import pytest

from tongbao.plans import AgentSeat, Chain, Sale, SponsorSeat, evaluate, explain, load_plan
from tongbao.plans.tests.walk_mistakes import below

# (a clause, the same with one thing more or other)
PAIRS = [
    ("rate: 5%", "rate: 6%"),
    ("rate: 5%", "rate: 5%\nevent: {base: margin}"),
    ("rate: 5%", "rate: 5%\nevent: {on: received}"),
    ("rate: 5%", "rate: 5%\nevent: {products: [soap]}"),
    ("rate: 5%", "rate: 5%\nevent: {least: 100.00}"),
    ("rate: 5%", "rate: 5%\ngraph: introducers"),
    ("rate: 5%", "rate: 5%\ngraph: buyer"),
    ("rate: 5%", "rate: 5%\nselect: {rank: vip}"),
    ("rate: 5%", "rate: 5%\nselect: {recruits: 2}"),
    ("rate: 5%", "rate: 5%\nselect: {own: 100.00}"),
    ("rate: 5%", "rate: 5%\nselect: {team: 100.00}"),
    ("rate: 5%", "rate: 5%\nselect: {compress: no}"),
    ("rate: 5%", "rate: 5%\nselect: {skip: 1}"),
    ("rate: 5%", "rate: 5%\nselect: {limit: 1}"),
    ("rate: 5%\nselect: {limit: 1}", "rate: 5%\nselect: {limit: 2}"),
    ("rate: 5%", "rate: 5%\nselect: {until: boss}"),
    ("rate: 5%\nselect: {limit: 3}", "rate: 5%\nselect: {limit: 3, unlock_recruits: 1}"),
    ("rate: 5%", "rate: 5%\nselect: {outranked_in: tier}"),
    ("rate: 5%", "rate: 5%\nselect: {peers_of: tier}"),
    ("rate: 5%\nselect: {peers_of: tier}", "rate: 5%\nselect: {peers_of: tier, pairs: every}"),
    ("rate: 5%\nselect: {peers_of: tier}", "rate: 5%\nselect: {peers_of: tier, ranks: [boss]}"),
    ("rate: 5%\nselect: {peers_of: tier}", "rate: 5%\nselect: {peers_of: tier, rank: dealer}"),
    ("rate: 5%", "rate: {by_level: [5%, 3%]}"),
    ("rate: 5%", "rate: {by_rank: {vip: 5%, dealer: 5%, boss: 5%}}"),
    ("rate: {by_level: [5%]}", "rate: {by_rank_and_level: {boss: [5%]}}"),
    ("rate: {by_rank: {boss: 5%}}", "rate: {gap: {boss: 5%}}"),
    ("rate: {gap: {boss: 25%}}", "rate: {gap: {boss: 25%}, from_buyer: yes}"),
    ("rate: {gap: {boss: 25%}}", "rate: {gap: {boss: 25%}, cursor: tier}"),
    ("rate: {amount: 5.00}\nevent: {least: 100.00}", "rate: {amount: 6.00}\nevent: {least: 100.00}"),
    ("rate: 5%\nselect: {limit: 1}", "rate: 5%\nselect: {limit: 1}\nof: tier"),
    ("rate: 5%", "rate: 5%\nbound: {person: 5.00}"),
    ("rate: 5%\nbound: {person: 5.00}", "rate: 5%\nbound: {person: 5.00, period: month}"),
    ("rate: 5%", "rate: 5%\nbound: {order: 3%}"),
    ("rate: 5%", "rate: 5%\nwhen: {release: 8 days}"),
    ("rate: 5%", "rate: 5%\nwhen: {parts: 12}"),
    ("rate: 5%\nwhen: {parts: 12}", "rate: 5%\nwhen: {parts: 12, every: day}"),
    ("rate: 5%", "rate: 5%\nwhen: {claws_back: no}"),
    (
        "rate: 5%\ngraph: placement\nplacement: {width: 3, fill: breadth}",
        "rate: 5%\ngraph: placement\nplacement: {width: 2, fill: breadth}",
    ),
    (
        "rate: 5%\ngraph: placement\nplacement: {width: 3, fill: breadth}",
        "rate: 5%\ngraph: placement\nplacement: {width: 3, fill: queue}",
    ),
    (
        "rate: 5%\ngraph: placement\nplacement: {fill: sponsor}",
        "rate: 5%\ngraph: placement\nplacement: {fill: sponsor, leaves_at: boss}",
    ),
    (
        "rate: 5%\ngraph: placement\nplacement: {fill: sponsor, leaves_at: boss}",
        "rate: 5%\ngraph: placement\nplacement: {fill: sponsor, leaves_at: boss, stays_behind: 2}",
    ),
    ("kind: direct\nrate: 5%", "kind: direct\nrate: 5%\nevent: {base: freight}"),
    ("kind: region\nrates: {city: 5%}", "kind: region\nrates: {city: 5%}\nevent: {base: freight}"),
    ("kind: differential\nrates: {boss: 5%}", "kind: differential\nrates: {boss: 5%}\nevent: {base: points}"),
    ("kind: peer\nof: tier\nrate: 5%", "kind: peer\nof: tier\nrate: [5%, 3%]"),
]


def sentences(extra: str) -> tuple[str, str]:
    text = below(extra).replace("budget: 100%", "budget: {net: 100%, freight: 9%, margin: 9%, points: 9%}")
    plan = load_plan(text)
    return plan.sentences("en")[-1], plan.sentences("zh")[-1]


@pytest.mark.parametrize(("plain", "more"), PAIRS, ids=[more for _, more in PAIRS])
def test_what_the_document_says_the_sentence_says(plain, more):
    before, after = sentences(plain), sentences(more)
    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("extra", sorted({extra for pair in PAIRS for extra in pair}))
def test_a_sentence_is_one(extra):
    en, zh = sentences(extra)
    assert en.endswith(".")
    assert en[0].isupper()
    assert not re.search(r"[一-鿿]|  |\.\.|,\.| 1 levels|walking up earn", en), en
    assert zh.endswith("。")
    assert not re.search(r"。。|;。|,。| ", re.sub(r"[A-Za-z]+( [A-Za-z]+)*", "", zh)), zh


MANAGED = """\
plan: managed
title: {zh: 管理, en: Managed}
budget: 100%
ranks:
  - {key: keeper, zh: 店主, en: Keeper}
  - {key: director, zh: 总监, en: Director}
clauses:
  - id: tier
    rate: {gap: {keeper: 10%, director: 20%}}
    bound: {person: 3.00}
  - id: management
    of: tier
    rate: {by_level: [15%, 5%]}
"""


def told(base_fen: int, *ranks: str, text: str = MANAGED) -> list[str]:
    plan = load_plan(text)
    people = tuple(SponsorSeat(f"{number}", rank) for number, rank in enumerate(ranks, start=1))
    awards = evaluate(plan=plan, chain=Chain(sponsors=people), sale=Sale(base_fen))
    last = [award for award in awards if award.clause == "management"][-1]
    return [explain(last, plan=plan, language=language) for language in ("en", "zh")]


def test_a_part_of_an_award_that_a_limit_cut_is_told_on_the_sum_before_the_limit():
    """The keeper's 10.00 were cut to 3.00; the director gets 15 % of 10.00."""
    assert told(10_000, "keeper", "keeper") == [
        "management: before limits, tier gives those below you 10.00 yuan on this order; 15% of it, rounded down "
        "to the fen, is 1.50 yuan.",
        "条款management:未计上限扣减,您下方会员在本单按条款tier得10.00元,您得其15%,舍去不足一分的部分,为1.50元。",
    ]


def test_parts_at_two_rates_are_not_told_as_one_product():
    """5 % of the keeper's 10.00 and 15 % of the director's 10.00: 2.00, and not 15 % of 20.00."""
    assert told(10_000, "keeper", "director", "director") == [
        "management: before limits, tier gives those below you 20.00 yuan on this order; by level 15% or 5% of each "
        "of these awards, each part rounded down to the fen, comes to 2.00 yuan in all.",
        "条款management:未计上限扣减,您下方会员在本单按条款tier得20.00元;您按层级得其中每笔的15%或5%,"
        "逐笔舍去不足一分的部分,合计2.00元。",
    ]


def test_parts_that_each_lose_a_fraction_are_not_told_as_one_product():
    """10 % of 1.09 and of 1.10 is 0.10 and 0.11, as of 2.19; 10 % of 1.09 twice is 0.20, of 2.18 it were 0.21."""
    text = MANAGED.replace("{by_level: [15%, 5%]}", "10%\n    select: {limit: 2}")
    assert told(1_099, "keeper", "director", "director", text=text)[0] == (
        "management: before limits, tier gives those below you 2.19 yuan on this order; 10% of it, rounded down to "
        "the fen, is 0.21 yuan."
    )
    assert told(1_090, "keeper", "director", "director", text=text)[0] == (
        "management: before limits, tier gives those below you 2.18 yuan on this order; 10% of each of these awards, "
        "each part rounded down to the fen, comes to 0.20 yuan in all."
    )


def said(extra: str, *, chain: Chain, language: str = "en") -> str:
    """The last award's sentence of a clause below a shop's differential."""
    plan = load_plan(below(extra))
    return explain(evaluate(plan=plan, chain=chain, sale=Sale(10_000))[-1], plan=plan, language=language)


def test_seats_are_told_as_people_count_them():
    third = Chain(sponsors=tuple(SponsorSeat(name, "member") for name in ("Ann", "Bob", "Cai")))
    assert said("rate: 5%\nselect: {limit: 3}", chain=third).startswith(
        "levels: you are the 3rd sponsor, with the rank"
    )
    place = Chain(placement={"levels": (SponsorSeat("Ann", "member"),)})
    tree = "graph: placement\nplacement: {width: 3, fill: breadth}\nrate: {by_level: [5%]}"
    assert said(tree, chain=place).startswith(
        "levels: you are the 1st place above the buyer, with the rank Member,"
    )


def test_an_agent_has_a_level_and_is_not_told_a_rank_beside_it():
    agents = Chain(agents=(AgentSeat("city", "Ann"),))
    told_en, told_zh = (
        said("graph: regions\nrate: 5%", chain=agents, language=spoken) for spoken in ("en", "zh")
    )
    assert (
        told_en
        == "levels: you are the city agent and 5% of 100.00 yuan, rounded down to the fen, is 5.00 yuan."
    )
    assert told_zh == "条款levels:您是市级代理,100.00元的5%,舍去不足一分的部分,为5.00元。"


def test_the_second_generation_of_peers_is_not_told_that_it_is_the_next():
    bosses = Chain(sponsors=tuple(SponsorSeat(name, "boss") for name in ("Ann", "Bob", "Cai")))
    told = said("kind: peer\nof: tier\nrate: [3%, 2%]", chain=bosses)
    assert told.startswith(
        "Peer: a Boss below you earned a gap of the differential and you are above, with the same rank; 2%"
    )
    zh = said("kind: peer\nof: tier\nrate: [3%, 2%]", chain=bosses, language="zh")
    assert "您是其上方的老板之一;100.00元的2%" in zh
