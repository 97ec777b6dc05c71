"""Lists of recommended books, as a table or as records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec.errors import BookrecError, TitleError, UsageError
from bookrec.show.formats import (
    ALL_COLUMNS,
    Columns,
    Format,
    select_fields,
    write_line,
    write_records,
)
from bookrec.show.histories import write_unmatched
from bookrec.show.screen import Screen

if TYPE_CHECKING:
    from bookrec.catalogue.book import Book
    from bookrec.prediction.reasons import Because, Reasons
    from bookrec.show.tables import Column
    from bookrec.stages.recommend import Recommendation, RecommendResult


def recommended(
    screen: Screen,
    format: Format,
    result: RecommendResult,
    unmatched: Path | None = None,
    columns: Columns = ALL_COLUMNS,
    reasons: bool = True,
) -> None:
    """Show a list, and its notes on stderr; write unmatched history rows to a file.

    `reasons` False leaves the reasons out of the table.
    """
    write_unmatched(screen, unmatched, result.unmatched)
    for note in result.notes:
        screen.say(note)
    if not result.recommendations:
        screen.say("No books left. Loosen the filters: --series any, a wider --year, no --genre.")
    if format is Format.TABLE and not columns.fields:
        screen.table(*_table(result.recommendations, reasons))
    else:
        screen.records([r.as_dict() for r in result.recommendations], format, columns)


def _table(found: Sequence[Recommendation], reasons: bool) -> tuple[list[Column], list[list[str]]]:
    """Return columns and rows.

    With `--like` alone there is no reader to predict stars for: genres take the place of reasons.
    """
    asked = any(r.reasons.likeness is not None for r in found)
    no_history = not any(r.reasons.because or r.reasons.others.books for r in found)
    mood_only = asked and no_history
    columns: list[Column] = [
        ("", "right"),
        ("title", "left"),
        ("author", "left"),
        ("year", "right"),
    ]
    columns += [] if mood_only else [("predicted", "right")]
    columns.append(("mean", "right"))
    columns += [("likeness", "right")] if asked else []
    columns += [("genres" if mood_only else "why", "left")] if reasons else []
    return columns, [_cells(r, {name for name, _ in columns}) for r in found]


def _cells(recommendation: Recommendation, columns: set[str]) -> list[str]:
    r = recommendation.reasons
    cells = {
        "": str(recommendation.rank),
        "title": full_title(r),
        "author": r.book.authors[0] if r.book.authors else "",
        "year": str(r.book.year or ""),
        "predicted": f"{r.predicted:.1f}",
        "mean": "–" if r.book.mean_rating is None else f"{r.book.mean_rating:.1f}",
        "likeness": "" if r.likeness is None else f"{r.likeness:.2f}",
        "genres": ", ".join(r.book.genres[:3]).lower(),
        "why": _reason(r),
    }
    return [cell for name, cell in cells.items() if name in columns]


def batch(
    screen: Screen,
    format: Format | None,
    lists: Iterable[tuple[str, RecommendResult | BookrecError]],
    columns: Columns,
) -> bool:
    """Show one list per title, each as soon as it is made; return whether all were found.

    Raises:
        UsageError: the format is TABLE, or the books have no such field.
    """
    if format is Format.TABLE:
        raise UsageError("--titles has no table format.", "Use ndjson, json, csv or tsv.")
    out, header, all_found = format or Format.NDJSON, columns.header, True
    entries: list[dict[str, Any]] = []
    for seed, result in lists:
        failed = isinstance(result, BookrecError)
        all_found = all_found and not failed
        if out in (Format.JSON, Format.NDJSON):
            entry = _entry(screen, seed, result, columns)
            if out is Format.NDJSON:
                write_line(entry)
            entries.append(entry)
        elif isinstance(result, BookrecError):
            screen.fail(result)
        else:
            rows = [{"seed": seed, **row} for row in _rows(result, columns)]
            write_records(rows, out, header)
            header = header and not rows
    if out is Format.JSON:
        write_records(entries, Format.JSON)
    return all_found


def _entry(
    screen: Screen, seed: str, result: RecommendResult | BookrecError, columns: Columns
) -> dict[str, Any]:
    if isinstance(result, BookrecError):
        candidates = list(result.candidates) if isinstance(result, TitleError) else []
        return {"seed": seed, "error": result.message, "candidates": candidates}
    for note in result.notes:
        screen.detail(note)
    return {"seed": seed, "recommendations": list(_rows(result, columns))}


def _rows(result: RecommendResult, columns: Columns) -> Sequence[dict[str, Any]]:
    return select_fields([r.as_dict() for r in result.recommendations], columns.fields)


def full_title(r: Reasons) -> str:
    """Return the title of the book with its series and volume."""
    return title_in_series(r.book)


def title_in_series(book: Book) -> str:
    """Return "Dune Messiah (Dune #2)"."""
    title, series, volume = book.title, book.series, book.volume
    if not series or series == title:
        return title
    return f"{title} ({series} #{volume:g})" if volume is not None else f"{title} ({series})"


def short_title(title: str) -> str:
    """Return the title without its subtitle."""
    return title.split(": ")[0]


def _reason(r: Reasons) -> str:
    """Return why a book is on the list, in a few words.

    The stars of `because` are all positive or all negative (`causes.leading`). With `--like`, the
    words asked for that the book is about are the reason.
    """
    because = r.because
    if r.matches:
        return f"about {', '.join(r.matches)}"
    if not because or because[0].stars < 0:
        if r.likeness is not None:
            return ""
        basis = [] if r.book.mean_rating is None else ["for its ratings"]
        against = _despite(because[0]) if because else "with no similar book in your history"
        return ", ".join([*basis, against])
    if because[0].rating is None and len(because) == 1:
        shared = f": {', '.join(because[0].alike)}" if because[0].alike else ""
        return f"like {short_title(because[0].title)}{shared}"
    return f"because {_named(because[:2])}"


def _named(because: Sequence[Because]) -> str:
    """Return "you gave Dune 5★", or "of Dune and Emma (4★)" if one was not rated."""
    titles = [short_title(b.title) for b in because]
    if all(b.rating is not None for b in because):
        rated = [f"{t} {b.rating:g}★" for t, b in zip(titles, because, strict=True)]
        return f"you gave {' and '.join(rated)}"
    stars = ["" if b.rating is None else f" ({b.rating:g}★)" for b in because]
    return f"of {' and '.join(map(str.__add__, titles, stars))}"


def _despite(because: Because) -> str:
    stars = "" if because.rating is None else f"your {because.rating:g}★ for "
    return f"despite {stars}{short_title(because.title)}"
