"""Lists of books as a person reads them, or as records for a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec.errors import BookrecError, TitleError, UsageError
from bookrec.show.histories import keep_unmatched
from bookrec.show.screen import ALL_COLUMNS, Columns, Format, Screen

if TYPE_CHECKING:
    from bookrec.prediction.reasons import Reasons
    from bookrec.stages.recommend import Recommendation, RecommendResult


_RIGHT = {"", "year", "yours", "mean", "like"}


def recommended(
    screen: Screen,
    format: Format,
    result: RecommendResult,
    unmatched: Path | None = None,
    columns: Columns = ALL_COLUMNS,
) -> None:
    """The list; remarks on stderr; rows that found no book to a file."""
    keep_unmatched(screen, unmatched, result.unmatched)
    for note in result.notes:
        screen.say(note)
    if not result.recommendations:
        screen.say("No book passes. Loosen a filter: --series any, a wider --year, fewer --genre.")
    if format is not Format.TABLE or columns.fields:
        rows = [r.as_dict() for r in result.recommendations]
        screen.records(rows, format, columns.fields, columns.header)
        return
    names, cells = _table(result.recommendations, columns.why)
    screen.table([(n, "right" if n in _RIGHT else "left") for n in names], cells)


def _table(found: Sequence[Recommendation], why: bool) -> tuple[list[str], list[list[str]]]:
    """Column names and cells; without a history no stars of the reader's are claimed."""
    asked = any(r.reasons.likeness is not None for r in found)
    blank = not any(r.reasons.because or r.reasons.others.books for r in found)
    names = ["", "title", "author", "year", "yours", "mean", "like", "why"]
    cells = [_cells(r, asked) for r in found]
    if asked and blank:
        names[-1] = "what"
        genres = [", ".join(r.reasons.book.genres[:3]).lower() for r in found]
        cells = [[*c[:-1], g] for c, g in zip(cells, genres, strict=True)]
    hidden = {*(() if asked else ("like",)), *(("yours",) if asked and blank else ())}
    hidden |= set() if why else {"why"}
    shown = [i for i, name in enumerate(names) if name not in hidden]
    return [names[i] for i in shown], [[c[i] for i in shown] for c in cells]


def batch(
    screen: Screen,
    format: Format | None,
    lists: Iterable[tuple[str, RecommendResult | BookrecError]],
    columns: Columns,
) -> bool:
    """A list a seed, each as soon as it is there; whether every seed was found."""
    if format is Format.TABLE:
        raise UsageError("Lists of several titles make no table.", "Use ndjson, json, csv or tsv.")
    out, first, all_found = format or Format.NDJSON, columns.header, True
    whole: list[dict[str, Any]] = []
    for seed, result in lists:
        failed = isinstance(result, BookrecError)
        all_found = all_found and not failed
        if out in (Format.JSON, Format.NDJSON):
            entry = _batch_entry(screen, seed, result, columns)
            if out is Format.NDJSON:
                screen.line(entry)
            whole.append(entry)
        elif isinstance(result, BookrecError):
            screen.fail(result)
        else:
            rows = [
                {"seed": seed, **_chosen(screen, r.as_dict(), columns)}
                for r in result.recommendations
            ]
            screen.records(rows, out, (), first)
            first = first and not rows
    if out is Format.JSON:
        screen.records(whole, Format.JSON)
    return all_found


def _batch_entry(
    screen: Screen, seed: str, result: RecommendResult | BookrecError, columns: Columns
) -> dict[str, Any]:
    if isinstance(result, BookrecError):
        near = list(result.candidates) if isinstance(result, TitleError) else []
        return {"seed": seed, "error": result.message, "candidates": near}
    for note in result.notes:
        screen.detail(note)
    found = [_chosen(screen, r.as_dict(), columns) for r in result.recommendations]
    return {"seed": seed, "recommendations": found}


def _chosen(screen: Screen, row: dict[str, Any], columns: Columns) -> dict[str, Any]:
    return screen.choose([row], columns.fields)[0]


def _cells(recommendation: Recommendation, asked: bool) -> list[str]:
    r = recommendation.reasons
    return [
        str(recommendation.rank),
        title_of(r),
        r.book.authors[0] if r.book.authors else "",
        str(r.book.year or ""),
        f"{r.predicted:.1f}",
        "–" if r.book.mean_rating is None else f"{r.book.mean_rating:.1f}",
        "" if r.likeness is None else f"{r.likeness:.2f}",
        _reason(r, asked),
    ]


def title_of(r: Reasons) -> str:
    """The title with its series and volume."""
    title, series, volume = r.book.title, r.book.series, r.book.volume
    if not series or series == title:
        return title
    return f"{title} ({series} #{volume:g})" if volume is not None else f"{title} ({series})"


def _reason(r: Reasons, asked: bool = False) -> str:
    """ "because you gave Hyperion 5★ and Foundation 4★", or what one loved book has in common."""
    because = r.because
    if (not because or because[0].stars < 0) and asked:
        return ""
    known = r.book.mean_rating is not None
    if not because:
        against = "nothing you read says otherwise"
        return f"well rated, and {against}" if known else against
    first = because[0]
    if first.stars < 0:
        title = short(first.title)
        did = f"gave {title} {first.rating:g}★" if first.rating is not None else f"read {title}"
        return f"well rated, though you {did}" if known else f"though you {did}"
    if first.rating is None and len(because) == 1:
        return f"like {short(first.title)}" + (f": {', '.join(first.alike)}" if first.alike else "")
    parts = [
        f"{short(b.title)} {b.rating:g}★" if b.rating is not None else short(b.title)
        for b in because[:2]
    ]
    gave = "gave" if first.rating is not None else "love"
    return f"because you {gave} {' and '.join(parts)}"


def short(title: str) -> str:
    """A title without its subtitle."""
    return title.split(": ")[0]
