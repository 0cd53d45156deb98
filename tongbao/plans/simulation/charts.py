"""Small charts as SVG text: lines, stacked areas, bars, histograms. Pure; coordinates are the only fractions.

Each chart has a title and a description for those who don't see it, takes its colours from the page (``STYLE``,
light and dark), and tells series apart by dash or by their order too, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 66, 14, 14, 34
Text = Callable[[int], str]
"""How a value is written at the axis."""

PAGE_STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2430;--soft:#56606d;--rule:#d9dde3;
--good:#1d6b40;--bad:#9a3412;--tint:#f5f7f9}
@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e6eaef;--soft:#a3adb9;--rule:#39414b;
--good:#71c797;--bad:#f0a060;--tint:#1c2229}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:1.5rem;background:var(--paper);color:var(--ink);
font:15px/1.55 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:1.6rem;margin:0}
h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.25rem}
p.sub{color:var(--soft);margin:.2rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.32rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.m{color:var(--soft)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:1.4rem 2rem}
figure{margin:0;break-inside:avoid}figcaption{font-weight:600;margin-bottom:.3rem}
.yes{color:var(--good);font-weight:600;white-space:nowrap}.no{color:var(--bad);font-weight:600;white-space:nowrap}
ul.notes{background:var(--tint);padding:.7rem 1rem .7rem 2rem;border-radius:6px;margin:1rem 0}
details{margin:.6rem 0}summary{cursor:pointer;font-weight:600}
.wide{overflow-x:auto}code{font-size:.9em}
@media print{body{max-width:none}}
""".strip()
"""Of a page that holds charts and tables."""

STYLE = """
.chart{--c1:#1f5fa8;--c2:#b4500f;--c3:#23774a;--c4:#77489f;--grid:#d9dde3;--ink:#39424e}
@media(prefers-color-scheme:dark){.chart{--c1:#7db4f0;--c2:#f0a060;--c3:#71c797;--c4:#c39be6;--grid:#39414b;--ink:#c3cad3}}
.chart svg{width:100%;height:auto;display:block}
.chart text{font:11px system-ui,sans-serif;fill:var(--ink)}
.chart .grid{stroke:var(--grid);stroke-width:1}.chart .zero{stroke:var(--ink);stroke-width:1}
.chart .line{fill:none;stroke-width:2;stroke-linejoin:round}
.chart .mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:7 4}
.chart .l1{stroke:var(--c1)}.chart .l2{stroke:var(--c2);stroke-dasharray:6 3}
.chart .l3{stroke:var(--c3);stroke-dasharray:2 3}.chart .l4{stroke:var(--c4);stroke-dasharray:9 3 2 3}
.chart .f1{fill:var(--c1)}.chart .f2{fill:var(--c2)}.chart .f3{fill:var(--c3)}.chart .f4{fill:var(--c4)}
.chart .area{opacity:.75}
.chart ul{list-style:none;margin:.3rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.82rem}
.chart ul svg{width:26px;height:10px;display:inline-block;margin-right:.4rem}
""".strip()


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars. ``values`` may have gaps."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A level across the chart, with its name."""

    name: str
    value: int


def nice_step(span: int, *, lines: int = 5) -> int:
    """A step of 1, 2 or 5 times a power of ten of which at most so many fit.

    >>> nice_step(830)
    200
    """
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * lines >= span:
                return step * factor
        step *= 10


class _Frame:
    """The plot's area and how values become places in it."""

    def __init__(self, *, least: int, most: int, number: int, text: Text) -> None:
        least, most = min(least, 0), max(most, 0, least + 1)
        step = nice_step(max(most - least, 1))
        self.least = -(-least // step) * step if least == 0 else least // step * step
        self.most = -(-most // step) * step
        self.step, self.number, self._text = step, number, text

    def y(self, value: int) -> float:
        return TOP + (self.most - value) / (self.most - self.least) * (HEIGHT - TOP - BOTTOM)

    def x(self, place: float) -> float:
        """The middle of a place, of ``number`` of them."""
        return LEFT + (place + 0.5) / self.number * (WIDTH - LEFT - RIGHT)

    def grid(self) -> list[str]:
        parts = []
        for value in range(self.least, self.most + 1, self.step):
            y = self.y(value)
            kind = "zero" if value == 0 else "grid"
            parts.append(f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(
                f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(self._text(value))}</text>'
            )
        return parts

    def labels(self, names: Sequence[str], *, every: int) -> list[str]:
        return [
            f'<text x="{self.x(place):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(name)}</text>'
            for place, name in enumerate(names)
            if place % every == 0 and name
        ]

    def marks(self, marks: Sequence[Mark]) -> list[str]:
        parts = []
        for mark in marks:
            y = self.y(mark.value)
            parts.append(f'<line class="mark" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(
                f'<text x="{WIDTH - RIGHT - 4}" y="{y - 4:.1f}" text-anchor="end">{escape(mark.name)}</text>'
            )
        return parts


def lines(
    *,
    key: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    text: Text,
    marks: Sequence[Mark] = (),
) -> str:
    """Lines over the same places; ``labels`` names the places, empty ones stay unnamed."""
    frame = _frame(series, marks, len(labels), text)
    body = [*frame.grid(), *frame.labels(labels, every=1)]
    for number, one in enumerate(series, start=1):
        points, pen = [], "M"
        for place, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            points.append(f"{pen}{frame.x(place):.1f} {frame.y(value):.1f}")
            pen = "L"
        body.append(f'<path class="line l{number}" d="{"".join(points)}"/>')
    body += frame.marks(marks)
    return _figure(key, title, description, body, _legend(series, line=True))


def stacked(
    *, key: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series], text: Text
) -> str:
    """Areas on top of each other, the first at the bottom. Values from nought."""
    totals = [sum(one.values[place] or 0 for one in series) for place in range(len(labels))]
    frame = _frame([Series("", totals)], (), len(labels), text)
    body = frame.grid()
    under = [0] * len(labels)
    for number, one in enumerate(series, start=1):
        over = [low + (value or 0) for low, value in zip(under, one.values, strict=True)]
        there = [f"{frame.x(place):.1f} {frame.y(value):.1f}" for place, value in enumerate(over)]
        back = [f"{frame.x(place):.1f} {frame.y(value):.1f}" for place, value in enumerate(under)]
        body.append(f'<path class="area f{number}" d="M{"L".join([*there, *reversed(back)])}Z"/>')
        under = over
    body += frame.labels(labels, every=1)
    return _figure(key, title, description, body, _legend(series, line=False))


def bars(
    *,
    key: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    text: Text,
    marks: Sequence[Mark] = (),
    gap_percent: int = 30,
    nothing: str = "",
) -> str:
    """Bars side by side at each place, up or down from nought.

    With ``nothing``, what stands for a gap, every value is written above its bar.
    """
    frame = _frame(series, marks, len(labels), text)
    body = frame.grid()
    whole = (WIDTH - LEFT - RIGHT) / len(labels)
    wide = whole * (100 - gap_percent) / 100 / len(series)
    for number, one in enumerate(series, start=1):
        for place, value in enumerate(one.values):
            x = LEFT + whole * place + whole * gap_percent / 200 + wide * (number - 1)
            if nothing:
                y = frame.y(value or 0) - 3
                written = escape(nothing if value is None else text(value))
                body.append(f'<text x="{x + wide / 2:.1f}" y="{y:.1f}" text-anchor="middle">{written}</text>')
            if value is None:
                continue
            top, bottom = sorted((frame.y(value), frame.y(0)))
            name = escape(f"{labels[place] or place + 1}: {one.name} {text(value)}".strip())
            body.append(
                f'<rect class="f{number}" x="{x:.1f}" y="{top:.1f}" width="{max(wide - 1, 0.5):.1f}"'
                f' height="{max(bottom - top, 0.4):.1f}"><title>{name}</title></rect>'
            )
    body += frame.labels(labels, every=max(1, -(-len(labels) // 16)))
    body += frame.marks(marks)
    return _figure(key, title, description, body, _legend(series, line=False))


def histogram(
    *, key: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series], text: Text
) -> str:
    """Bars without room between: how many fall between two values."""
    return bars(
        key=key,
        title=title,
        description=description,
        labels=labels,
        series=series,
        text=text,
        gap_percent=8,
    )


def _frame(series: Sequence[Series], marks: Sequence[Mark], number: int, text: Text) -> _Frame:
    values = [value for one in series for value in one.values if value is not None]
    values += [mark.value for mark in marks]
    return _Frame(least=min(values, default=0), most=max(values, default=1), number=max(number, 1), text=text)


def _legend(series: Sequence[Series], *, line: bool) -> str:
    if len(series) < 2:
        return ""
    parts = []
    for number, one in enumerate(series, start=1):
        shape = (
            f'<line class="line l{number}" x1="0" x2="26" y1="5" y2="5"/>'
            if line
            else f'<rect class="f{number}" width="26" height="10"/>'
        )
        parts.append(f'<li><svg viewBox="0 0 26 10" aria-hidden="true">{shape}</svg>{escape(one.name)}</li>')
    return f"<ul>{''.join(parts)}</ul>"


def _figure(key: str, title: str, description: str, body: Sequence[str], legend: str) -> str:
    return (
        f'<figure class="chart"><figcaption>{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>'
        f"{''.join(body)}</svg>{legend}</figure>"
    )
