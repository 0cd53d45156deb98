"""Refusals of the two pure floors. They carry both languages, so that an entrance can pass them on."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


class StatedError(ValueError):
    """A refusal with a stable code, its values, and what to do next in both languages.

    The pure floors lie below ``kit``, so they can't use its ``DomainError``; the shape is the same.

    >>> str(AmountInvalid(text="1.234", why_en="yuan have two decimals", why_zh="元最多两位小数"))
    "'1.234' is no amount: yuan have two decimals."
    """

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 422
    message_en: ClassVar[str] = "The input was refused."
    message_zh: ClassVar[str] = "输入被拒绝。"

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """The message for a reader of ``language``."""
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**self.values)


class AmountInvalid(StatedError):
    code = "amount_invalid"
    message_en = "{text!r} is no amount: {why_en}."
    message_zh = "{text!r}不是有效金额:{why_zh}。"


class RateInvalid(StatedError):
    code = "rate_invalid"
    message_en = "{text!r} is no rate: {why_en}."
    message_zh = "{text!r}不是有效比例:{why_zh}。"


class WeightsInvalid(StatedError):
    code = "weights_invalid"
    message_en = "The weights {weights!r} can't share anything: {why_en}."
    message_zh = "权重{weights!r}无法用于分配:{why_zh}。"
