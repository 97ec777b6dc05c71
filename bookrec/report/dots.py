"""Dot plots that compare methods: a value and its 95% interval per dot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bookrec.report.numbers import number
from bookrec.report.svg import OTHERS, OURS, PAPER, draw_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Metrics = Mapping[str, Any]

# The methods of `metrics.json` as the page names them.
NAMES = {
    "mean": "book's mean",
    "reader_mean": "reader's mean",
    "bias": "bias model",
    "text": "text vectors",
    "personal": "personal",
    "popularity": "popularity",
    "site_popularity": "site popularity",
    "itemknn": "item kNN",
    "ease": "EASE",
    "shown": "as shown",
}


@dataclass(frozen=True)
class Dot:
    """A method's value in the row `row`; `low` and `high` bound its 95% interval, if it has one."""

    row: str
    method: str
    value: float
    low: float | None
    high: float | None

    @property
    def ours(self) -> bool:
        """Whether this is the method that `recommend` uses."""
        return self.method == "personal"


def of_methods(methods: Metrics, measure: str) -> list[Dot]:
    """Return a row per method."""
    return _dots((NAMES[name], name, found[measure]) for name, found in methods.items())


def of_segments(segments: Metrics, labels: Mapping[str, str]) -> list[Dot]:
    """Return a row per segment in `labels` that was measured: the book's mean and ours."""
    return _dots(
        (label, method, segments[name]["methods"][method]["per_user_pearson"])
        for name, label in labels.items()
        if name in segments
        for method in ("mean", "personal")
    )


def of_hard_lists(lists: Metrics) -> list[Dot]:
    """Return a row per short history and one for cold books: a popularity baseline and ours."""
    parts = [
        (f"{size} liked {'book' if size == '1' else 'books'}", "popularity", part)
        for size, part in lists["by_history"].items()
    ]
    if lists["cold_books"]:
        parts.append(("cold books", "site_popularity", lists["cold_books"]))
    return _dots(
        (row, method, part["methods"][method]["recall_at_20"])
        for row, baseline, part in parts
        for method in (baseline, "personal")
    )


def _dots(figures: Iterable[tuple[str, str, Metrics]]) -> list[Dot]:
    """Return the dots of (row, method, figure), without undefined figures."""
    return [
        Dot(row, method, figure["value"], figure["low"], figure["high"])
        for row, method, figure in figures
        if figure["value"] is not None
    ]


def plot(name: str, dots: Sequence[Dot], axis: str) -> str:
    """Draw dots with interval bars, the first row on top: ours filled, baselines hollow.

    Returns an `<svg>` element, or an empty string if there are no dots.
    """
    if not dots:
        return ""
    rows = list(dict.fromkeys(dot.row for dot in dots))
    paired = len(dots) > len(rows)
    alt = "; ".join(
        f"{dot.row}{f', {NAMES[dot.method]}' if paired else ''} {_with_interval(dot)}"
        for dot in dots
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.locator_params(axis="x", nbins=5)
        for dot in dots:
            shift = 0.0 if not paired else 0.18 if dot.ours else -0.18
            _draw(axes, dot, rows.index(dot.row) + shift)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.02)
        left, right = axes.get_xlim()
        axes.set_xlim(left, right + 0.15 * (right - left))  # room for the last number
        axes.set_xlabel(axis)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)

    height = 0.8 + len(rows) * (0.5 if paired else 0.36)
    return draw_svg(name, f"{axis}: {alt}", height, draw)


def _draw(axes: Axes, dot: Dot, y: float) -> None:
    colour = OURS if dot.ours else OTHERS
    end = dot.value
    if dot.low is not None and dot.high is not None:
        axes.plot([dot.low, dot.high], [y, y], color=colour)
        end = dot.high
    fill = colour if dot.ours else PAPER
    axes.plot([dot.value], [y], "o", color=colour, markerfacecolor=fill, markersize=7)
    axes.annotate(
        number(dot.value), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=10
    )


def _with_interval(dot: Dot) -> str:
    if dot.low is None:
        return number(dot.value)
    return f"{number(dot.value)} ({number(dot.low)} to {number(dot.high)})"
