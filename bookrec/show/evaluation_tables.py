"""The tables of `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bookrec.report.methods import LIST_METHODS, STAR_METHODS
from bookrec.show.figures import (
    difference,
    interval,
    percent,
    value,
    what_was_predicted,
)
from bookrec.show.one_reader import TOO_FEW_LIKED, one_reader
from bookrec.show.screen import Screen
from bookrec.text import count

if TYPE_CHECKING:
    from bookrec.show.tables import Column

_SEGMENTS = {
    "without_hindsight": "without hindsight",
    "cold_books": "cold books",
    "warm_books": "warm books",
    "history_0_19": "0–19 books",
    "history_20_49": "20–49 books",
    "history_50_99": "50–99 books",
    "history_100_plus": "100 or more",
}
_SHORT_LIST_METHODS = ("site_popularity", "popularity", "ease", "text", "personal")


def show_tables(screen: Screen, m: dict[str, Any]) -> None:
    """Show the metrics of the command line's contract (docs/cli.md)."""
    several, lists = m["readers"] > 1, m["lists"]
    if not several:
        screen.lines([*one_reader(m), ""])
    _stars(screen, m)
    if m["segments"]:
        _segments(screen, m)
    if several:
        _ranking(screen, m)
        screen.lines([*_star_sentences(m), ""])
    if lists:
        _lists(screen, lists)
        if several:
            _short_and_cold(screen, lists)
            screen.lines([_list_lift(lists), ""])
    elif several:
        screen.lines([TOO_FEW_LIKED, ""])


def _table(
    screen: Screen,
    first: str,
    headings: tuple[str, ...],
    rows: list[list[str]],
    title: str,
    notes: Sequence[str] = (),
) -> None:
    columns: list[Column] = [(first, "left"), *((heading, "right") for heading in headings)]
    screen.table(columns, rows, title, notes)


def _described(methods: Mapping[str, str]) -> list[str]:
    return [f"{name}: {description}" for name, description in methods.items()]


def _stars(screen: Screen, m: dict[str, Any]) -> None:
    cut = f" Histories cut to {m['max_history']} books." if m["max_history"] else ""
    several = m["readers"] > 1  # a single reader's pooled correlation is the same
    _table(
        screen,
        "method",
        (
            "Pearson per reader",
            "Spearman",
            *(("Pearson pooled",) if several else ()),
            "RMSE",
            "coverage",
        ),
        [
            [
                name,
                interval(v["per_user_pearson"]),
                value(v["per_user_spearman"]),
                *((interval(v["pooled_pearson"]),) if several else ()),
                value(v["rmse"]),
                percent(v["coverage"]),
            ]
            for name, v in m["methods"].items()
        ],
        f"Stars: {m['ratings']:,} {what_was_predicted(m)}; {count(m['readers'], 'reader')}. "
        f"Protocol: {m['protocol']}. Data: {m['data']}.{cut}",
        _described(STAR_METHODS),
    )


def _segments(screen: Screen, m: dict[str, Any]) -> None:
    _table(
        screen,
        "segment",
        ("readers", "ratings", "mean", "personal", "lift"),
        [
            [
                _SEGMENTS[name],
                f"{s['readers']:,}",
                f"{s['ratings']:,}",
                value(s["methods"]["mean"]["per_user_pearson"]),
                value(s["methods"]["personal"]["per_user_pearson"]),
                difference(s["lift"]["per_user_pearson"]),
            ]
            for name, s in m["segments"].items()
        ],
        "Pearson per reader, by segment: readers with 3 or more ratings in it",
        [
            "without hindsight: no later volume of the book's series in the history",
            "cold books: no training rating; warm books: the others",
            "numbers of books: length of the history",
        ],
    )


def _ranking(screen: Screen, m: dict[str, Any]) -> None:
    ranking = m["ranking"]
    _table(
        screen,
        "method",
        ("nDCG@10", "top 5 liked"),
        [
            [name, interval(v["ndcg_at_10"]), interval(v["top5_liked"])]
            for name, v in m["methods"].items()
        ],
        f"Held-out books in order of predicted stars: {count(ranking['readers'], 'reader')} with "
        f"{ranking['min_rows']} or more",
    )


def _star_sentences(m: dict[str, Any]) -> list[str]:
    return [
        f"Lift of personal over mean: {difference(m['lift']['per_user_pearson'])} Pearson per "
        "reader, paired by reader.",
        f"Calibration slope of personal: {interval(m['calibration']['slope'])}. At 1, one more "
        "predicted star means one more given star.",
        "RMSE of personal by quintile of confidence, lowest first: "
        f"{', '.join(value(quintile['rmse']) for quintile in m['confidence'])}.",
        f"{count(m['undefined_readers'], 'reader')} gave all their held-out books the same stars "
        "and are left out of the correlations.",
        "Intervals in parentheses are 95% intervals from a bootstrap over readers.",
    ]


def _lists(screen: Screen, lists: dict[str, Any]) -> None:
    methods = lists["methods"]
    _table(
        screen,
        "method",
        ("recall@20", "nDCG@20", "stratified recall@20"),
        [
            [
                name,
                interval(v["recall_at_20"]),
                value(v["ndcg_at_20"]),
                interval(v["stratified_recall_at_20"]),
            ]
            for name, v in methods.items()
        ],
        f"Lists of 20 out of {lists['candidates']:,} books: {count(lists['readers'], 'reader')}, "
        f"{count(lists['targets'], 'held-out book')} with 4 or 5 stars",
        _described(LIST_METHODS),
    )
    _table(
        screen,
        "method",
        ("popularity", "coverage", "duplicates"),
        [
            [
                name,
                f"{v['popularity']:.2f}",
                percent(v["coverage"], 1),
                percent(v["duplicates"], 1),
            ]
            for name, v in methods.items()
        ],
        "The books on these lists",
        [
            "popularity: mean log10(ratings + 10)",
            "coverage: share of the candidates that appear in any list",
            "duplicates: share of a list that repeats a work",
        ],
    )


def _short_and_cold(screen: Screen, lists: dict[str, Any]) -> None:
    """Lists from short histories, and of books without a rating."""
    parts = {
        f"{n} liked {'book' if n == '1' else 'books'}": v for n, v in lists["by_history"].items()
    }
    if lists["cold_books"]:
        parts["cold books"] = lists["cold_books"]
    methods = [n for n in _SHORT_LIST_METHODS if any(n in v["methods"] for v in parts.values())]
    _table(
        screen,
        "",
        ("readers", *methods),
        [
            [
                name,
                f"{v['readers']:,}",
                *(
                    value(v["methods"][n]["recall_at_20"]) if n in v["methods"] else ""
                    for n in methods
                ),
            ]
            for name, v in parts.items()
        ],
        "Recall@20 from short histories, and for cold books",
        [
            "A short history keeps that many liked books. Cold books have no known rating and are "
            "ranked among themselves.",
        ],
    )


def _list_lift(lists: dict[str, Any]) -> str:
    lift = lists["lift"]
    return (
        f"Lift of personal over {lift['over']}: {difference(lift['recall_at_20'])} recall@20, "
        "paired by reader."
    )
