"""A YAML document that remembers where everything stands, and says what to write instead.

Only the syntax tree is used: no value is ever constructed by YAML, so ``no`` stays a word, ``1e3`` is not a
number, and no tag runs anything. Aliases, tags and repeated keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NoReturn

import yaml

from tongbao.money import RateInvalid, parse_rate
from tongbao.plans.contracts import PlanInvalid, Problem
from tongbao.plans.language.meant import nearest, percentage_meant, suggestion, unwritable

LARGEST_DOCUMENT: Final = 256 * 1024
DEEPEST_NESTING: Final = 20
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
MOST_CHARACTERS: Final = {_KEY: 40, _CODE: 64}
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


class Document:
    """A document and what was found wrong with it so far."""

    def __init__(self, text: str, *, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.titles: dict[str, str] = {}
        """What people call a rank, and its key: so that who writes a title is told the key."""
        self.ranks_known = True
        """Whether every rank could be read; else a rank that isn't found is no mistake of its own."""
        self._root = self._compose(text)

    @property
    def root(self) -> yaml.Node:
        return self._root

    def note(self, node: yaml.Node, *, en: str, zh: str) -> None:
        """Remember a problem at a node."""
        self.note_at(node.start_mark.line + 1, node.start_mark.column + 1, en=en, zh=zh)

    def note_at(self, line: int, column: int, *, en: str, zh: str) -> None:
        self.problems.append(Problem(line=line, column=column, en=en, zh=zh))

    def require_sound(self) -> None:
        """Raises PlanInvalid if anything was noted."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: (problem.line, problem.column))
            raise PlanInvalid(source=self.source, problems=tuple(ordered))

    def _compose(self, text: str) -> yaml.Node:
        text = text.removeprefix("\ufeff")
        if len(text.encode("utf-8", "surrogatepass")) > LARGEST_DOCUMENT:
            self._stop(1, 1, en="the document is above 256 KiB; split it", zh="文档超过256 KiB,请拆分")
        try:
            self._refuse_references(text)
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
            self._stop(line, column, en="there is a control character; delete it", zh="含有控制字符,请删除")
        except yaml.MarkedYAMLError as error:
            told = unwritable(text, error)
            if told is not None:
                self._stop(told.line, told.column, en=told.en, zh=told.zh)
            mark = error.problem_mark or error.context_mark
            why = error.problem or error.context or "unreadable"
            self._stop(
                mark.line + 1 if mark else 1,
                mark.column + 1 if mark else 1,
                en=f"this is no YAML: {why}; check indentation, colons and quotes",
                zh=f"YAML语法错误({why}),请检查缩进、冒号和引号",
            )
        if node is None:
            self._stop(1, 1, en="the document is empty; write a plan", zh="文档为空,请填写内容")
        return node

    def _refuse_references(self, text: str) -> None:
        """Refuse what a reader wouldn't see: references, tags, second documents; and bottomless nesting."""
        documents = depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._stop(
                        line,
                        column,
                        en="a second document starts here; keep one to a file",
                        zh="每个文件只能有一个文档",
                    )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST_NESTING:
                self._stop(line, column, en="this is nested too deeply; flatten it", zh="嵌套过深,请简化")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self._stop(
                    line,
                    column,
                    en="anchors and aliases (& and *) aren't used; write it out",
                    zh="不支持锚点和别名(&、*),请直接写出内容",
                )
            if getattr(event, "tag", None):
                self._stop(line, column, en="tags (!) aren't used; delete it", zh="不支持标签(!),请删除")

    def _stop(self, line: int, column: int, *, en: str, zh: str) -> NoReturn:
        self.note_at(line, column, en=en, zh=zh)
        raise PlanInvalid(source=self.source, problems=tuple(self.problems))

    def mapping(self, *, known: Iterable[str]) -> Fields:
        """The document's top level."""
        return Fields(self, self._root, known=known, what_en="the document", what_zh="文档")


class Fields:
    """The keys and values of one mapping. What is wrong is noted; a harmless value is read in its place."""

    def __init__(
        self, document: Document, node: yaml.Node, *, known: Iterable[str] | None, what_en: str, what_zh: str
    ) -> None:
        self.document = document
        self.node = node
        self.what_en = what_en
        self.what_zh = what_zh
        self._keys: dict[str, yaml.Node] = {}
        self._values: dict[str, yaml.Node] = {}
        self._inside: dict[str, Fields] = {}
        if not isinstance(node, yaml.MappingNode):
            self.document.note(
                node,
                en=f"{what_en} must be keys with values; write 'key: value' lines",
                zh=f"{what_zh}应为“键: 值”的形式",
            )
            return
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                document.note(key_node, en="a key must be a word", zh="键必须是单词")
            elif key in self._keys:
                first = self._keys[key].start_mark.line + 1
                document.note(
                    key_node,
                    en=f"{key} is written twice, first on line {first}; keep one",
                    zh=f"{key}重复出现(首次在第{first}行),请只保留一个",
                )
            else:
                self._keys[key], self._values[key] = key_node, value_node
        if known is not None:
            self.refuse_others(tuple(known))

    def refuse_others(self, known: Sequence[str]) -> None:
        """Note every key that isn't known, with the nearest right spelling."""
        for key, key_node in self._keys.items():
            if key not in known:
                en, zh = suggestion(key, known)
                self.document.note(
                    key_node,
                    en=f"{self.what_en} has no key {key!r}; {en}",
                    zh=f"{self.what_zh}没有键{key!r};{zh}",
                )

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def key_node(self, key: str) -> yaml.Node:
        """Where the key stands, or the whole mapping if it doesn't."""
        return self._keys.get(key, self.node)

    def value_node(self, key: str) -> yaml.Node:
        return self._values.get(key, self.node)

    def note(self, key: str, *, en: str, zh: str) -> None:
        """Remember a problem at the value of ``key``."""
        self.document.note(self.value_node(key), en=en, zh=zh)

    def note_key(self, key: str, *, en: str, zh: str) -> None:
        """Remember a problem at ``key`` itself."""
        self.document.note(self.key_node(key), en=en, zh=zh)

    def inside(self, key: str) -> Fields | None:
        """The mapping under ``key`` as it was read before; None if it wasn't."""
        return self._inside.get(key)

    def is_empty_list(self, key: str) -> bool:
        """Whether ``[]`` stands at ``key``."""
        node = self._values.get(key)
        return isinstance(node, yaml.SequenceNode) and not node.value

    def _required(self, key: str, *, example: str) -> yaml.Node | None:
        node = self._values.get(key)
        if node is None and isinstance(self.node, yaml.MappingNode):
            self.document.note(
                self.node,
                en=f"{self.what_en} needs {key}; write '{key}: {example}'",
                zh=f"{self.what_zh}缺少{key};请写“{key}: {example}”",
            )
        return node

    def _scalar(self, key: str, *, example: str) -> str | None:
        node = self._required(key, example=example)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.document.note(
                node,
                en=f"{key} must be one value; write '{key}: {example}'",
                zh=f"{key}应为单个值;请写“{key}: {example}”",
            )
            return None
        return str(node.value).strip()

    def _matching(self, key: str, pattern: re.Pattern[str], *, example: str, en: str, zh: str) -> str:
        text = self._scalar(key, example=example)
        if text is None or pattern.fullmatch(text):
            return text or ""
        longest = MOST_CHARACTERS[pattern]
        if len(text) > longest:
            self.note(
                key,
                en=f"{key} {text[:20]!r}… has {len(text)} characters; shorten it to {longest} or fewer",
                zh=f"{key}有{len(text)}个字符;请缩短到{longest}个以内",
            )
            return ""
        meant = re.sub(r"\s+", "-", text.lower())
        if pattern is _KEY and pattern.fullmatch(meant):
            cure_en, cure_zh = f"write {meant!r}", f"请写{meant!r}"
        else:
            cure_en, cure_zh = f"write for example {example}", f"例如{example}"
        self.note(
            key,
            en=f"{key} {text[:40]!r} must be {en}; {cure_en}",
            zh=f"{key}应为{zh},{cure_zh}",
        )
        return ""

    def identifier(self, key: str, *, example: str) -> str:
        """A key of our own: small letters, digits, - and _."""
        text = str(getattr(self.value_node(key), "value", "")).strip() if key in self else ""
        first_en, first_zh = (", a letter first", ",且以字母开头") if text[:1] in "0123456789-_" else ("", "")
        return self._matching(
            key,
            _KEY,
            example=example,
            en=f"small letters, digits, '-' and '_'{first_en}",
            zh=f"小写字母、数字、-或_{first_zh}",
        )

    def code(self, key: str, *, example: str) -> str:
        """A code of someone else's, such as a product's."""
        return self._matching(
            key, _CODE, example=example, en="letters, digits, '.', '-' and '_'", zh="字母、数字、.、-或_"
        )

    def text(self, key: str, *, longest: int = 200) -> str:
        """Words for people."""
        text = self._scalar(key, example="…")
        if text is not None and len(text) > longest:
            self.note(
                key, en=f"{key} is above {longest} characters; shorten it", zh=f"{key}超过{longest}字,请缩短"
            )
        return text or ""

    def whole(self, key: str, *, least: int, most: int, example: str) -> int:
        """A whole number within bounds."""
        text = self._scalar(key, example=example)
        if text is None:
            return least
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.note(
                key,
                en=f"{key} {text[:40]!r} must be a whole number from {least} to {most}, such as {example}",
                zh=f"{key}应为{least}到{most}之间的整数,例如{example}",
            )
            return least
        return int(text)

    def rate(self, key: str, *, may_be_zero: bool = False) -> int:
        """A percentage, in basis points."""
        text = self._scalar(key, example="12%")
        if text is None:
            return 0
        rate_bp = self._percentage(key, text)
        if rate_bp == 0 and not may_be_zero:
            self.note(
                key,
                en=f"{key} is 0%; give a rate, or leave the whole entry out",
                zh=f"{key}为0%;请填写比例,或删除该项",
            )
        return rate_bp or 0

    def _percentage(self, key: str, text: str) -> int | None:
        return self.percentage_at(self.value_node(key), text, what=key)

    def percentage_at(self, node: yaml.Node, text: str, *, what: str) -> int | None:
        """The basis points of a percentage that stands at a node; None, and a note there, if it is none."""
        try:
            return parse_rate(text)
        except RateInvalid as refusal:
            meant = percentage_meant(text)
            why_en, why_zh = refusal.values["why_en"], refusal.values["why_zh"]
            en = f"write {meant}" if meant else "write a percentage such as 12% or 1.5%"
            zh = f"请写{meant}" if meant else "请写百分比,例如12%或1.5%"
            if text.lstrip().startswith("-"):
                why_en, why_zh = "a rate isn't below 0%", "比例不能低于0%"
            elif not text.endswith(("%", "％")):
                why_en, why_zh = "rates are percentages", "比例须为百分数"
            elif why_en.startswith("write"):
                why_en, why_zh = "it isn't written as digits and %", "应只用数字和%"
            elif "decimals" in why_en and (cut := re.match(r"[0-9]+\.[0-9]{2}", text)):
                en, zh = f"write for example {cut[0]}%", f"例如{cut[0]}%"
            elif "above" in why_en:
                en, zh = "write 100% or less", "请写100%或更低"
            self.document.note(
                node,
                en=f"{what}: {text[:40]!r} is no rate: {why_en}; {en}",
                zh=f"{what}:{text[:40]!r}不是有效比例:{why_zh};{zh}",
            )
            return None

    def choice(self, key: str, *, options: Sequence[str], default: str | None = None) -> str:
        """One of some words."""
        if key not in self._values and default is not None:
            return default
        text = self._scalar(key, example=options[0])
        if text is not None and text not in options:
            en, zh = suggestion(text, options)
            self.note(key, en=f"{key} can't be {text[:40]!r}; {en}", zh=f"{key}不能是{text[:40]!r};{zh}")
            return ""
        return text or ""

    def is_vain(self, *, what_en: str) -> bool:
        """Whether something may be missing only because the list of ranks could not be read, which was told there."""
        return what_en == "rank" and not self.document.ranks_known

    def instead(self, word: str, options: Sequence[str]) -> tuple[str, str]:
        """What to write instead of ``word``; a title that people use is told as its key."""
        key = self.document.titles.get(word.casefold())
        return (f"write {key!r}", f"请写{key!r}") if key in options else suggestion(word, options)

    def reference(self, key: str, *, options: Sequence[str], what_en: str, what_zh: str) -> str:
        """The name of something else in the document."""
        text = self._scalar(key, example=options[0] if options else "…")
        if text is not None and text not in options:
            if self.is_vain(what_en=what_en):
                return ""
            en, zh = self.instead(text, options)
            self.note(
                key,
                en=f"{key}: there is no {what_en} {text[:40]!r}; {en}",
                zh=f"{key}:没有{what_zh}{text[:40]!r};{zh}",
            )
            return ""
        return text or ""

    def mapping(self, key: str, *, known: Iterable[str] | None, example: str) -> Fields | None:
        """A mapping inside this one."""
        node = self._required(key, example=example)
        if node is None:
            return None
        self._inside[key] = inside = Fields(self.document, node, known=known, what_en=key, what_zh=key)
        return inside

    def items(self, key: str, *, what_en: str, what_zh: str, example: str) -> list[Fields]:
        """A list of mappings. Their keys are checked by who reads them."""
        node = self._required(key, example=f"[{example}]")
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.document.note(
                node,
                en=f"{key} must be a list; write '- {example}' lines below it",
                zh=f"{key}应为列表;请在其下逐行写“- {example}”",
            )
            return []
        return [
            Fields(self.document, item, known=None, what_en=what_en, what_zh=what_zh) for item in node.value
        ]

    def words(self, key: str) -> list[tuple[str, yaml.Node]]:
        """A list of words, each with where it stands; empty if the key is missing."""
        node = self._values.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.document.note(
                node,
                en=f"{key} must be a list; write '{key}: [a, b]'",
                zh=f"{key}应为列表;请写“{key}: [a, b]”",
            )
            return []
        words: list[tuple[str, yaml.Node]] = []
        for item in node.value:
            if isinstance(item, yaml.ScalarNode) and item.value.strip():
                words.append((item.value.strip(), item))
            else:
                self.document.note(
                    item,
                    en=f"each of {key} must be a word; write '{key}: [a, b]'",
                    zh=f"{key}的每一项应为单词;请写“{key}: [a, b]”",
                )
        return words


__all__ = ["Document", "Fields", "nearest", "suggestion"]
