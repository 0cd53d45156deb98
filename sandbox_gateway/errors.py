"""What the gateway says no with. Every refusal has a stable code and a sentence in both languages."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is refused for good; nothing was changed.

    >>> Refusal(409, "number_conflict", "P1 is taken.", "P1已存在。").code
    'number_conflict'
    """

    def __init__(self, status: int, code: str, message: str, message_zh: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.message_zh = message_zh

    def as_json(self) -> dict[str, str]:
        """The body of the answer."""
        return {"code": self.code, "message": self.message, "message_zh": self.message_zh}


def invalid(field: str, why: str, why_zh: str) -> Refusal:
    """A field that can't be accepted."""
    return Refusal(422, "invalid_field", f"{field}: {why}.", f"{field}:{why_zh}。")


def unknown(what: str, what_zh: str, number: str) -> Refusal:
    """A number nobody has used."""
    return Refusal(404, "unknown_number", f"There is no {what} {number}.", f"没有{what_zh}{number}。")


def conflict(code: str, message: str, message_zh: str) -> Refusal:
    """A request that does not fit how things stand."""
    return Refusal(409, code, message, message_zh)


def unauthorised(code: str, message: str, message_zh: str) -> Refusal:
    """A request whose sender was not proven."""
    return Refusal(401, code, message, message_zh)
