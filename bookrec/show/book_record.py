"""What is known of one book, as a page on the terminal or as a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookrec.show.books import title_in_series
from bookrec.show.formats import ALL_COLUMNS, Columns, Format, select_fields, write_object
from bookrec.show.screen import Screen
from bookrec.text import count

if TYPE_CHECKING:
    from bookrec.catalogue.book import Book
    from bookrec.catalogue.titles import Series
    from bookrec.finder.series_volumes import Volume
    from bookrec.show.tables import Column
    from bookrec.stages.show_book import ShownBook

_EDITIONS = 10  # with a row of their own
_VOLUMES = 15  # of a series in the page; more are cut before and after the book
_SETS = 5


def shown(
    screen: Screen, format: Format, result: ShownBook, columns: Columns = ALL_COLUMNS
) -> None:
    """Show the book, and on stderr how it was found; in csv and tsv only its main fields."""
    for note in result.notes:
        screen.say(note)
    if format is Format.JSON:
        write_object(dict(*select_fields([result.as_dict()], columns.fields)))
    elif format is Format.NDJSON:
        screen.records([result.as_dict()], format, columns)
    elif format is not Format.TABLE or columns.fields:
        screen.records([result.main_fields()], format, columns)
    else:
        _page(screen, result)


def _page(screen: Screen, result: ShownBook) -> None:
    book = result.book
    by = f" by {book.author}" if book.authors else ""
    screen.table([("", "left"), ("", "left")], _facts(result), title=f"{title_in_series(book)}{by}")
    if book.description:
        screen.text([book.description, ""])
    for series, volumes in result.series:
        if len(volumes) > 1:
            _series(screen, book, series, volumes)
    _editions(screen, result)


def _facts(result: ShownBook) -> list[list[str]]:
    b = result.book
    facts = {
        "kind": "" if result.kind == "book" else result.kind,
        "series": ", ".join(_place(series) for series, _ in result.series),
        "year": str(b.year or ""),
        "pages": f"{b.pages:,}" if b.pages else "",
        "language": b.language,
        "genres": ", ".join(b.genres),
        "mean rating": _mean(b.mean_rating, b.ratings_count),
        "in this catalogue": _mean(result.mean_here, result.ratings_here),
        "contains": "; ".join(title_in_series(part) for part in result.contains),
        "also in": _sets(result.also_in),
        "Goodreads": result.goodreads or "",
        "Open Library": result.open_library or "",
    }
    return [[name, value] for name, value in facts.items() if value]


def _place(series: Series) -> str:
    return series.name if series.volume is None else f"{series.name} #{series.volume:g}"


def _mean(mean: float | None, ratings: int) -> str:
    number = count(ratings, "rating") if ratings else ""
    if mean is None:
        return number
    return f"{mean:.2f} from {number}" if number else f"{mean:.2f}"


def _sets(sets: Sequence[Book]) -> str:
    named = [b.title for b in sets[:_SETS]]
    return "; ".join([*named, *_more(len(sets) - len(named))])


def _more(number: int) -> list[str]:
    return [f"and {number:,} more"] if number > 0 else []


def _series(screen: Screen, book: Book, series: Series, volumes: Sequence[Volume]) -> None:
    """Show the volumes with the book marked; of a long series, those around the book."""
    place = next(i for i, v in enumerate(volumes) if v.book == book)
    start = max(0, min(place - _VOLUMES // 2, len(volumes) - _VOLUMES))
    near = volumes[start : start + _VOLUMES]
    columns: list[Column] = [("", "left"), ("", "right"), ("title", "left"), ("year", "right")]
    rows = [
        [
            "▸" if v.book == book else "",
            "" if v.number is None else f"{v.number:g}",
            v.book.title,
            str(v.book.year or ""),
        ]
        for v in near
    ]
    if len({v.book.author for v in volumes}) > 1:
        columns.insert(3, ("author", "left"))
        rows = [[*row[:3], v.book.author, row[3]] for row, v in zip(rows, near, strict=True)]
    more = f'{len(near)} of {len(volumes)}. All: bookrec search --series "{series.name}" -n 99'
    books = count(sum(v.kind == "book" for v in volumes), "book")
    screen.table(
        columns, rows, f"{series.name}: {books}", [more] if len(near) < len(volumes) else []
    )


def _editions(screen: Screen, result: ShownBook) -> None:
    first = result.editions[:_EDITIONS]
    rest = len(result.editions) - len(first)
    screen.table(
        [("title", "left"), ("language", "left"), ("ISBN", "left"), ("ratings", "right")],
        [
            [e.title, e.language, e.isbn, f"{e.ratings_count:,}" if e.ratings_count else "–"]
            for e in first
        ],
        title=count(len(result.editions), "edition"),
        notes=[f"{text}." for text in _more(rest)],
    )
