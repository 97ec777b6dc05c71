"""The report as one HTML page: inline styles, inline SVG, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bookrec.errors import UsageError
from bookrec.files import writing
from bookrec.report import plots, words
from bookrec.report.cards import figure, legend, section, table
from bookrec.report.contents import Report
from bookrec.report.lists import lists_section
from bookrec.report.plots import Dot

Figures = Mapping[str, Any]
PAGE = "index.html"
_TABLE = {
    "per_user_pearson": "per-reader Pearson",
    "per_user_spearman": "per-reader Spearman",
    "pooled_pearson": "pooled Pearson",
    "rmse": "RMSE (stars)",
    "ndcg_at_10": "nDCG@10",
    "top5_liked": "top five liked",
}


def write_report(folder: Path, report: Report) -> Path:
    """Write `index.html` into the folder, which is made if need be; returns its path.

    Raises:
        UsageError: the folder cannot be written.
    """
    target = folder / PAGE
    text = page(report)
    try:
        with writing(target) as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return target


def page(report: Report) -> str:
    """The whole page."""
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    title = f"How well bookrec predicts: {report.metrics['data']}"
    sections = (
        _head(report, title),
        _baselines(report.metrics),
        _segments(report.metrics),
        _ranking(report.metrics),
        lists_section(report.metrics),
        _stars(report.metrics),
        _fitting(report),
        _map(report),
        section("protocol", "How it was measured", words.protocol(report.metrics)),
        f"<footer>bookrec {escape(report.version)}, {escape(report.made)}. "
        "This page needs nothing beside itself.</footer>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(sections)
        + "\n</main>\n</body>\n</html>\n"
    )


def _head(report: Report, title: str) -> str:
    m = report.metrics
    ours, mean = (m["methods"][name]["per_user_pearson"] for name in ("personal", "mean"))
    lift = m["lift"]["per_user_pearson"]
    tiles = (
        (words.number(ours["value"]), "correlation of predicted and given stars, reader by reader"),
        (words.number(mean["value"]), "the same for the book's mean rating, the baseline"),
        (
            words.signed(lift["difference"]),
            f"lift, 95&nbsp;% interval {words.between(lift, words.signed)}",
        ),
        (words.number(m["methods"]["personal"]["rmse"]["value"]), "typical error (RMSE), in stars"),
    )
    cells = "".join(f'<div class="tile"><b>{v}</b><span>{t}</span></div>' for v, t in tiles)
    scope = f"{words.scope(m)} · {report.made} · bookrec {report.version}"
    return (
        f'<h1>{escape(title)}</h1>\n<p class="sub">{escape(scope)}</p>\n'
        f"{words.simulated(m)}"
        f'<section id="headline">\n<p>{words.headline(m)}</p>\n'
        f'<div class="tiles">{cells}</div>\n</section>'
    )


def _baselines(m: Figures) -> str:
    plotted = (
        (
            "per_user_pearson",
            "Within a reader: who puts a reader's books in the right order",
            "Pearson correlation, mean over readers",
            "Knowing that a reader is generous does not help here: the reader's mean counts 0.",
        ),
        (
            "pooled_pearson",
            "Over all ratings at once: who gets the stars right",
            "Pearson correlation over all ratings",
            "Here it does help, so the reader's mean is a baseline too.",
        ),
    )
    figures = "".join(
        figure(title, plots.dots(f"methods-{key}", title, _methods(m, key), axis), caption)
        for key, title, axis, caption in plotted
    )
    return section(
        "baselines",
        "Beside the baselines",
        f"<p>{words.BARS}</p>\n<div class='grid'>{figures}</div>\n{_table(m)}",
    )


def _methods(m: Figures, key: str) -> list[Dot]:
    return [
        dot
        for name, figures in m["methods"].items()
        for dot in Dot.of(words.METHODS[name][0], figures[key], name == "personal")
    ]


def _table(m: Figures) -> str:
    rows = {
        escape(words.METHODS[name][0]): [words.interval(figures[key]) for key in _TABLE]
        for name, figures in m["methods"].items()
    }
    return table("All figures", "method", list(_TABLE.values()), rows)


def _segments(m: Figures) -> str:
    parts = (
        (
            "history",
            "Correlation within a reader, by number of books the prediction was made from",
            [name for name in m["segments"] if name.startswith("history_")],
        ),
        (
            "cold",
            "Correlation within a reader, for cold books (no training rating) and warm ones",
            [name for name in ("cold_books", "warm_books") if name in m["segments"]],
        ),
    )
    figures = "".join(_segment(m, key, title, names) for key, title, names in parts)
    key = legend([("var(--ours)", "●", "personal"), ("var(--others)", "○", "the book's mean")])
    return section(
        "segments",
        "Long and short histories, cold and warm books",
        f"{key}<div class='grid'>{figures}</div>",
    )


def _segment(m: Figures, key: str, title: str, names: Sequence[str]) -> str:
    if not names:
        return figure(title, "", "Too few readers have such ratings.")
    found = [
        dot
        for name in names
        for method in ("mean", "personal")
        for dot in Dot.of(
            words.SEGMENTS.get(name, name),
            m["segments"][name]["methods"][method]["per_user_pearson"],
            method == "personal",
        )
    ]
    svg = plots.dots(f"segment-{key}", title, found, "Pearson correlation, mean over readers")
    return figure(title, svg, words.segments(m["segments"], names))


def _ranking(m: Figures) -> str:
    plotted = (
        (
            "ndcg_at_10",
            "Are the best-liked books at the top of the list?",
            "nDCG@10 (1 is the best order there is)",
        ),
        (
            "top5_liked",
            "Of the five books predicted highest, how many got 4 or 5 stars?",
            "share of the five (0 to 1)",
        ),
    )
    figures = "".join(
        figure(title, plots.dots(f"ranking-{key}", title, _methods(m, key), axis), "")
        for key, title, axis in plotted
    )
    text = f"<p>{words.ranking(m)}</p>\n<div class='grid'>{figures}</div>"
    return section("ranking", "The held-out books in order", text)


def _stars(m: Figures) -> str:
    figures = figure(
        "Given stars against predicted stars, in ten groups of equally many predictions",
        plots.calibration("calibration", m["calibration"]),
        words.calibration(m["calibration"]),
    ) + figure(
        "The error of a prediction, by how confident it was",
        plots.confidence("confidence", m["confidence"]),
        words.confidence(m["confidence"]),
    )
    return section(
        "calibration", "Do the stars mean what they say?", f"<div class='grid'>{figures}</div>"
    )


def _fitting(report: Report) -> str:
    curve = "Correlation on validation rows, by the weight of the reader's own taste"
    learning = "Training of the projection: loss, recall of lists"
    figures = figure(
        curve, plots.alpha_curve("alpha", report.alpha_curve, report.alpha), words.ALPHA
    )
    if report.learning:
        svg = plots.learning_curve("learning", report.learning, report.kept)
        figures += figure(learning, svg, words.learning(report.kept))
    else:
        figures += figure(learning, "", "The workspace holds no record of the training.")
    return section("fitting", "How it was fitted", f"<div class='grid'>{figures}</div>")


def _map(report: Report) -> str:
    books = report.books
    title = f"Where the {len(books.places):,} most rated books lie, coloured by main genre"
    entries = [
        (f"var(--genre-{i + 1})", plots.SIGNS[i], f"{genre} ({int((books.genre == i).sum()):,})")
        for i, genre in enumerate(books.legend)
    ]
    entries.append(("var(--muted)", "•", f"other ({int((books.genre < 0).sum()):,})"))
    svg = legend(entries) + plots.book_map("map", books)
    return section("map", "A map of the books", figure(title, svg, words.MAP, "wide"))
