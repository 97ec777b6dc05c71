"""The report's curves and scatter plots, each returned as an `<svg>` element.

Titles and captions are in the templates. Undefined values (None) are not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bookrec.report.bookmap import OTHER, BookMap
from bookrec.report.dots import NAMES
from bookrec.report.numbers import number
from bookrec.report.svg import GENRES, GRID, INK, MUTED, OTHERS, OURS, PAPER, draw_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PANELS = {"loss": "training loss", "score": "validation recall@20"}
_MARKERS = "os^Dv<>P"  # one per genre, so that colour is not the only difference
SIGNS = "●■▲◆▼◀▶✚"  # the same markers, for the legend
_DASHED: dict[str, Any] = {"color": MUTED, "linestyle": (0, (4, 3)), "linewidth": 1.2}
_MARKER: dict[str, Any] = {"color": OURS, "markersize": 7, "markeredgecolor": PAPER}


def frontier(name: str, lists: Mapping[str, Any]) -> str:
    """Draw recall against popularity: a dot per method, and a line for `personal` by novelty."""
    line = [(p["popularity"], p["recall_at_20"]["value"], p["novelty"]) for p in lists["frontier"]]
    points = [
        (method, found["popularity"], found["recall_at_20"]["value"])
        for method, found in lists["methods"].items()
    ]
    alt = "Recall of lists of 20 against the mean log10(ratings + 10) of their books: " + "; ".join(
        [
            *(f"{NAMES[method]} {y:.3f} at {x:.2f}" for method, x, y in points),
            *(f"personal at novelty {v:g} {y:.3f} at {x:.2f}" for x, y, v in line),
        ]
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        xs, ys, novelties = zip(*line, strict=True)
        axes.plot(xs, ys, ".-", color=OURS, linewidth=1.2, markersize=4)
        label: dict[str, Any] = {"textcoords": "offset points"}
        axes.annotate(
            f"novelty {novelties[-1]:g}",
            (xs[-1], ys[-1]),
            (0, -13),
            ha="center",
            color=MUTED,
            fontsize=9,
            **label,
        )
        # Labels alternate between left and right by height, so that neighbours do not overlap.
        for i, (method, x, y) in enumerate(sorted(points, key=lambda point: point[2])):
            colour, fill = (OURS, OURS) if method == "personal" else (OTHERS, PAPER)
            axes.plot([x], [y], "o", color=colour, markerfacecolor=fill, markersize=7)
            side, ha = (7, "left") if i % 2 else (-7, "right")
            axes.annotate(NAMES[method], (x, y), (side, 3), ha=ha, fontsize=10, **label)
        axes.set_xlabel("popularity: mean log₁₀(ratings + 10) of the listed books")
        axes.set_ylabel("recall@20")
        axes.margins(0.16, 0.12)
        axes.grid()

    return draw_svg(name, alt, 4.0, draw)


def calibration(name: str, found: Mapping[str, Any]) -> str:
    """Draw mean given stars against mean predicted stars, a dot per bin of predictions."""
    bins = found["bins"]
    x, y = [b["predicted"] for b in bins], [b["actual"] for b in bins]
    pairs = ", ".join(f"{b['predicted']:.2f} to {b['actual']:.2f}" for b in bins)
    alt = f"Mean predicted to mean given stars of ten groups of predictions: {pairs}"

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        low, high = min(x + y) - 0.15, max(x + y) + 0.15
        axes.plot([low, high], [low, high], **_DASHED)
        slope, intercept = found["slope"]["value"], found["intercept"]["value"]
        if slope is not None and intercept is not None:
            ends = np.array([min(x), max(x)])
            axes.plot(ends, intercept + slope * ends, color=OURS, linewidth=1.2)
        axes.plot(x, y, "o", **_MARKER)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set_xlabel("predicted (mean stars)")
        axes.set_ylabel("given (mean stars)")
        axes.grid()

    return draw_svg(name, alt, 4.2, draw)


def confidence(name: str, quintiles: Sequence[Mapping[str, Any]]) -> str:
    """Draw RMSE with intervals by quintile of confidence, the lowest on the left."""
    errors = [quintile["rmse"] for quintile in quintiles]
    alt = "RMSE in stars from the least to the most confident quintile: " + ", ".join(
        number(error["value"]) for error in errors
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for i, error in enumerate(errors):
            value = error["value"]
            if error["low"] is not None:
                axes.plot([i, i], [error["low"], error["high"]], color=OURS)
            axes.plot([i], [value], "o", **_MARKER)
            axes.annotate(
                number(value), (i, value), (8, 0), textcoords="offset points", va="center"
            )
        ranges = [f"{q['low']:.2f}–\n{q['high']:.2f}" for q in quintiles]
        axes.set_xticks(range(len(quintiles)), ranges)
        axes.set_xlim(-0.4, len(quintiles) - 0.3)
        axes.set_xlabel("confidence of the prediction (0 to 1), by quintile")
        axes.set_ylabel("RMSE (stars)")
        axes.grid(axis="y")

    return draw_svg(name, alt, 3.4, draw)


def alpha_curve(name: str, curve: Sequence[tuple[float, float]], alpha: float) -> str:
    """Draw the validation correlation against α, with the chosen α marked."""
    x, y = [a for a, _ in curve], [s for _, s in curve]
    score = float(np.interp(alpha, x, y))
    alt = (
        f"Per-reader correlation on validation rows: {y[0]:.3f} at alpha {x[0]:g}, "
        f"{score:.3f} at the chosen alpha {alpha:g}, {y[-1]:.3f} at alpha {x[-1]:g}"
    )

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(x, y, color=OURS)
        axes.axvline(alpha, **_DASHED)
        axes.plot([alpha], [score], "o", **_MARKER)
        axes.annotate(
            f"α = {alpha:g}", (alpha, min(y)), (7, 5), textcoords="offset points", color=INK
        )
        axes.set_xlabel("α: weight of the reader's own taste (no unit)")
        axes.set_ylabel("per-reader correlation")
        axes.margins(x=0)
        axes.grid()

    return draw_svg(name, alt, 3.4, draw)


def learning_curve(name: str, curve: Sequence[Mapping[str, float]], kept: int) -> str:
    """Draw the loss and the validation recall by epoch, in a panel each."""
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
            axes.axvline(kept, **_DASHED)
            axes.set_title(_PANELS[key], loc="left")
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.margins(y=0.15)
            axes.grid()
        axes.set_xlabel("epoch (passes over the training readers)")

    return draw_svg(name, alt, 0.6 + 1.25 * len(panels), draw)


def book_map(name: str, books: BookMap) -> str:
    """Draw the books on the plane of their first two principal components, coloured by genre."""
    alt = (
        f"{len(books.places):,} books by the first two principal components of their vectors, "
        f"coloured by genre: {', '.join(books.legend) or 'none'}"
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
        axes.set_xlabel(f"1st principal component ({first:.0%} of the variance)", fontsize=9)
        axes.set_ylabel(f"2nd principal component ({second:.0%})", fontsize=9)

    return draw_svg(name, alt, 5.0, draw)
