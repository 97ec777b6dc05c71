"""The prediction for one book, part by part, as a table or as a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookrec.show.books import full_title, short_title
from bookrec.show.figures import percent
from bookrec.show.formats import Format, write_object
from bookrec.show.screen import Screen
from bookrec.text import count

if TYPE_CHECKING:
    from bookrec.catalogue.book import Book
    from bookrec.prediction.reasons import Because, Reasons
    from bookrec.stages.explain import Explanation


_SHOWN = 12  # books with a row of their own


def explained(screen: Screen, format: Format, result: Explanation) -> None:
    """Show the parts of a prediction, the book's rank, and why it is not on the list."""
    for note in result.notes:
        screen.say(note)
    if format is Format.JSON:
        write_object(result.as_dict())
    elif format is not Format.TABLE:
        screen.records([result.as_dict()], format)
    else:
        r = result.reasons
        by = f" by {r.book.author}" if r.book.authors else ""
        screen.table(
            [("", "left"), ("stars", "right"), ("share", "right"), ("", "left")],
            _parts(r),
            title=f"{full_title(r)}{by}",
        )
        screen.lines(_verdict(result))


def _parts(r: Reasons) -> list[list[str]]:
    """Return a row per part: books and loyalty sum to the personal part."""
    rows = [["expected for any reader", f"{r.expected:.3f}", "", _mean_rating(r.book)]]
    rows += [
        [short_title(b.title), f"{b.stars:+.3f}", _share(b.share), _link(b)]
        for b in r.because[:_SHOWN]
    ]
    rows += _other_books(r.because[_SHOWN:])
    if r.loyalty:
        rows.append(["loyalty to series and author", f"{r.loyalty:+.3f}", "", ""])
    rows.append(["personal part", f"{r.personal:+.3f}", "", ""])
    if r.clipped:
        rows.append(["limited to 1–5 stars", f"{r.clipped:+.3f}", "", ""])
    rows.append(["predicted for you", f"{r.predicted:.3f}", "", f"confidence {r.confidence:.2f}"])
    return rows


def _other_books(rest: Sequence[Because]) -> list[list[str]]:
    """Return a row for the other books that add stars and one for those that take stars away.

    Together in one row their shares would cancel, and the column would not add up to 100%.
    """
    more = [b for b in rest if (b.share or b.stars) >= 0]
    fewer = [b for b in rest if (b.share or b.stars) < 0]
    return [
        [
            f"{count(len(books), 'other book')} {side}",
            f"{sum(b.stars for b in books):+.3f}",
            _share(None if books[0].share is None else sum(b.share or 0 for b in books)),
            "",
        ]
        for books, side in ((more, "in favour"), (fewer, "against"))
        if books
    ]


def _mean_rating(book: Book) -> str:
    if book.mean_rating is None:
        return "mean rating not known"
    ratings = f" ({count(book.ratings_count, 'rating')})" if book.ratings_count else ""
    return f"mean rating {book.mean_rating:.2f}{ratings}"


def _verdict(result: Explanation) -> list[str]:
    rank = f"By score alone it is number {result.place:,} of {result.among:,}."
    if result.reasons.likeness is not None:
        found = f": {', '.join(result.reasons.matches)}" if result.reasons.matches else ""
        rank += f" Its fit to --like is {result.reasons.likeness:.2f}{found}."
    if not result.why_not:
        return [f"Recommended: number {result.rank} on the list. {rank}"]
    return ["Not recommended:", *(f"  {reason.text}" for reason in result.why_not), rank]


def _link(because: Because) -> str:
    """Return the stars given to a book, and what it has in common with the one explained."""
    given = f"you gave it {because.rating:g}★" if because.rating is not None else ""
    return "; ".join(part for part in (given, ", ".join(because.alike)) if part)


def _share(share: float | None) -> str:
    return "" if share is None else percent(share, 1)
