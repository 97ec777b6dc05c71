"""What `evaluate` measured, as a person reads it or as records for a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bookrec.show.figures import difference, interval, value, what_was_predicted
from bookrec.show.one_reader import TOO_FEW_LIKED, one_reader
from bookrec.show.screen import Format, Screen

if TYPE_CHECKING:
    from bookrec.stages.evaluate import EvaluateResult


_NOTES = {
    "mean": "the book's mean, damped, shrunk to the site-wide mean: the baseline of stars",
    "reader_mean": "what this reader usually gives",
    "bias": "the book's mean, the reader's offset, loyalty to series and author",
    "popularity": "what most of the known readers have read",
    "itemknn": "what goes with the books read, by who has read both",
    "ease": "the same by a ridge regression of each book on all others: the baseline of lists",
    "text": "by unprojected text vectors",
    "personal": "by the trained vectors: what recommend uses",
    "shown": "that list after series order and caps, as recommend prints it",
}
_RANKING = ("ndcg_at_10", "top5_liked")
_STARS = ("per_user_pearson", "per_user_spearman", "pooled_pearson", "rmse", *_RANKING)
_LISTS = ("recall_at_20", "ndcg_at_20", "stratified_recall_at_20")
_PLAIN = {"popularity": "popularity", "coverage": "list_coverage", "duplicates": "duplicates"}


def evaluated(screen: Screen, format: Format, result: EvaluateResult) -> None:
    """Every method's figures with intervals, the lift and the segments."""
    m = result.metrics
    if format is Format.JSON:
        screen.object(m)
    elif format is not Format.TABLE:
        screen.records([m] if format is Format.NDJSON else _records(m), format)
    else:
        _tables(screen, m)
        if result.report is not None:
            screen.say(f"Report: {result.report}")


def _records(m: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a method: its figures of stars, then of lists; empty where it has none."""
    lists = m["lists"]["methods"] if m["lists"] else {}
    rows = []
    for name in dict.fromkeys((*m["methods"], *lists)):
        stars, found = m["methods"].get(name), lists.get(name)
        rows.append(
            {
                "method": name,
                **_cells(stars, _STARS),
                "coverage": stars["coverage"] if stars else None,
                **_cells(found, _LISTS),
                **{column: found[key] if found else None for key, column in _PLAIN.items()},
            }
        )
    return rows


def _cells(figures: Mapping[str, Any] | None, names: tuple[str, ...]) -> dict[str, Any]:
    ends = ("value", "low", "high")
    return {f"{n}_{e}": figures[n][e] if figures else None for n in names for e in ends}


def _tables(screen: Screen, m: dict[str, Any]) -> None:
    if m["readers"] == 1:
        screen.lines([*one_reader(m), ""])
    _correlations(screen, m)
    if m["segments"]:
        _segments(screen, m)
    if m["readers"] > 1:
        _order(screen, m)
    if m["lists"]:
        _lists(screen, m["lists"])
        if m["readers"] > 1:
            _harder(screen, m["lists"])
    if m["readers"] > 1:
        _in_words(screen, m)
    screen.lines([f"  {name:<12}{note}" for name, note in _NOTES.items()])


def _correlations(screen: Screen, m: dict[str, Any]) -> None:
    heads = ("per-reader Pearson (95 %)", "Spearman", "pooled Pearson (95 %)", "RMSE", "coverage")
    screen.table(
        [("method", "left"), *((head, "right") for head in heads)],
        [
            [
                name,
                interval(v["per_user_pearson"]),
                value(v["per_user_spearman"]),
                interval(v["pooled_pearson"]),
                value(v["rmse"]),
                f"{100 * v['coverage']:.0f} %",
            ]
            for name, v in m["methods"].items()
        ],
        title=f"Stars: {m['ratings']:,} {what_was_predicted(m)}, {_readers(m['readers'])} "
        f"({m['protocol']}{_cut(m)}; {m['data']})",
    )


def _cut(m: dict[str, Any]) -> str:
    return f", histories cut to {m['max_history']}" if m["max_history"] else ""


def _readers(number: int) -> str:
    return "one reader" if number == 1 else f"{number:,} readers"


def _segments(screen: Screen, m: dict[str, Any]) -> None:
    heads = ("readers", "ratings", "mean", "personal", "lift (95 %)")
    screen.table(
        [("where", "left"), *((head, "right") for head in heads)],
        [
            [
                name.replace("_", " "),
                f"{s['readers']:,}",
                f"{s['ratings']:,}",
                value(s["methods"]["mean"]["per_user_pearson"]),
                value(s["methods"]["personal"]["per_user_pearson"]),
                difference(s["lift"]["per_user_pearson"]),
            ]
            for name, s in m["segments"].items()
        ],
        title="Per-reader Pearson by segment (readers with 3 or more such rows)",
    )


def _order(screen: Screen, m: dict[str, Any]) -> None:
    screen.table(
        [("method", "left"), ("nDCG@10 (95 %)", "right"), ("top-5 liked (95 %)", "right")],
        [[name, *(interval(v[k]) for k in _RANKING)] for name, v in m["methods"].items()],
        title=f"The held-out books in order of stars: {_readers(m['ranking']['readers'])} with "
        f"{m['ranking']['min_rows']} or more",
    )


def _lists(screen: Screen, lists: dict[str, Any]) -> None:
    heads = ("recall@20 (95 %)", "nDCG@20", "stratified (95 %)", "popularity", "coverage", "twice")
    screen.table(
        [("method", "left"), *((head, "right") for head in heads)],
        [
            [
                name,
                interval(v["recall_at_20"]),
                value(v["ndcg_at_20"]),
                interval(v["stratified_recall_at_20"]),
                f"{v['popularity']:.2f}",
                f"{100 * v['coverage']:.1f} %",
                f"{100 * v['duplicates']:.1f} %",
            ]
            for name, v in lists["methods"].items()
        ],
        title=f"Lists of 20 out of {lists['candidates']:,} books: {_readers(lists['readers'])}, "
        f"{lists['targets']:,} held-out books given 4 or 5 stars",
    )


def _harder(screen: Screen, lists: dict[str, Any]) -> None:
    """Short histories, and books that nobody has rated."""
    told = {
        f"{n} liked {'book' if n == '1' else 'books'}": v for n, v in lists["by_history"].items()
    }
    if lists["cold_books"]:
        told["books nobody rated, among themselves"] = lists["cold_books"]
    baselines = ("site_popularity", "popularity", "ease", "text", "personal")
    shown = [n for n in baselines if any(n in v["methods"] for v in told.values())]
    screen.table(
        [("recall@20 from", "left"), ("readers", "right"), *((n, "right") for n in shown)],
        [
            [
                name,
                f"{v['readers']:,}",
                *(
                    value(v["methods"][n]["recall_at_20"]) if n in v["methods"] else ""
                    for n in shown
                ),
            ]
            for name, v in told.items()
        ],
        title="Lists where it is harder",
    )


def _in_words(screen: Screen, m: dict[str, Any]) -> None:
    lines = [
        f"A predicted star more is {interval(m['calibration']['slope'])} given stars more "
        "(personal).",
        "RMSE by fifths of confidence, lowest to highest: "
        f"{'  '.join(value(f['rmse']) for f in m['confidence'])}.",
        f"Lift of personal over mean: {difference(m['lift']['per_user_pearson'])}, "
        "95 %, paired by reader.",
        f"{m['undefined_readers']} readers gave all their held-out books the same stars and "
        "are left out of the correlations.",
    ]
    if m["lists"]:
        gain = m["lists"]["lift"]["recall_at_20"]
        lines.append(
            f"Recall@20 of personal over ease: {difference(gain)}, 95 %, paired by reader."
        )
    else:
        lines.append(TOO_FEW_LIKED)
    screen.lines(lines)
