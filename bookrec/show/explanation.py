"""One book's prediction as a person reads it, part by part, or as a record for a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookrec.show.books import short, title_of
from bookrec.show.screen import Format, Screen

if TYPE_CHECKING:
    from bookrec.catalogue.book import Book
    from bookrec.prediction.reasons import Because
    from bookrec.stages.explain import Explanation


_SHOWN = 12  # books with a row of their own


def explained(screen: Screen, format: Format, result: Explanation) -> None:
    """A book's prediction part by part, its place, and why it is not listed."""
    for note in result.notes:
        screen.say(note)
    if format is Format.JSON:
        screen.object(result.as_dict())
        return
    if format is not Format.TABLE:
        screen.records([result.as_dict()], format)
        return
    r = result.reasons
    rows = [["expected for anyone", f"{r.expected:.3f}", "", _mean_told(r.book)]]
    rows += [
        [short(b.title), f"{b.stars:+.3f}", _percent(b.share), _told(b)] for b in r.because[:_SHOWN]
    ]
    rows += _further(r.because[_SHOWN:])
    if r.loyalty:
        rows.append(["series and author, so far", f"{r.loyalty:+.3f}", "", ""])
    rows.append(["personal part", f"{r.personal:+.3f}", "", ""])
    if r.clipped:
        rows.append(["the scale ends there", f"{r.clipped:+.3f}", "", ""])
    rows.append(["predicted for you", f"{r.predicted:.3f}", "", f"confidence {r.confidence:.2f}"])
    by = f" by {r.book.author}" if r.book.authors else ""
    names = [("", "left"), ("stars", "right"), ("share", "right"), ("", "left")]
    screen.table(names, rows, title=f"{title_of(r)}{by}")
    screen.lines(_verdict(result))


def _further(rest: Sequence[Because]) -> list[list[str]]:
    """The books that have no row of their own, those for and those against it apart: their shares
    would cancel otherwise, and the shares of all rows not make the whole."""
    for_it = [b for b in rest if (b.share or b.stars) >= 0]
    against = [b for b in rest if (b.share or b.stars) < 0]
    return [
        [
            f"{len(books)} further {'book' if len(books) == 1 else 'books'} {side}",
            f"{sum(b.stars for b in books):+.3f}",
            _percent(None if books[0].share is None else sum(b.share or 0 for b in books)),
            "",
        ]
        for books, side in ((for_it, "for it"), (against, "against it"))
        if books
    ]


def _mean_told(book: Book) -> str:
    """What readers give the book, beside what the model expects."""
    if book.mean_rating is None:
        return "what its readers give it is not known"
    of = f" ({book.ratings_count:,} ratings)" if book.ratings_count else ""
    return f"its readers give it {book.mean_rating:.2f}{of}"


def _verdict(result: Explanation) -> list[str]:
    place = f"By score alone it is number {result.place:,} of {result.among:,}."
    if not result.why_not:
        return [f"Recommended: number {result.rank} of the list. {place}"]
    return ["Not recommended:", *(f"  {b.text}" for b in result.why_not), place]


def _told(because: Because) -> str:
    given = f"you gave it {because.rating:g}★" if because.rating is not None else ""
    return "; ".join(part for part in (given, ", ".join(because.alike)) if part)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"
