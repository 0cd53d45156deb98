"""The vocabulary of the lint: rules of law, reasons why one fires, findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from tongbao.money import Language

if TYPE_CHECKING:
    from tongbao.plans.lint.facts import Facts
    from tongbao.plans.lint.practice import Practice

Jurisdiction = Literal["CN", "US", "EU", "HK", "SG", "MY"]
JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = ("CN", "US", "EU", "HK", "SG", "MY")

Severity = Literal["info", "warn", "error", "block", "critical"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "block", "error", "warn", "info")
"""Worst first."""
BLOCKING: Final[frozenset[Severity]] = frozenset(("critical", "block"))
"""Severities with which a plan is published only after a named owner's written sign-off."""

STATEMENT_ZH: Final = (
    "本检查仅供参考,不构成法律意见。法规依据于2026年11月从公开的二手资料整理;"
    "标注“未核实”的内容未与原文核对。没有发现问题并不代表合法,请咨询执业律师。"
)
STATEMENT_EN: Final = (
    "This lint informs; it is not legal advice. The sources were gathered from secondary public texts in November "
    "2026; what is marked unverified wasn't compared with the original. A plan without findings may still be "
    "unlawful: ask a lawyer."
)


def statement(language: Language) -> str:
    """What every output of the lint says about itself."""
    return STATEMENT_ZH if language == "zh" else STATEMENT_EN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing in the plan or the practice that makes a rule fire, and what would cure it.

    ``clause`` is the clause's id, or empty where another part of the document or a setting is meant; ``line`` is
    where that stands in the document, 0 if it stands nowhere. ``cure_key`` is the setting (``practice.release_days``)
    or the part of the plan (``clauses.tier``, ``promotions.by_purchase``) to change, and ``cure_value`` what it has
    to be, as a document writes it; empty: the part is to go, or it takes a decision.
    """

    zh: str
    en: str
    clause: str = ""
    line: int = 0
    cure_key: str = ""
    cure_value: str = ""

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Check(Protocol):
    """What makes one rule fire; nothing if it doesn't. Pure."""

    def __call__(self, *, facts: Facts, practice: Practice) -> Iterable[Reason]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule comes from. ``unverified_zh/en`` names what wasn't read in the source; empty: nothing.

    ``verified`` is False where the rule itself rests on general knowledge; where only its year does, it stays True.
    """

    zh: str
    en: str
    verified: bool = True
    unverified_zh: str = ""
    unverified_en: str = ""

    def text(self, language: Language) -> str:
        """The source as it is shown, with what of it is unverified.

        >>> Source(zh="规则", en="a rule", verified=False, unverified_zh="细节", unverified_en="detail").text("en")
        'a rule (unverified: detail)'
        """
        if language == "zh":
            return f"{self.zh}(未核实:{self.unverified_zh})" if self.unverified_zh else self.zh
        return f"{self.en} (unverified: {self.unverified_en})" if self.unverified_en else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of one law."""

    id: str
    jurisdiction: Jurisdiction
    severity: Severity
    title_zh: str
    title_en: str
    source: Source
    cure_zh: str
    cure_en: str
    check: Check

    def title(self, language: Language) -> str:
        return self.title_zh if language == "zh" else self.title_en

    def cure(self, language: Language) -> str:
        return self.cure_zh if language == "zh" else self.cure_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that fires, with every reason."""

    rule: Rule
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def blocks(self) -> bool:
        return self.rule.severity in BLOCKING

    @property
    def verified(self) -> bool:
        return self.rule.source.verified

    @property
    def clauses(self) -> tuple[tuple[str, int], ...]:
        """The clauses that it concerns, each with its line, in the order of the document."""
        named = {(reason.clause, reason.line) for reason in self.reasons if reason.clause}
        return tuple(sorted(named, key=lambda item: (item[1], item[0])))

    @property
    def cure_keys(self) -> tuple[str, ...]:
        """The settings and parts of the plan that the reasons name, each once."""
        return tuple(dict.fromkeys(reason.cure_key for reason in self.reasons if reason.cure_key))

    def as_json(self) -> dict[str, object]:
        """As other programs read it."""
        return {
            "id": self.id,
            "jurisdiction": self.rule.jurisdiction,
            "severity": self.severity,
            "blocks": self.blocks,
            "title": {"zh": self.rule.title_zh, "en": self.rule.title_en},
            "source": {"zh": self.rule.source.text("zh"), "en": self.rule.source.text("en")},
            "verified": self.verified,
            "cure": {"zh": self.rule.cure_zh, "en": self.rule.cure_en},
            "clauses": [{"clause": clause, "line": line} for clause, line in self.clauses],
            "reasons": [
                {
                    "zh": reason.zh,
                    "en": reason.en,
                    "clause": reason.clause or None,
                    "line": reason.line or None,
                    "cure_key": reason.cure_key or None,
                    "cure_value": reason.cure_value or None,
                }
                for reason in self.reasons
            ],
        }
