"""Mistakes that a walk can have, each with its place and what is said about it; and a sound document to put it in."""

from __future__ import annotations

SOUND = """\
plan: shop
title: {zh: 小店, en: Shop}
budget: 100%
ranks:
  - {key: member, zh: 会员, en: Member}
  - {key: vip, zh: 贵宾, en: VIP}
  - {key: dealer, zh: 代理, en: Dealer}
  - {key: boss, zh: 老板, en: Boss}
clauses:
  - id: tier
    kind: differential
    rates: {vip: 10%, dealer: 15%, boss: 20%}
  - id: levels
"""
FIRST = len(SOUND.splitlines())
"""The line of ``- id: levels``; what a case adds begins on the next one."""

# (what stands below "- id: levels", the line below it, the column, English, Chinese)
WALKS = [
    # keys and words
    ("rate: 5%\nselct: {limit: 1}", 2, 5, "has no key 'selct'; write 'select'", "没有键'selct';请写'select'"),
    ("rats: 5%", 1, 5, "has no key 'rats'; write 'rate'", "请写'rate'"),
    ("rate: 5%\nselect: {limt: 3}", 2, 14, "select has no key 'limt'; write 'limit'", "请写'limit'"),
    ("rate: {by_lvl: [5%]}", 1, 12, "rate has no key 'by_lvl'; write 'by_level'", "请写'by_level'"),
    ("rate: 5%\nevent: {bse: net}", 2, 13, "event has no key 'bse'; write 'base'", "请写'base'"),
    ("rate: 5%\nbound: {persn: 5.00}", 2, 13, "bound has no key 'persn'; write 'person'", "请写'person'"),
    ("rate: 5%\nwhen: {relese: 8 days}", 2, 12, "when has no key 'relese'; write 'release'", "请写'release'"),
    ("graph: sponsor\nrate: 5%", 1, 12, "graph can't be 'sponsor'; write 'sponsors'", "graph不能是'sponsor'"),
    (
        "rate: 5%\nevent: {on: recieved}",
        2,
        17,
        "on can't be 'recieved'; write 'received'",
        "on不能是'recieved';请写'received'",
    ),
    ("rate: 5%\nevent: {base: nett}", 2, 19, "base can't be 'nett'; write 'net'", "base不能是'nett'"),
    # rates
    ("rate: 0.05", 1, 11, "'0.05' is no rate: rates are percentages; write 5%", "比例须为百分数;请写5%"),
    (
        "rate: {by_level: [5%, 0.03]}",
        1,
        27,
        "by_level: '0.03' is no rate: rates are percentages; write 3%",
        "by_level:'0.03'不是有效比例:比例须为百分数;请写3%",
    ),
    (
        "rate: {by_rank: {vip: 5%, dealer: 0.1}}",
        1,
        39,
        "dealer: '0.1' is no rate: rates are percentages; write 10%",
        "请写10%",
    ),
    (
        "rate: [5%, 3%]",
        1,
        11,
        "rate is a list; say what it goes by: 'rate: {by_level: [5%, 3%]}'",
        "rate是列表;请写明按层",
    ),
    ("rate: {}", 1, 11, "rate takes one form; write 5%, or one of by_level", "rate只能有一种形式"),
    (
        "rate: {by_level: [5%], by_rank: {vip: 5%}}",
        1,
        11,
        "rate takes one form; write 5%, or one of by_level",
        "rate只能有一种形式",
    ),
    ("rate: {by_level: []}", 1, 22, "by_level is empty; write 'by_level: [10%, 5%]'", "by_level为空"),
    ("rate: {by_level: 5%}", 1, 22, "by_level must be a list; write 'by_level: [a, b]'", "by_level应为列表"),
    ("rate: {by_level: [5%, 0%]}", 1, 22, "by_level ends with 0%", "以0%结尾"),
    (
        "rate: {by_level: [0%]}",
        1,
        22,
        "by_level ends with 0%, which pays nobody; give a rate, or leave the clause out",
        "请填写比例,或删除该条款",
    ),
    ("rate: {by_level: [" + "1%, " * 100 + "1%]}", 1, 22, "lists 101 levels; 100 are the most", "最多100层"),
    (
        "rate: {by_rank: {vip: 10%, dealer: 5%, boss: 12%}}",
        1,
        40,
        "the rate falls: dealer stands above vip; write 10% or more",
        "比例下降:dealer高于vip;请写10%或更高",
    ),
    (
        "rate: {by_rank: {vip: 10%, boss: 12%}}",
        1,
        21,
        "dealer stands above vip and has no rate; write 'dealer: 10%' or more",
        "dealer高于vip却没有比例",
    ),
    ("rate: {by_rank: {vpi: 10%}}", 1, 22, "there is no rank 'vpi'; write 'vip'", "没有等级'vpi';请写'vip'"),
    ("rate: {gap: {vip: 10%, dealer: 5%}}", 1, 36, "the rate falls: dealer stands above vip", "比例下降"),
    (
        "rate: {by_rank_and_level: {vip: [5%, 3%], dealer: [5%]}}",
        1,
        55,
        "the rates fall: dealer stands above vip and has less at some level",
        "比例下降:dealer高于vip",
    ),
    (
        "rate: {by_rank_and_level: {vip: [5%], boss: [5%]}}",
        1,
        31,
        "dealer stands above vip and has no rate; write 'dealer: [5%]' or more",
        "dealer高于vip却没有比例;请写“dealer: [5%]”或更高",
    ),
    # a rank above the first that earns and without a rate would earn less than who stands below
    (
        "rate: {by_rank: {vip: 10%, dealer: 12%}}",
        1,
        21,
        "boss stands above dealer and has no rate; write 'boss: 12%' or more",
        "boss高于dealer却没有比例;请写“boss: 12%”或更高",
    ),
    (
        "rate: {gap: {member: 1%, dealer: 5%}}",
        1,
        17,
        "vip and boss stand above member and have no rates; write 'vip: 1%, boss: 5%' or more",
        "vip、boss高于member却没有比例;请写“vip: 1%, boss: 5%”或更高",
    ),
    (
        "kind: differential\nrates: {vip: 10%}",
        2,
        12,
        "dealer and boss stand above vip and have no rates; write 'dealer: 10%, boss: 10%' or more",
        "dealer、boss高于vip却没有比例;请写“dealer: 10%, boss: 10%”或更高",
    ),
    (
        "rate: {by_rank_and_level: {member: [1%], vip: [5%, 3%]}}",
        1,
        31,
        "dealer and boss stand above vip and have no rates; write 'dealer: [5%, 3%], boss: [5%, 3%]' or more",
        "请写“dealer: [5%, 3%], boss: [5%, 3%]”或更高",
    ),
    (
        "rate: {by_rank_and_level: {member: [0%], vip: [5%], dealer: [5%], boss: [5%]}}",
        1,
        40,
        "member earns nothing here; leave member out, which only ranks below the first that earns may be, "
        "or say who counts: 'select: {rank: …}'",
        "请删除member",
    ),
    (
        "rate: {by_rank_and_level: {dealer: [5%], boss: []}}",
        1,
        52,
        "boss earns nothing here; leave boss out",
        "请删除boss",
    ),
    ("rate: {by_rank_and_level: {vi: [5%]}}", 1, 32, "there is no rank 'vi'; write 'vip'", "请写'vip'"),
    ("rate: {by_rank_and_level: {}}", 1, 31, "by_rank_and_level is empty", "by_rank_and_level为空"),
    (
        "rate: {amount: 5%}\nevent: {least: 100.00}",
        1,
        20,
        "an amount of yuan stands here, and no rate",
        "金额",
    ),
    ("rate: {amount: 0}\nevent: {least: 100.00}", 1, 20, "amount is 0", "amount为0"),
    ("rate: {by_level: [5%], cursor: tier}", 1, 28, "cursor belongs to a gap; delete it", "cursor只用于gap"),
    ("rate: {by_level: [5%], from_buyer: yes}", 1, 28, "from_buyer belongs to a gap", "from_buyer只用于gap"),
    ("rate: {gap: {boss: 5%}, cursor: teir}", 1, 37, "'teir'; write 'tier'", "'teir';请写'tier'"),
    (
        "graph: buyer\nrate: {gap: {boss: 5%}}\n- id: above\n  rate: {gap: {boss: 8%}, cursor: levels}",
        4,
        37,
        "cursor: clause levels walks along graph: buyer, and cursor takes a differential along the sponsors; "
        "write one that walks the sponsors, or delete it",
        "条款levels沿graph: buyer计算",
    ),
    (
        "rate: {gap: {boss: 5%}, cursor: tier}\ngraph: introducers",
        1,
        37,
        "clause tier walks the sponsors and this one introducers",
        "条款tier沿推荐关系计算,本条沿introducers",
    ),
    (
        "rate: {gap: {boss: 5%}, cursor: tier, from_buyer: yes}",
        1,
        55,
        "write from_buyer there, or delete cursor",
        "请在该条款写from_buyer",
    ),
    (
        "rate: {gap: {county: 5%}, from_buyer: yes}\ngraph: regions",
        1,
        43,
        "the buyer's rank says nothing about regions",
        "请删除from_buyer",
    ),
    # select
    (
        "rate: 5%\nselect: {rank: dealr}",
        2,
        20,
        "there is no rank 'dealr'; write 'dealer'",
        "没有等级'dealr';请写'dealer'",
    ),
    (
        "rate: 5%\nselect: {limit: 0}",
        2,
        21,
        "limit '0' must be a whole number from 1 to 100",
        "limit应为1到100",
    ),
    ("rate: 5%\nselect: {skip: 1.5}", 2, 20, "must be a whole number from 0 to 100", "之间的整数"),
    (
        "rate: 5%\nselect: {compress: true}",
        2,
        24,
        "compress can't be 'true'; write one of yes, no",
        "可选:yes、no",
    ),
    ("rate: 5%\nselect: {until: bos}", 2, 21, "there is no rank 'bos'; write 'boss'", "请写'boss'"),
    (
        "rate: 5%\nselect: {own: 5%}",
        2,
        19,
        "an amount of yuan stands here, and no rate",
        "此处应为金额而非比例",
    ),
    (
        "rate: 5%\nselect: {unlock_recruits: 1}",
        2,
        14,
        "unlock_recruits opens levels, so their number is needed; write limit, or rates by_level",
        "unlock_recruits逐层开通,需要层数",
    ),
    (
        "rate: {gap: {boss: 5%}}\nselect: {unlock_recruits: 1, limit: 3}",
        2,
        14,
        "unlock_recruits opens levels",
        "请写limit,或用by_level",
    ),
    ("rate: 5%\nselect: {pairs: every}", 2, 14, "pairs belongs to peers_of", "pairs须与peers_of一起使用"),
    ("rate: 5%\nselect: {ranks: [vip]}", 2, 14, "ranks belongs to peers_of", "ranks须与peers_of一起使用"),
    (
        "rate: 5%\nselect: {peers_of: tier, limit: 2}",
        2,
        30,
        "limit means nothing with peers_of; delete it",
        "limit与peers_of一起没有意义;请删除",
    ),
    (
        "rate: 5%\nselect: {peers_of: tier, compress: no}",
        2,
        30,
        "compress means nothing with peers_of",
        "compress与peers_of一起没有意义",
    ),
    ("rate: 5%\nselect: {peers_of: teir}", 2, 24, "'teir'; write 'tier'", "请写'tier'"),
    (
        "rate: {by_rank: {vip: 5%, dealer: 5%, boss: 5%}}\nselect: {peers_of: tier}",
        1,
        11,
        "a peer award has one rate, or one for each generation; write 'rate: 3%'",
        "平级奖应为一个比例",
    ),
    ("rate: 5%\nselect: {peers_of: tier, ranks: [dealer, dealer]}", 2, 46, "listed twice", "重复"),
    (
        "rate: 5%\nselect: {peers_of: tier, ranks: [deal]}",
        2,
        38,
        "no rank 'deal'; write 'dealer'",
        "请写'dealer'",
    ),
    ("rate: 5%\nselect: {peers_of: tier, ranks: []}", 2, 37, "ranks is empty", "ranks为空"),
    (
        "rate: 5%\ngraph: introducers\nselect: {peers_of: tier}",
        3,
        14,
        "peers_of looks at the sponsors; write graph: sponsors",
        "peers_of仅用于推荐关系",
    ),
    (
        "rate: 5%\ngraph: introducers\nselect: {outranked_in: tier, limit: 1}",
        3,
        14,
        "outranked_in looks at the sponsors; write graph: sponsors",
        "outranked_in仅用于推荐关系",
    ),
    (
        "rate: {gap: {boss: 5%}}\nselect: {outranked_in: tier}",
        2,
        14,
        "who was outranked has no gap; write a rate",
        "被超越者没有级差",
    ),
    (
        "rate: 5%\ngraph: regions\nselect: {recruits: 3}",
        3,
        14,
        "agents are appointed and recruits isn't known of them; delete it",
        "区域代理由任命产生,不看recruits",
    ),
    ("rate: 5%\ngraph: regions\nselect: {rank: vip}", 3, 20, "there is no rank 'vip'", "没有等级'vip'"),
    (
        "rate: 5%\ngraph: buyer\nselect: {limit: 1}",
        3,
        14,
        "the buyer is one person, so limit means nothing; delete it",
        "买家只有一人,limit没有意义;请删除",
    ),
    # awards on awards
    (
        "of: teir\nrate: 5%",
        1,
        9,
        "there is no clause above this one that pays order by order 'teir'; write 'tier'",
        "没有位于本条之前、按单支付的条款'teir';请写'tier'",
    ),
    (
        "of: levels\nrate: 5%",
        1,
        9,
        "awards on awards go round in a circle: levels → levels",
        "奖励的计算循环引用:levels → levels",
    ),
    (
        "of: last\nrate: 5%\n- id: last\n  rate: 5%",
        1,
        9,
        "clause last stands below this one; move it above",
        "条款last位于本条之后;请移到本条之前",
    ),
    (
        "of: b\nrate: 5%\n- id: b\n  of: levels\n  rate: 5%",
        1,
        9,
        "go round in a circle: levels → b → levels; let one of them pay on the order, without 'of'",
        "循环引用:levels → b → levels",
    ),
    (
        "of: b\nrate: 5%\n- id: b\n  of: c\n  rate: 5%\n- id: c\n  of: levels\n  rate: 5%",
        1,
        9,
        "levels → b → c → levels",
        "levels → b → c → levels",
    ),
    (
        "of: tier\nrate: {gap: {boss: 5%}}",
        2,
        11,
        "a gap or an amount pays on the order",
        "gap和amount按订单计算",
    ),
    (
        "of: tier\nrate: {amount: 1.00}",
        2,
        11,
        "with 'of' write a rate, by_level or by_rank",
        "有of时请写比例",
    ),
    (
        "of: tier\ngraph: introducers\nrate: 5%",
        2,
        12,
        "clause tier walks sponsors; awards on its awards walk the same, so delete graph",
        "请删除graph",
    ),
    (
        "of: tier\nrate: 5%\nevent: {base: margin}",
        3,
        19,
        "this clause is paid on the awards of tier, whatever their base; delete base",
        "请删除base",
    ),
    (
        "kind: peer\nof: tier\nrate: 5%\n- id: bonus\n  of: levels\n  rate: 5%",
        5,
        9,
        "which pair of levels is the highest is known only at the end of the chain",
        "条款levels只计最高一对",
    ),
    (
        "graph: buyer\nrate: 5%\n- id: bonus\n  of: levels\n  rate: 5%",
        4,
        9,
        "clause levels pays the buyer, above whom nobody stands",
        "条款levels支付给买家本人",
    ),
    (
        "kind: fund\naccrue: 3%\nclose: month\nsplit: {equal: yes}\n- id: bonus\n  of: levels\n  rate: 5%",
        6,
        9,
        "there is no clause above this one that pays order by order 'levels'",
        "按单支付的条款'levels'",
    ),
    # short forms
    (
        "kind: peer\nof: below\nrate: 5%\n- id: below\n  kind: differential\n  rates: {boss: 5%}",
        2,
        9,
        "clause below stands below this one; move it above",
        "条款below位于本条之后;请移到本条之前",
    ),
    (
        "kind: peer\nof: tier\nrate: [5%, 0%]",
        3,
        16,
        "rate: 0% gives nothing; give a rate, or end the list before it",
        "rate:0%没有意义",
    ),
    (
        "kind: peer\nof: tier\nrate: [0%]",
        3,
        12,
        "rate: 0% gives nothing; give a rate, or leave the clause out",
        "请填写比例,或删除该条款",
    ),
    (
        "kind: peer\nof: tier\nrate: 5%\nselect: {limit: 1}",
        4,
        5,
        "kind peer has no key 'select'",
        "没有键'select'",
    ),
    ("kind: wlak\nrate: 5%", 1, 11, "kind can't be 'wlak'; write 'walk'", "请写'walk'"),
    # clauses that look at another's cursor are paid on the same base
    (
        "rate: 5%\nselect: {outranked_in: tier, limit: 1}\nevent: {base: margin}",
        3,
        19,
        "clause tier pays on net and this one, which looks at it, on margin; write 'base: net'",
        "请写“base: net”",
    ),
    (
        "kind: peer\nof: tier\nrate: 5%\nevent: {base: margin}",
        4,
        19,
        "clause tier pays on net and this one, which looks at it, on margin; write 'base: net'",
        "请写“base: net”",
    ),
    (
        "kind: differential\nrates: {boss: 5%}\nevent: {base: margin}\n- id: deeper\n"
        "  rate: {gap: {boss: 8%}, cursor: levels}",
        4,
        5,
        "clause levels pays on margin and this one, which looks at it, on net; write 'event: {base: margin}'",
        "请写“event: {base: margin}”",
    ),
    # graph, placement
    (
        "graph: placement\nrate: {by_level: [1%]}",
        0,
        5,
        "graph: placement needs the tree; write 'placement: {width: 3, fill: breadth}'",
        "graph: placement需要说明排位树",
    ),
    (
        "rate: {by_level: [1%]}\nplacement: {width: 3, fill: breadth}",
        2,
        5,
        "placement goes with graph: placement; write that, or delete it",
        "placement须与graph: placement一起使用",
    ),
    (
        "graph: placement\nplacement: {width: 3, fill: bredth}\nrate: {by_level: [1%]}",
        2,
        33,
        "fill can't be 'bredth'; write 'breadth'",
        "请写'breadth'",
    ),
    (
        "graph: placement\nplacement: {fill: queue}\nrate: {by_level: [1%]}",
        2,
        16,
        "with fill: queue every place is limited; write 'width: 2' or more",
        "请写“width: 2”或更多",
    ),
    (
        "graph: placement\nplacement: {width: 3, fill: breadth}\nrate: {by_level: [1%]}\n"
        "- id: bonus\n  of: levels\n  rate: 5%\n  select: {limit: 1}\n  placement: {width: 2, fill: breadth}",
        8,
        5,
        "the tree is that of clause levels; delete placement",
        "排位树就是条款levels的树",
    ),
    # event, bound, when
    ("rate: 5%\nevent: {products: pack-198}", 2, 23, "products must be a list", "products应为列表"),
    (
        "rate: 5%\nevent: {products: [[a, b]]}",
        2,
        24,
        "each of products must be a word; write 'products: [a, b]'",
        "products的每一项应为单词;请写“products: [a, b]”",
    ),
    ("rate: 5%\nevent: {products: [a b]}", 2, 24, "product 'a b' must be a code", "商品'a b'应为商品编码"),
    ("rate: 5%\nevent: {products: [a, a]}", 2, 27, "product a is listed twice; keep one", "商品a重复"),
    ("rate: 5%\nevent: {least: a lot}", 2, 20, "least: 'a lot' is no amount", "least:'a lot'不是有效金额"),
    (
        "rate: 5%\nbound: {order: 0.1}",
        2,
        20,
        "order: '0.1' is no rate: rates are percentages; write 10%",
        "请写10%",
    ),
    (
        "rate: 5%\nbound: {period: month}",
        2,
        21,
        "write 'person: 5000.00' beside it",
        "period与person一起使用",
    ),
    (
        "rate: 5%\nbound: {order: 10%, rest: carry}",
        2,
        31,
        "what an order's limit cuts has nothing to wait for",
        "每单上限扣减的部分无从结转",
    ),
    ("rate: 5%\nbound: {rest: carry}", 2, 19, "rest says where the cut goes", "rest说明超出部分的去向"),
    ("rate: 5%\nbound: {person: 5.00, period: year}", 2, 35, "period can't be 'year'", "period不能是'year'"),
    (
        "rate: 5%\nwhen: {release: soon}",
        2,
        21,
        "must be days from 0 to 3650; write for example '8 days'",
        "天数",
    ),
    (
        "rate: 5%\nwhen: {parts: 0}",
        2,
        19,
        "parts '0' must be a whole number from 1 to 1000",
        "parts应为1到1000",
    ),
    ("rate: 5%\nwhen: {every: month}", 2, 19, "write 'parts: 12' beside it", "请同时写“parts: 12”"),
]


def below(extra: str) -> str:
    """The sound document with lines below its last clause, indented as its keys or, behind a dash, as clauses."""
    lines, inside = [], True
    for line in extra.splitlines():
        if line.startswith("- "):
            inside = False
        lines.append(f"    {line}" if inside else f"  {line}")
    return SOUND + "\n".join(lines) + "\n"
