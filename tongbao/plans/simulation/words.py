"""How reports write numbers, in Chinese and in English; all from whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.money import Language


@dataclass(frozen=True, slots=True)
class Speaker:
    """Chooses between the two languages, and writes money, shares and counts in them."""

    language: Language

    def __call__(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def yuan(self, amount_fen: int) -> str:
        """An amount for tables, to the fen.

        >>> Speaker("en").yuan(-123_456)
        '−1,234.56 yuan'
        """
        yuan, fen = divmod(abs(amount_fen), 100)
        sign = "−" if amount_fen < 0 else ""
        return f"{sign}{yuan:,}.{fen:02d}{self(' yuan', '元')}"

    def short_yuan(self, amount_fen: int) -> str:
        """An amount for axes, rounded down to a tenth of its unit.

        >>> [Speaker("en").short_yuan(150_000_000), Speaker("zh").short_yuan(150_000_000)]
        ['1.5M', '150万']
        """
        units = (
            ((10**10, "亿"), (10**6, "万"))
            if self.language == "zh"
            else ((10**11, "bn"), (10**8, "M"), (10**5, "k"))
        )
        return _short(amount_fen, units, 100)

    def short(self, number: int) -> str:
        """A count for axes."""
        units = (
            ((10**8, "亿"), (10**4, "万"))
            if self.language == "zh"
            else ((10**9, "bn"), (10**6, "M"), (10**3, "k"))
        )
        return _short(number, units, 1)

    def share(self, share_bp: int) -> str:
        """A share to a tenth of a percent, rounded to the nearest.

        >>> Speaker("en").share(3_147)
        '31.5 %'
        """
        tenths = (share_bp + 5) // 10
        return f"{tenths // 10}.{tenths % 10} %"

    def exact_share(self, share_bp: int) -> str:
        return f"{share_bp // 100}.{share_bp % 100:02d} %"

    def count(self, number: int) -> str:
        return f"{number:,}"

    def day(self, day: int | None) -> str:
        """A day as people count it, from 1."""
        if day is None:
            return self("not reached", "未达到")
        return self(f"day {day + 1}", f"第{day + 1}天")


def _short(number: int, units: tuple[tuple[int, str], ...], one: int) -> str:
    sign, number = ("−", -number) if number < 0 else ("", number)
    for size, name in units:
        if number >= size:
            whole, tenths = divmod(number * 10 // size, 10)
            return f"{sign}{whole}.{tenths}{name}" if tenths else f"{sign}{whole}{name}"
    return f"{sign}{number // one}"
