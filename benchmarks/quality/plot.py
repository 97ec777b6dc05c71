"""A plot of the per-reader Pearson of each method, as an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from measure import Row

from bookrec.files import replacing

matplotlib.use("Agg")
from matplotlib import pyplot as plt

_COLOURS = {"bookrec": "#1f6f8b", "peer": "#8a8a8a"}


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw a dot and its 95 % interval for each method, best on top."""
    # With a fixed salt and no date, the same figures give the same file.
    plt.rcParams.update({"svg.hashsalt": "bookrec", "font.size": 10})
    ordered = sorted(rows, key=lambda r: r.pearson.value)
    figure, axes = plt.subplots(figsize=(7.5, 0.34 * len(ordered) + 1.1), layout="constrained")
    for y, row in enumerate(ordered):
        pearson, colour = row.pearson, _COLOURS[row.kind]
        axes.plot([pearson.low, pearson.high], [y, y], color=colour, linewidth=2)
        axes.plot(pearson.value, y, "o", color=colour, markersize=6)
        axes.annotate(
            f"{pearson.value:.3f}",
            (pearson.high, y),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=9,
        )
    names = [f"bookrec {r.method}" if r.kind == "bookrec" else r.method for r in ordered]
    axes.set_yticks(range(len(ordered)), names)
    low, high = min(r.pearson.low for r in ordered), max(r.pearson.high for r in ordered)
    axes.set_xlim(min(0.0, low), 1.12 * high)  # room for the last label
    axes.set_xlabel("mean per-reader Pearson on held-out ratings, 95 % interval")
    axes.grid(axis="x", color="#e4e4e4")
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
    plt.close(figure)
