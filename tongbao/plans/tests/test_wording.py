"""Whatever a clause says in the document, its sentence says too: nothing that moves money goes unmentioned."""

from __future__ import annotations

import re

import pytest

from tongbao.plans import load_plan
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
