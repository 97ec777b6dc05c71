"""What each site writes in its export: its columns, its shelves, its ways to spell stars.

A format is told by its columns, never by the file's name: exports are renamed, and LibraryThing's
TSV is called .xls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from bookrec.stars import NO_RATING, STARS_OF_PHRASE


def _as_is(author: str) -> str:
    return author


def _first_named(author: str) -> str:
    """Sites that list several authors in a cell put the main one first; the rest only mislead."""
    return author.split(",")[0]


def _forwards(author: str) -> str:
    """`Le Guin, Ursula K.` to `Ursula K. Le Guin`; `King, Martin Luther, Jr.` keeps its suffix."""
    last, _, first = author.partition(",")
    first, _, suffix = first.partition(",")
    if not first.strip() or re.fullmatch(r"\s*([JS]r\.?|I{2,3}|IV)\s*", first):
        return author
    return " ".join(part.strip() for part in (first, last, suffix) if part.strip())


@dataclass(frozen=True)
class Format:
    """One kind of history file.

    `needs` are the columns that give it away; `columns` says for each field where it may lie, best
    first, all in the normal form of `column`. `unshelved` is the status of a book with neither a
    known shelf, nor stars, nor a date. `author` brings an author cell to one forwards name.
    `escaped` says that texts carry HTML entities, `newest_first` that the last book added leads.
    """

    name: str
    needs: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    unshelved: str = "to-read"
    author: Callable[[str], str] = _as_is
    escaped: bool = False
    newest_first: bool = False


GOODREADS = Format(
    "goodreads",
    frozenset({"book id", "title", "my rating"}),
    {
        "title": ("title",),
        "author": ("author",),
        "rating": ("my rating",),
        "status": ("exclusive shelf", "bookshelves"),
        "date": ("date read",),
        "goodreads_id": ("book id",),
        "isbns": ("isbn", "isbn13"),
    },
    newest_first=True,
)
STORYGRAPH = Format(
    "storygraph",
    frozenset({"title", "read status", "star rating"}),
    {
        "title": ("title",),
        "author": ("authors", "author"),
        "rating": ("star rating",),
        "status": ("read status",),
        "date": ("last date read", "dates read"),
        "isbns": ("isbn/uid", "isbn"),
    },
    author=_first_named,
)
# "Your library" means owned, and says nothing of reading. A book somebody chose to own is no
# recommendation to them and a little to their taste: it counts as read unless it says otherwise.
LIBRARYTHING = Format(
    "librarything",
    frozenset({"book id", "primary author"}),
    {
        "title": ("title",),
        "author": ("primary author",),
        "rating": ("rating",),
        "status": ("collections",),
        "date": ("date read",),
        "isbns": ("isbn", "isbns"),
    },
    unshelved="read",
    author=_forwards,
    escaped=True,
)
LIBRARYTHING_JSON = Format(
    "librarything",
    frozenset({"title", "primaryauthor"}),
    {
        "title": ("title",),
        "author": ("primaryauthor", "authors"),
        "rating": ("rating",),
        "status": ("collections",),
        "date": ("dateread",),
        "isbns": ("isbn", "originalisbn"),
        "genres": ("genre",),
    },
    unshelved="read",
    author=_forwards,
    escaped=True,
)
BOOKWYRM = Format(
    "bookwyrm",
    frozenset({"title", "author text", "remote id"}),
    {
        "title": ("title",),
        "author": ("author text",),
        "rating": ("rating",),
        "status": ("shelf",),
        "date": ("finish date",),
        "goodreads_id": ("goodreads key",),
        "isbns": ("isbn 10", "isbn 13"),
    },
    author=_first_named,
)
PLAIN = Format(
    "plain",
    frozenset(),
    {
        "title": ("title", "book title", "book name", "name", "book"),
        "author": ("author", "authors", "author name", "writer"),
        "rating": (
            "rating",
            "my rating",
            "stars",
            "star rating",
            "user rating",
            "my ratings",
            "score",
        ),
        "status": ("status", "shelf", "exclusive shelf", "read status", "bookshelf"),
        "date": ("date read", "date", "date finished", "finish date", "finished"),
        "goodreads_id": ("goodreads id", "goodreads book id", "goodreads key"),
        "isbns": ("isbn", "isbn13", "isbn 13", "isbn10", "isbn 10", "isbns"),
        "description": ("description", "blurb", "summary"),
        "genres": ("genres", "genre", "categories"),
    },
    unshelved="read",  # a list of titles handed over as a history is a list of books read
)
FORMATS = (GOODREADS, STORYGRAPH, LIBRARYTHING, LIBRARYTHING_JSON, BOOKWYRM, PLAIN)
KNOWN = frozenset(c for f in FORMATS for names in f.columns.values() for c in names)
# Shelves with one meaning on every site, in the normal form of `column`; the first that a book
# stands on wins, so "Your library" beside "Currently reading" is a book not yet finished.
_SHELVES = {
    "reading": {"currently reading", "reading", "in progress", "paused", "on hold"},
    "did-not-finish": {"did not finish", "dnf", "abandoned", "stopped reading", "stopped"},
    "to-read": {"to read", "want to read", "wishlist", "wish list", "tbr", "unread"},
    "read": {"read", "finished", "completed", "already read", "read but unowned"},
}
_UNRATED = {
    *("", "-", "–", "n/a", "na", "nan", "none", "null", "unrated", "not rated", "no rating"),
    NO_RATING,
}
_NUMBER = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)(½)?\s*(?:(?:/|out of)\s*5|★|⭐|\*|stars?)?")
_GLYPHS = re.compile(r"([★⭐*]{1,5})(½)?[☆]{0,4}")


def column(name: str) -> str:
    """The normal form of a column's or shelf's name: `Exclusive Shelf`, `exclusive_shelf`."""
    return re.sub(r"[\s_-]+", " ", name.replace("\ufeff", "")).strip().lower()


def detect(columns: Set[str]) -> Format:
    """The format whose give-away columns are all there; `PLAIN` when none is."""
    return next(form for form in FORMATS if form.needs <= columns)


def parse_stars(text: str) -> float | None:
    """The stars a cell means, above 0 to 5; None when it says "unrated" (0, empty, a dash).

    Numbers with a decimal point or comma, `5★`, `4/5`, `★★★½` and the Goodreads phrases are
    understood. Marks out of ten are not guessed: 4 of 10 and 4 of 5 look the same.

    Raises:
        ValueError: anything else; the message is fit for a person.
    """
    spelt = text.replace("\ufe0f", "").strip().lower()  # emoji stars come with a variation mark
    if spelt in _UNRATED:
        return None
    if spelt in STARS_OF_PHRASE:
        return STARS_OF_PHRASE[spelt]
    stars = -1.0
    if match := _NUMBER.fullmatch(spelt):
        stars = float(match[1].replace(",", ".")) + (0.5 if match[2] else 0.0)
    elif match := _GLYPHS.fullmatch(spelt):
        stars = len(match[1]) + (0.5 if match[2] else 0.0)
    if 0.0 <= stars <= 5.0:
        return stars or None
    raise ValueError(f"rating {text.strip()[:40]!r} is not a number from 0 to 5")


def is_rating(text: str) -> bool:
    """Whether a cell can only be meant as stars, in range or not: a number, glyphs, a phrase."""
    spelt = text.replace("\ufe0f", "").strip().lower()
    return spelt in STARS_OF_PHRASE or bool(_NUMBER.fullmatch(spelt) or _GLYPHS.fullmatch(spelt))


def parse_status(form: Format, shelves: Iterable[str], finished: bool) -> str:
    """`read`, `reading`, `to-read` or `did-not-finish`.

    `finished`: there are stars or a date of reading. Of a shelf of the reader's own making only
    that can tell: with it the book was read, without it the format's `unshelved` holds. On
    Goodreads that is `to-read`: such shelves are mostly queues ("maybe", "owned", "library-hold"),
    and a book wrongly taken as read is never recommended, which nobody would notice.
    """
    names = {column(shelf) for shelf in shelves}
    if any("dnf" in name.split() for name in names):  # "dnf-2023", "fantasy-dnf"
        return "did-not-finish"
    for status, words in _SHELVES.items():
        if names & words:
            return status
    return "read" if finished else form.unshelved
