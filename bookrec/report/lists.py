"""The part of the page on lists: every book a candidate, to find what was liked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from bookrec.report import plots, words
from bookrec.report.cards import figure, section, table
from bookrec.report.plots import Dot
from bookrec.report.svg import INK, MUTED, OTHERS, OURS, PAPER, drawn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, Any]
_TITLE = "Lists out of the whole catalogue"
_RECALL = "of 20 books, the share of those to be found"
_COLUMNS = {
    "recall_at_20": "recall@20",
    "ndcg_at_20": "nDCG@20",
    "stratified_recall_at_20": "stratified recall@20",
}


def lists_section(m: Figures) -> str:
    """The section; `m` is `metrics.json`."""
    lists = m["lists"]
    if not lists:
        return section("lists", _TITLE, f"<p>{words.NO_LISTS}</p>")
    plotted = (
        ("recall_at_20", "How many of the books that were liked does a list of 20 find?"),
        ("stratified_recall_at_20", "The same, a little-read book counting for more"),
    )
    figures = "".join(
        figure(title, plots.dots(f"lists-{key}", title, _dots(lists, key), _RECALL), caption)
        for key, title in plotted
        for caption in (words.STRATIFIED if key.startswith("strat") else "",)
    )
    title = "How much is found, by how well known the books of the list are"
    figures += figure(title, frontier("frontier", lists), words.FRONTIER)
    title = "How much is found from few books, and of books that nobody has rated"
    figures += figure(title, plots.dots("lists-harder", title, _harder(lists), _RECALL), "")
    text = f"<p>{words.lists(m)}</p>\n<div class='grid'>{figures}</div>\n{_table(lists)}"
    return section("lists", _TITLE, text)


def _dots(lists: Figures, key: str) -> list[Dot]:
    return [
        dot
        for name, found in lists["methods"].items()
        for dot in Dot.of(words.LISTS[name][0], found[key], name == "personal")
    ]


def _harder(lists: Figures) -> list[Dot]:
    parts = {
        f"{size} liked {'book' if size == '1' else 'books'}": (found, "popularity")
        for size, found in lists["by_history"].items()
    }
    if lists["cold_books"]:
        parts["books nobody rated"] = (lists["cold_books"], "site_popularity")
    return [
        dot
        for row, (found, baseline) in parts.items()
        for name in (baseline, "personal")
        for dot in Dot.of(row, found["methods"][name]["recall_at_20"], name == "personal")
    ]


def _table(lists: Figures) -> str:
    rows = {
        escape(words.LISTS[name][0]): [
            *(words.interval(found[key]) for key in _COLUMNS),
            f"{found['popularity']:.2f}",
            f"{100 * found['coverage']:.1f}&nbsp;%",
            f"{100 * found['duplicates']:.1f}&nbsp;%",
        ]
        for name, found in lists["methods"].items()
    }
    heads = (*_COLUMNS.values(), "popularity", "coverage", "twice")
    return table("All figures of the lists", "method", heads, rows)


def frontier(name: str, lists: Figures) -> str:
    """Recall against popularity: each method a point, `personal` along `--novelty` a line."""
    line = [(p["popularity"], p["recall_at_20"]["value"], p["novelty"]) for p in lists["frontier"]]
    points = {
        words.LISTS[method][0]: (found["popularity"], found["recall_at_20"]["value"], method)
        for method, found in lists["methods"].items()
    }
    alt = "Recall of lists of 20 against the mean log10 of their books' ratings: " + "; ".join(
        [
            *(f"{label} {y:.3f} at {x:.2f}" for label, (x, y, _) in points.items()),
            *(f"personal at novelty {v:g} {y:.3f} at {x:.2f}" for x, y, v in line),
        ]
    )

    def draw(drawing: Figure) -> None:
        axes = drawing.subplots()
        axes.plot([x for x, _, _ in line], [y for _, y, _ in line], "-", color=OURS, linewidth=1.2)
        axes.plot([x for x, _, _ in line], [y for _, y, _ in line], ".", color=OURS, markersize=4)
        x, y, novelty = line[-1]
        axes.annotate(
            f"novelty {novelty:g}",
            (x, y),
            (0, -13),
            textcoords="offset points",
            ha="center",
            color=MUTED,
            fontsize=9,
        )
        # Those next to each other in height are named on different sides.
        for i, (label, (x, y, method)) in enumerate(sorted(points.items(), key=lambda p: p[1][1])):
            colour = OURS if method == "personal" else OTHERS
            fill = colour if method == "personal" else PAPER
            axes.plot([x], [y], "o", color=colour, markerfacecolor=fill, markersize=7)
            axes.annotate(
                label,
                (x, y),
                (7 if i % 2 else -7, 3),
                textcoords="offset points",
                ha="left" if i % 2 else "right",
                color=INK,
                fontsize=10,
            )
        axes.set_xlabel("popularity: mean log₁₀ of the ratings of a listed book")
        axes.set_ylabel("recall@20")
        axes.margins(0.16, 0.12)
        axes.grid()

    return drawn(name, alt, 4.0, draw)
