"""What is refused of a storefront's look, by name."""

from __future__ import annotations

from tongbao.kit.errors import DomainError, NotFound


class LayoutInvalid(DomainError):
    """``place`` is where in the document: ``blocks.2.pictures.0.title``."""

    code = "layout_invalid"
    status = 422
    message_en = "{where_en} can't be accepted: {why_en}. Correct it and save again."
    message_zh = "{where_zh}无法接受:{why_zh}。请修改后重新保存。"


class ColourTooLight(DomainError):
    code = "colour_too_light"
    status = 422
    message_en = (
        "White text on {colour} has a contrast of {contrast}:1 and needs 4.5:1 to be read. "
        "Take {darker}, the nearest darker colour that passes."
    )
    message_zh = (
        "白色文字在{colour}上的对比度为{contrast}:1,至少需要4.5:1才能看清。请改用{darker}(最接近的合格深色)。"
    )


class StorefrontChanged(DomainError):
    code = "storefront_changed"
    status = 409
    message_en = "{name} saved version {number} in the meantime. Reload the page and make your change again."
    message_zh = "{name}已在此期间保存了第{number}版。请刷新页面后重新修改。"


class StorefrontVersionUnknown(NotFound):
    code = "storefront_version_unknown"
    message_en = "The storefront has no version {key}. Choose one from the list."
    message_zh = "店面没有第{key}版。请从列表中选择。"
