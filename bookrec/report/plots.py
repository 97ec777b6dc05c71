"""The report's plots. Every function gives an `<svg>` element; titles and captions are the page's.

Values may be None where nothing could be measured: they are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bookrec.report.bookmap import OTHER, BookMap
from bookrec.report.svg import GENRES, GRID, INK, MUTED, OTHERS, OURS, PAPER, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS = {
    "loss": "triplet loss",
    "score": "recall of liked validation books in the first 20",
}
_MARKERS = "os^Dv<>P"  # one a genre: colour is not the only sign
SIGNS = "●■▲◆▼◀▶✚"  # the same in a legend


@dataclass(frozen=True)
class Dot:
    """A value and its 95 % interval, in a row of a dot plot."""

    row: str
    value: float
    low: float | None
    high: float | None
    ours: bool

    @classmethod
    def of(cls, row: str, figure: Mapping[str, float | None], ours: bool) -> list[Dot]:
        """The dot of a figure of `metrics.json`; none if it is undefined."""
        value = figure["value"]
        return [] if value is None else [cls(row, value, figure["low"], figure["high"], ours)]


def dots(name: str, what: str, found: Sequence[Dot], axis: str) -> str:
    """Dots with interval bars, a row a label from the top; ours filled, others hollow.

    A row of two dots holds the book's mean and ours.
    """
    if not found:
        return "<p>Too few readers for a figure.</p>"
    rows = list(dict.fromkeys(dot.row for dot in found))
    paired = len(found) > len(rows)
    alt = f"{what}: " + "; ".join(
        f"{d.row}{(', personal' if d.ours else ', mean') if paired else ''} {_said(d)}"
        for d in found
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.locator_params(axis="x", nbins=5)
        for dot in found:
            y = rows.index(dot.row) + (0.0 if not paired else 0.18 if dot.ours else -0.18)
            _dot(axes, dot, y)
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
    return drawn(name, alt, height, draw)


def calibration(name: str, found: Mapping[str, Any]) -> str:
    """Mean given stars against mean predicted stars, a dot a tenth of the predictions."""
    bins = found["bins"]
    x, y = [b["predicted"] for b in bins], [b["actual"] for b in bins]
    pairs = ", ".join(f"{b['predicted']:.2f} to {b['actual']:.2f}" for b in bins)
    alt = f"Mean predicted to mean given stars of ten groups of predictions: {pairs}"

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        low, high = min(x + y) - 0.15, max(x + y) + 0.15
        axes.plot([low, high], [low, high], color=MUTED, linestyle=(0, (4, 3)), linewidth=1.2)
        slope, intercept = found["slope"]["value"], found["intercept"]["value"]
        if slope is not None and intercept is not None:
            ends = np.array([min(x), max(x)])
            axes.plot(ends, intercept + slope * ends, color=OURS, linewidth=1.2)
        axes.plot(x, y, "o", color=OURS, markersize=7, markeredgecolor=PAPER)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set_xlabel("predicted (mean stars)")
        axes.set_ylabel("given (mean stars)")
        axes.grid()

    return drawn(name, alt, 4.2, draw)


def confidence(name: str, fifths: Sequence[Mapping[str, Any]]) -> str:
    """RMSE by fifth of confidence, the lowest on the left, with intervals."""
    values = [f["rmse"] for f in fifths]
    alt = "RMSE in stars from the least to the most confident fifth: " + ", ".join(
        _number(v["value"]) for v in values
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for i, v in enumerate(values):
            if None not in (v["low"], v["high"]):
                axes.plot([i, i], [v["low"], v["high"]], color=OURS)
            axes.plot([i], [v["value"]], "o", color=OURS, markersize=7, markeredgecolor=PAPER)
            axes.annotate(
                _number(v["value"]),
                (i, v["value"]),
                (8, 0),
                textcoords="offset points",
                va="center",
            )
        ranges = [f"{f['low']:.2f}–\n{f['high']:.2f}" for f in fifths]
        axes.set_xticks(range(len(fifths)), ranges)
        axes.set_xlim(-0.4, len(fifths) - 0.3)
        axes.set_xlabel("confidence of the prediction (0 to 1), in fifths")
        axes.set_ylabel("RMSE (stars)")
        axes.grid(axis="y")

    return drawn(name, alt, 3.4, draw)


def alpha_curve(name: str, curve: Sequence[tuple[float, float]], alpha: float) -> str:
    """Validation correlation against α, the chosen one marked."""
    x, y = [a for a, _ in curve], [s for _, s in curve]
    score = float(np.interp(alpha, x, y))
    alt = (
        f"Per-reader correlation on validation rows: {y[0]:.3f} at alpha {x[0]:g}, "
        f"{score:.3f} at the chosen alpha {alpha:g}, {y[-1]:.3f} at alpha {x[-1]:g}"
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(x, y, color=OURS)
        axes.axvline(alpha, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.plot([alpha], [score], "o", color=OURS, markersize=8, markeredgecolor=PAPER)
        axes.annotate(
            f"α = {alpha:g}", (alpha, min(y)), (7, 5), textcoords="offset points", color=INK
        )
        axes.set_xlabel("α: weight of the reader's own taste (no unit)")
        axes.set_ylabel("per-reader correlation")
        axes.margins(x=0)
        axes.grid()

    return drawn(name, alt, 3.4, draw)


def learning_curve(name: str, curve: Sequence[Mapping[str, float]], kept: int) -> str:
    """Loss and validation recall by epoch, a panel each."""
    panels = [key for key in _PANELS if any(key in point for point in curve)]
    series = {key: [(p["epoch"], p[key]) for p in curve if key in p] for key in panels}
    alt = f"Training by epoch, epoch {kept} kept. " + ". ".join(
        f"{_PANELS[key]}: {points[0][1]:.3f} at epoch {points[0][0]:g}, "
        f"{points[-1][1]:.3f} at epoch {points[-1][0]:g}"
        for key, points in series.items()
    )

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        for axes, key in zip(
            figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0], panels, strict=True
        ):
            axes.plot(*zip(*series[key], strict=True), "o-", color=OURS, markersize=4)
            axes.axvline(kept, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.2)
            axes.set_title(_PANELS[key], loc="left")
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.margins(y=0.15)
            axes.grid()
        axes.set_xlabel("epoch (passes over the training readers)")

    return drawn(name, alt, 0.6 + 1.25 * len(panels), draw)


def book_map(name: str, books: BookMap) -> str:
    """The books on the plane of their vectors, coloured by genre."""
    alt = (
        f"{len(books.places):,} books placed by the first two principal directions of their "
        f"vectors, coloured by genre: {', '.join(books.legend) or 'none'}"
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        rest = books.places[books.genre == OTHER]
        axes.plot(*rest.T, "o", color=GRID, markersize=2.5, markeredgewidth=0)
        for i in reversed(range(len(books.legend))):
            some = books.places[books.genre == i]
            style: dict[str, Any] = {"markersize": 3.5, "markeredgewidth": 0, "alpha": 0.8}
            axes.plot(*some.T, _MARKERS[i], color=GENRES[i], **style)
        axes.set(xticks=(), yticks=())
        first, second = books.variance
        axes.set_xlabel(f"1st principal direction ({first:.0%} of the variance)", fontsize=9)
        axes.set_ylabel(f"2nd principal direction ({second:.0%})", fontsize=9)

    return drawn(name, alt, 5.0, draw)


def _dot(axes: Axes, dot: Dot, y: float) -> None:
    colour = OURS if dot.ours else OTHERS
    end = dot.value
    if dot.low is not None and dot.high is not None:
        axes.plot([dot.low, dot.high], [y, y], color=colour)
        end = dot.high
    fill = colour if dot.ours else PAPER
    axes.plot([dot.value], [y], "o", color=colour, markerfacecolor=fill, markersize=7)
    axes.annotate(
        _number(dot.value), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=10
    )


def _said(dot: Dot) -> str:
    if dot.low is None or dot.high is None:
        return _number(dot.value)
    return f"{dot.value:.3f} ({dot.low:.3f} to {dot.high:.3f})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
