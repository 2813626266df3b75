"""Plots as SVG: lines over axes that grow by factors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Callable, Optional

Point = tuple[float, float]

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 84, 166, 58, 62

#: Colours that people who see few of them can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
GRID, TEXT, FAINT = "#e3e6ea", "#24292f", "#6e7781"

#: Labels nearer to each other than this could not be read.
LABEL_HEIGHT = 16


@dataclass
class Series:
    """A line of a plot. Its label stands at its end; without one it is said by its colour."""

    label: str
    points: list[Point]
    colour: Optional[int] = None
    is_dashed: bool = False


class Axis:
    """From values to places, by factors."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.low, self.high = min(values), max(values)
        if self.low == self.high:
            self.low, self.high = self.low / 2, self.high * 2
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)


def rounded_out(values: list[float]) -> list[float]:
    """Round numbers below, among and above some values."""
    steps = (1, 2, 5) if max(values) / min(values) < 100 else (1,)
    least, most = math.log10(min(values)), math.log10(max(values))
    exponents = range(math.floor(least) - 1, math.ceil(most) + 2)
    rounds = [step * 10.0**exponent for exponent in exponents for step in steps]
    low = max(number for number in rounds if number <= min(values))
    high = min(number for number in rounds if number >= max(values))
    return [number for number in rounds if low <= number <= high]


def text(x: float, y: float, words: str, **style: str) -> str:
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GRID}"/>'


def spread(places: list[float]) -> list[float]:
    """Moves places apart, so that labels there can be read; the order stays."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for above, below in zip(order, order[1:]):
        moved[below] = max(moved[below], moved[above] + LABEL_HEIGHT)
    return moved


def plot(
    title: str, x_label: str, series: list[Series], y_text: Callable[[float], str]
) -> Optional[str]:
    """The plot of some lines; nothing when none of them leads anywhere."""
    series = [one for one in series if len(one.points) > 1]
    if not series:
        return None
    x_values = sorted({x for one in series for x, _ in one.points})
    y_ticks = rounded_out([y for one in series for _, y in one.points])
    x_axis = Axis(x_values, LEFT, WIDTH - RIGHT)
    y_axis = Axis(y_ticks, HEIGHT - BOTTOM, TOP)
    parts = [text(LEFT, 30, title, font_size="16", font_weight="600", fill=TEXT)]
    for tick in y_ticks:
        y = y_axis.place(tick)
        parts.append(line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(text(LEFT - 10, y + 4, y_text(tick), text_anchor="end", fill=FAINT))
    for value in x_values:
        x = x_axis.place(value)
        words = f"{value:,.0f}"
        parts.append(text(x, HEIGHT - BOTTOM + 22, words, text_anchor="middle", fill=FAINT))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(text(middle, HEIGHT - 16, x_label, text_anchor="middle", fill=FAINT))
    parts += lines_of(series, x_axis, y_axis)
    return document(title, parts)


def lines_of(series: list[Series], x_axis: Axis, y_axis: Axis) -> list[str]:
    parts, labels = [], []
    for at, one in enumerate(series):
        colour = COLOURS[(at if one.colour is None else one.colour) % len(COLOURS)]
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dashes = ' stroke-dasharray="3 5" stroke-opacity="0.7"' if one.is_dashed else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
        )
        if not one.is_dashed:
            dots = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
            parts.append(f'<g fill="{colour}">{"".join(dots)}</g>')
        if one.label:
            labels.append((places[-1], one.label, colour))
    heights = spread([y for (_, y), _, _ in labels])
    for ((x, _), label, colour), y in zip(labels, heights):
        parts.append(text(x + 12, y + 4, label, fill=colour, font_weight="600"))
    return parts


def document(title: str, parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" font-size="13"'
        ' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#ffffff"/>\n{body}\n</svg>\n'
    )
