"""The root of every refusal. Pure Python, so that policies may raise without knowing a framework."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


class DomainError(Exception):
    """A refusal with a stable code, its values, and a message in both languages.

    Subclasses set ``code`` (stable, part of the API), ``status`` (HTTP), and two format strings over the
    keyword values they are raised with. A message says what happened, why, and what to do next.

    >>> class PoolExhausted(DomainError):
    ...     code = "pool_exhausted"
    ...     status = 409
    ...     message_en = "Pool {pool} has {left} left, {asked} were asked for. Ask for less."
    ...     message_zh = "矿池{pool}只剩{left},申请了{asked}。请减少数量。"
    >>> str(PoolExhausted(pool="tasks", asked=5, left=3))
    'Pool tasks has 3 left, 5 were asked for. Ask for less.'
    """

    code: ClassVar[str] = "domain_error"
    status: ClassVar[int] = 409
    message_en: ClassVar[str] = "The request was refused."
    message_zh: ClassVar[str] = "请求被拒绝。"

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__} has no value {name!r}")

    def message(self, language: Language) -> str:
        """The message for a reader of ``language``."""
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**self.values)


class NotFound(DomainError):
    code = "not_found"
    status = 404
    message_en = "There is no {what} {key}. Check the number, or list what there is."
    message_zh = "找不到{what} {key}。请核对编号,或先查看列表。"


class NotAllowed(DomainError):
    code = "not_allowed"
    status = 403
    message_en = "You may not do this: {why}. Ask an owner of the shop for the permission."
    message_zh = "没有权限:{why}。请联系店铺负责人授权。"


class InvalidInput(DomainError):
    code = "invalid_input"
    status = 422
    message_en = "{field} can't be accepted: {why_en}."
    message_zh = "{field}无法接受:{why_zh}。"


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    message_en = "Too many tries of {what}. Wait {wait_seconds} seconds and try again."
    message_zh = "{what}尝试过于频繁。请等待{wait_seconds}秒后再试。"


class DatabaseBusy(DomainError):
    """``why`` is the database's own word, for the log; it isn't shown."""

    code = "database_busy"
    status = 503
    message_en = (
        "Others were writing the same rows, and nothing of this request was booked. Send it again, with the same key."
    )
    message_zh = "其他操作正在写入相同的数据,本次请求未入账。请使用相同的编号重新提交。"


class DatabaseFull(DomainError):
    """``why`` is the database's own word, for the log; it isn't shown."""

    code = "database_full"
    status = 503
    message_en = (
        "The database has no room or no connection left, and nothing of this request was booked. Send it again "
        "later, with the same key."
    )
    message_zh = "数据库空间或连接不足,本次请求未入账。请稍后使用相同的编号重新提交。"


class DatabaseLost(DomainError):
    """``why`` is the database's own word, for the log; it isn't shown."""

    code = "database_lost"
    status = 503
    message_en = (
        "The connection to the database broke, and it isn't known whether this request was booked. Send it again "
        "with the same key: it is booked once, and the answer is the same."
    )
    message_zh = "与数据库的连接中断,无法确定本次请求是否入账。请使用相同的编号重新提交:只会入账一次,结果不变。"
