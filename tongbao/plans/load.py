"""Read a plan document (YAML or JSON) into frozen types; every refusal names file, line, column and the cure."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from typing import NoReturn

import yaml

from tongbao.money import WHOLE_BP
from tongbao.plans.errors import PlanInvalid
from tongbao.plans.model import (
    LEVELS,
    Clause,
    DifferentialClause,
    DirectClause,
    PeerClause,
    Plan,
    PromotionRules,
    Rank,
    RecruitRule,
    RegionClause,
    Text,
)


def load_plan(text: str, *, source: str = "plan.yaml") -> Plan:
    """The plan that a document declares. Raises PlanInvalid; a budget that is too small is for ``prove`` to say."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise PlanInvalid(
            source=source,
            line=mark.line + 1 if mark else 1,
            column=mark.column + 1 if mark else 1,
            en=f"this is no YAML: {problem}. Check the indentation and the quotes around here.",
            zh=f"不是有效的YAML:{problem}。请检查此处的缩进和引号。",
        ) from error
    if root is None:
        raise PlanInvalid(source=source, line=1, column=1, en="the document is empty", zh="文档为空")
    return _Reader(source, hashlib.sha256(text.encode()).hexdigest()).plan(root)


class _Reader:
    """Walks the nodes of one document, so that every complaint knows its place."""

    def __init__(self, source: str, sha256: str) -> None:
        self.source, self.sha256 = source, sha256

    # --- complaints and plain values -------------------------------------------------------------------------

    def refuse(self, node: yaml.Node, en: str, zh: str) -> NoReturn:
        mark = node.start_mark
        raise PlanInvalid(source=self.source, line=mark.line + 1, column=mark.column + 1, en=en, zh=zh)

    def mapping(
        self, node: yaml.Node, *, known: Sequence[str], required: Sequence[str] = ()
    ) -> dict[str, yaml.Node]:
        """The entries of a mapping; unknown and doubled keys are refused with the nearest right spelling."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, f"write `key: value` lines here ({', '.join(known)})", "此处应为键值对")
        found: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                self.refuse(key_node, f"{key!r} stands here twice; keep one", f"{key!r}重复;请保留一个")
            if known and key not in known:
                self.refuse(key_node, *self._unknown("key", "键", key, known))
            found[key] = value_node
        for key in required:
            if key not in found:
                self.refuse(node, f"{key!r} is missing; add `{key}: …`", f"缺少{key!r};请添加`{key}: …`")
        return found

    @staticmethod
    def _unknown(what: str, what_zh: str, word: str, known: Sequence[str]) -> tuple[str, str]:
        near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
        listed = ", ".join(known)
        if near:
            return (
                f"unknown {what} {word!r}; did you mean {near[0]!r}? Known: {listed}",
                f"未知{what_zh}{word!r};是否应为{near[0]!r}?可用:{listed}",
            )
        return f"unknown {what} {word!r}. Known: {listed}", f"未知{what_zh}{word!r}。可用:{listed}"

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, "write a list here, each entry after `- `", "此处应为列表,每项以`- `开头")
        return list(node.value)

    def word(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self.refuse(node, "write a word here", "此处应为文字")
        return str(node.value).strip()

    def whole(self, node: yaml.Node, *, least: int, most: int) -> int:
        """An integer between two bounds; floats and texts are refused."""
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:float":
            self.refuse(
                node,
                f"{node.value} is no whole number; rates are in basis points: 12 % is 1200, 1.5 % is 150",
                f"{node.value}不是整数;比例以基点书写:12 %为1200,1.5 %为150",
            )
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:int":
            self.refuse(node, f"write a whole number from {least} to {most} here", f"此处应为{least}至{most}的整数")
        try:
            value = int(yaml.safe_load(node.value))
        except (TypeError, ValueError):
            self.refuse(node, f"write a whole number from {least} to {most} here", f"此处应为{least}至{most}的整数")
        if not least <= value <= most:
            self.refuse(node, f"{value} is out of range; {least} to {most}", f"{value}超出范围;应为{least}至{most}")
        return value

    def rate(self, node: yaml.Node) -> int:
        return self.whole(node, least=1, most=WHOLE_BP)

    def text(self, node: yaml.Node) -> Text:
        entries = self.mapping(node, known=("zh", "en"), required=("zh", "en"))
        return Text(zh=self.word(entries["zh"]), en=self.word(entries["en"]))

    def choice(self, node: yaml.Node, what: str, what_zh: str, known: Sequence[str]) -> str:
        word = self.word(node)
        if word not in known:
            self.refuse(node, *self._unknown(what, what_zh, word, known))
        return word

    # --- the plan --------------------------------------------------------------------------------------------

    def plan(self, root: yaml.Node) -> Plan:
        required = ("plan", "title", "rule", "budget_bp", "ranks", "clauses")
        entries = self.mapping(root, known=(*required, "promotions"), required=required)
        ranks = self.ranks(entries["ranks"])
        ladder = tuple(rank.code for rank in ranks)
        promotions = (
            self.promotions(entries["promotions"], ladder) if "promotions" in entries else PromotionRules()
        )
        return Plan(
            key=self.word(entries["plan"]),
            title=self.text(entries["title"]),
            rule=self.text(entries["rule"]),
            ranks=ranks,
            clauses=self.clauses(entries["clauses"], ladder),
            budget_bp=self.rate(entries["budget_bp"]),
            promotions=promotions,
            sha256=self.sha256,
        )

    def ranks(self, node: yaml.Node) -> tuple[Rank, ...]:
        ranks: list[Rank] = []
        for item in self.sequence(node):
            entries = self.mapping(item, known=("code", "title"), required=("code", "title"))
            code = self.word(entries["code"])
            if code in {rank.code for rank in ranks}:
                self.refuse(entries["code"], f"rank {code!r} stands here twice", f"等级{code!r}重复")
            ranks.append(Rank(code=code, title=self.text(entries["title"])))
        if not ranks:
            self.refuse(node, "name at least one rank, the lowest first", "请至少列出一个等级,最低在前")
        return tuple(ranks)

    def clauses(self, node: yaml.Node, ladder: Sequence[str]) -> tuple[Clause, ...]:
        kinds: dict[str, Callable[[str, yaml.Node, Sequence[str], list[Clause]], Clause]] = {
            "direct": self.direct,
            "differential": self.differential,
            "peer": self.peer,
            "region": self.region,
        }
        clauses: list[Clause] = []
        for item in self.sequence(node):
            entries = self.mapping(item, known=(), required=("id", "kind"))
            clause_id = self.word(entries["id"])
            if clause_id in {clause.id for clause in clauses}:
                self.refuse(
                    entries["id"], f"clause id {clause_id!r} stands here twice", f"条款编号{clause_id!r}重复"
                )
            kind = self.choice(entries["kind"], "clause kind", "条款类型", tuple(kinds))
            clauses.append(kinds[kind](clause_id, item, ladder, clauses))
        if not clauses:
            self.refuse(node, "a plan needs at least one clause", "方案至少需要一个条款")
        return tuple(clauses)

    def direct(self, clause_id: str, node: yaml.Node, _ladder: Sequence[str], _so_far: list[Clause]) -> Clause:
        entries = self.mapping(node, known=("id", "kind", "rate_bp"), required=("rate_bp",))
        return DirectClause(id=clause_id, rate_bp=self.rate(entries["rate_bp"]))

    def differential(
        self, clause_id: str, node: yaml.Node, ladder: Sequence[str], _so_far: list[Clause]
    ) -> Clause:
        entries = self.mapping(node, known=("id", "kind", "rates_bp"), required=("rates_bp",))
        rates = self.rising_rates(entries["rates_bp"], ladder, "rank", "等级")
        return DifferentialClause(id=clause_id, rates_bp=rates)

    def region(self, clause_id: str, node: yaml.Node, _ladder: Sequence[str], _so_far: list[Clause]) -> Clause:
        entries = self.mapping(node, known=("id", "kind", "rates_bp"), required=("rates_bp",))
        rates = self.rising_rates(entries["rates_bp"], LEVELS, "level", "级别")
        return RegionClause(id=clause_id, rates_bp=rates)  # type: ignore[arg-type]

    def peer(self, clause_id: str, node: yaml.Node, _ladder: Sequence[str], so_far: list[Clause]) -> Clause:
        entries = self.mapping(
            node, known=("id", "kind", "of", "rate_bp", "pairs"), required=("of", "rate_bp")
        )
        gaps = tuple(clause.id for clause in so_far if isinstance(clause, DifferentialClause))
        if not gaps:
            self.refuse(
                entries["of"],
                "a peer clause follows a differential clause; put one before it",
                "平级条款须在级差条款之后;请先添加级差条款",
            )
        pairs = "highest"
        if "pairs" in entries:
            pairs = self.choice(entries["pairs"], "choice of pairs", "平级取法", ("highest", "every"))
        return PeerClause(
            id=clause_id,
            of=self.choice(entries["of"], "differential clause", "级差条款", gaps),
            rate_bp=self.rate(entries["rate_bp"]),
            pairs=pairs,  # type: ignore[arg-type]
        )

    def rising_rates(
        self, node: yaml.Node, ladder: Sequence[str], what: str, what_zh: str
    ) -> tuple[tuple[str, int], ...]:
        """Rates by rank or level, which must rise with it: a rate that falls would never be paid."""
        entries = self.mapping(node, known=())
        rates: list[tuple[str, int]] = []
        for key, value in entries.items():
            if key not in ladder:
                self.refuse(value, *self._unknown(what, what_zh, key, tuple(ladder)))
            rates.append((key, self.rate(value)))
        if not rates:
            self.refuse(node, f"give at least one {what} a rate", f"请至少为一个{what_zh}设定比例")
        rates.sort(key=lambda pair: ladder.index(pair[0]))
        for (low, low_bp), (high, high_bp) in zip(rates, rates[1:], strict=False):
            if high_bp <= low_bp:
                self.refuse(
                    entries[high],
                    f"{high!r} stands above {low!r} and must have more than its {low_bp} bp, not {high_bp}",
                    f"{high!r}高于{low!r},比例须大于{low_bp}基点,而不是{high_bp}",
                )
        return tuple(rates)

    def promotions(self, node: yaml.Node, ladder: Sequence[str]) -> PromotionRules:
        entries = self.mapping(node, known=("by_purchase", "by_recruits"))
        purchases: list[tuple[str, str]] = []
        if "by_purchase" in entries:
            for product, rank_node in self.mapping(entries["by_purchase"], known=()).items():
                purchases.append((product, self.choice(rank_node, "rank", "等级", ladder)))
        recruits = []
        if "by_recruits" in entries:
            recruits = [self.recruit_rule(item, ladder) for item in self.sequence(entries["by_recruits"])]
        return PromotionRules(by_purchase=tuple(purchases), by_recruits=tuple(recruits))

    def recruit_rule(self, node: yaml.Node, ladder: Sequence[str]) -> RecruitRule:
        keys = ("from", "recruits", "at_least", "to")
        entries = self.mapping(node, known=keys, required=keys)
        rule = RecruitRule(
            from_rank=self.choice(entries["from"], "rank", "等级", ladder),
            recruits=self.whole(entries["recruits"], least=1, most=100_000),
            recruit_rank=self.choice(entries["at_least"], "rank", "等级", ladder),
            to_rank=self.choice(entries["to"], "rank", "等级", ladder),
        )
        if ladder.index(rule.to_rank) <= ladder.index(rule.from_rank):
            self.refuse(
                entries["to"],
                f"a promotion leads upward; {rule.to_rank!r} is not above {rule.from_rank!r}",
                f"晋升须向上;{rule.to_rank!r}不高于{rule.from_rank!r}",
            )
        return rule


