"""Changing one value of a document and nothing else: comments, order and quotes stay as somebody wrote them."""

from __future__ import annotations

import yaml

from tongbao.money import StatedError
from tongbao.plans.language.document import Document, suggestion


class PathUnknown(StatedError):
    """A path that leads to no value of the document."""

    code = "plan_path_unknown"
    status = 404
    message_en = "There is no {path} in the document: {why_en}."
    message_zh = "文档中没有{path}:{why_zh}。"


class ValueUnfit(StatedError):
    """A value that can't stand where it is to be written."""

    code = "plan_value_unfit"
    message_en = "{path} can't be written: {why_en}."
    message_zh = "{path}无法写入:{why_zh}。"


def set_value(text: str, path: str, value: str) -> str:
    """``text`` with the one value at ``path`` replaced; every other character stays.

    A path names keys, one after the other; an item of a list is named by its ``id`` or ``key``, or counted from 1.
    Quotes stay as they are, and are added only where the value needs them. The result is a document again; whether
    it is a plan, ``load_plan`` says. Raises PathUnknown with the nearest right spelling, ValueUnfit, and
    PlanInvalid if ``text`` is no YAML.

    >>> text = "clauses:\\n  - id: direct   # the nearest\\n    rate: 12%   # of what was paid\\n"
    >>> print(set_value(text, "clauses.direct.rate", "10%"), end="")
    clauses:
      - id: direct   # the nearest
        rate: 10%   # of what was paid
    """
    document = Document(text, source="plan.yaml")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    node = _find(document.root, path)
    if not isinstance(node, yaml.ScalarNode):
        raise PathUnknown(
            path=path,
            why_en=f"it is no single value; go on to one of {', '.join(_steps(node))}",
            why_zh=f"它不是单个值;请继续写到{'、'.join(_steps(node))}之一",
        )
    if node.start_mark.index == node.end_mark.index:
        raise ValueUnfit(
            path=path,
            why_en="nothing stands there yet; write a value in the document first",
            why_zh="该处为空;请先在文档中填写",
        )
    written = _written(node, path, value)
    changed = body[: node.start_mark.index] + written + body[node.end_mark.index :]
    again = _find(Document(changed, source="plan.yaml").root, path) if _leads_on(path, value) else None
    if again is not None and (not isinstance(again, yaml.ScalarNode) or again.value != value):
        raise ValueUnfit(
            path=path,
            why_en=f"{value[:40]!r} would be read as something else; give one line of plain text",
            why_zh=f"{value[:40]!r}会被读成其他内容;请填写单行文字",
        )
    return mark + changed


def paths(text: str) -> tuple[str, ...]:
    """Every path that ``set_value`` can change, in the order of the document."""
    return tuple(_leaves(Document(text, source="plan.yaml").root, ()))


def _leads_on(path: str, value: str) -> bool:
    """Whether the path still leads to the value once it is written: renaming an id changes the path itself."""
    return path.rpartition(".")[2] not in ("id", "key") or not value


def _find(node: yaml.Node, path: str) -> yaml.Node:
    said: list[str] = []
    for step in path.split("."):
        children = _children(node)
        if step not in children:
            options = _steps(node)
            where = ".".join(said) or "the document"
            en, zh = suggestion(step, options) if options else ("it is a single value", "它是单个值")
            raise PathUnknown(
                path=path,
                why_en=f"{where} has no {step!r}; {en}",
                why_zh=f"{'.'.join(said) or '文档'}没有{step!r};{zh}",
            )
        node = children[step]
        said.append(step)
    return node


def _steps(node: yaml.Node) -> tuple[str, ...]:
    """What may follow in a path: keys, names of items, or their numbers where they have no name."""
    return tuple(name for name, _ in _named(node))


def _children(node: yaml.Node) -> dict[str, yaml.Node]:
    found = dict(_named(node))
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, start=1):
            found.setdefault(str(number), item)
    return found


def _named(node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    """The children of a node by the step that leads to them; the first of two of one name."""
    found: dict[str, yaml.Node] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            # A key with a point in it, such as an amount, can't be a step; its place can.
            if isinstance(key, yaml.ScalarNode) and key.value:
                found.setdefault(key.value.replace(".", "_"), value)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, start=1):
            name = _name(item)
            found.setdefault(name if name and name not in found else str(number), item)
    return list(found.items())


def _name(item: yaml.Node) -> str:
    if isinstance(item, yaml.MappingNode):
        for key, value in item.value:
            if (
                isinstance(key, yaml.ScalarNode)
                and key.value in ("id", "key")
                and isinstance(value, yaml.ScalarNode)
            ):
                return value.value if "." not in value.value else ""
    return ""


def _leaves(node: yaml.Node, before: tuple[str, ...]) -> list[str]:
    if isinstance(node, yaml.ScalarNode):
        return [".".join(before)] if before and node.start_mark.index < node.end_mark.index else []
    return [leaf for step, child in _named(node) for leaf in _leaves(child, (*before, step))]


def _written(node: yaml.ScalarNode, path: str, value: str) -> str:
    """The value in the style of the one that it replaces."""
    if node.style in ("|", ">"):
        raise ValueUnfit(
            path=path,
            why_en="it is a text of several lines; change it in the document itself",
            why_zh="该处是多行文字;请直接修改文档",
        )
    if not value.strip() or value != value.strip() or any(ord(letter) < 32 for letter in value):
        raise ValueUnfit(
            path=path,
            why_en="a value is one line of text, without spaces around it",
            why_zh="值应为单行文字,首尾不含空格",
        )
    if node.style == "'":
        return "'" + value.replace("'", "''") + "'"
    if node.style == '"':
        return _double_quoted(value)
    return value if _may_stand_bare(value) else _double_quoted(value)


def _double_quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _may_stand_bare(value: str) -> bool:
    """Whether YAML reads the text back as it is, in a line of its own and between brackets."""
    try:
        alone, inside = yaml.compose(value), yaml.compose(f"[{value}]")
    except yaml.YAMLError:
        return False
    return (
        isinstance(alone, yaml.ScalarNode)
        and alone.value == value
        and alone.style is None
        and alone.tag != "tag:yaml.org,2002:null"
        and isinstance(inside, yaml.SequenceNode)
        and [getattr(item, "value", None) for item in inside.value] == [value]
        and "#" not in value
        and ": " not in value
    )
