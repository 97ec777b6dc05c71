"""The export formats of book sites: their columns, shelf names and spellings of a rating.

A format is recognised by its columns. File names are no help: people rename their exports, and
LibraryThing gives its TSV file the extension .xls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from bookrec.stars import NO_RATING, STARS_OF_PHRASE


def _unchanged(author: str) -> str:
    return author


def _first_author(author: str) -> str:
    """Keep the first of several authors: the main one, by which the book is found."""
    return author.split(",")[0]


def _given_name_first(author: str) -> str:
    """Turn `Le Guin, Ursula K.` into `Ursula K. Le Guin`; a suffix (`Jr.`) moves to the end."""
    last, _, first = author.partition(",")
    first, _, suffix = first.partition(",")
    if not first.strip() or re.fullmatch(r"\s*([JS]r\.?|I{2,3}|IV)\s*", first):
        return author
    return " ".join(part.strip() for part in (first, last, suffix) if part.strip())


@dataclass(frozen=True)
class Format:
    """A kind of history file.

    `signature` holds the columns that identify it. `columns` maps each field to the columns that
    may contain it, in order of preference. Column names are normalised by `normal_column`.
    `default_status` applies to a book without a known shelf, stars or a read date. `main_author`
    extracts one author, given name first, from a cell. `html_entities` is whether titles and
    names contain HTML entities. `newest_first` is whether the rows start with the newest entry.
    """

    name: str
    signature: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    default_status: str = "to-read"
    main_author: Callable[[str], str] = _unchanged
    html_entities: bool = False
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
        "year": ("original publication year",),
        "mean": ("average rating",),
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
    main_author=_first_author,
)
# "Your library" means owned, not read. Owned books count as read unless another collection says
# otherwise: there is no point in recommending them, and owning a book is weak evidence of liking.
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
    default_status="read",
    main_author=_given_name_first,
    html_entities=True,
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
    default_status="read",
    main_author=_given_name_first,
    html_entities=True,
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
    main_author=_first_author,
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
    default_status="read",  # a bare list of titles given as a history is a list of books read
)
FORMATS = (GOODREADS, STORYGRAPH, LIBRARYTHING, LIBRARYTHING_JSON, BOOKWYRM, PLAIN)
KNOWN_COLUMNS = frozenset(c for f in FORMATS for names in f.columns.values() for c in names)
# Shelves that mean the same on every site, normalised by `normal_column`. The first status with a
# match wins, so a book that is both "Read" and "Currently reading" is `reading`.
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


def normal_column(name: str) -> str:
    """Normalise the name of a column or shelf: `Exclusive_Shelf` becomes `exclusive shelf`."""
    return re.sub(r"[\s_-]+", " ", name.replace("\ufeff", "")).strip().lower()


def detect_format(columns: Set[str]) -> Format:
    """Return the first format whose signature is among the columns; `PLAIN` has an empty one."""
    return next(form for form in FORMATS if form.signature <= columns)


def parse_stars(text: str) -> float | None:
    """Parse a rating cell into stars, above 0 to 5; None if unrated (0, empty or a dash).

    Accepts numbers with a decimal point or comma, `5★`, `4/5`, `★★★½` and the Goodreads phrases.
    A scale of ten is not supported: a 4 out of 10 cannot be told from a 4 out of 5.

    Raises:
        ValueError: the text is not a rating from 0 to 5; the message can be shown to users.
    """
    plain = _plain(text)
    if plain in _UNRATED:
        return None
    if plain in STARS_OF_PHRASE:
        return STARS_OF_PHRASE[plain]
    stars = -1.0
    if match := _NUMBER.fullmatch(plain):
        stars = float(match[1].replace(",", ".")) + (0.5 if match[2] else 0.0)
    elif match := _GLYPHS.fullmatch(plain):
        stars = len(match[1]) + (0.5 if match[2] else 0.0)
    if 0.0 <= stars <= 5.0:
        return stars or None
    raise ValueError(f"rating {text.strip()[:40]!r} is not a number from 0 to 5")


def is_rating(text: str) -> bool:
    """Whether a cell looks like a rating, in range or not: a number, star glyphs or a phrase."""
    plain = _plain(text)
    return plain in STARS_OF_PHRASE or bool(_NUMBER.fullmatch(plain) or _GLYPHS.fullmatch(plain))


def _plain(text: str) -> str:
    # emoji stars may carry a variation selector
    return text.replace("\ufe0f", "").strip().lower()


def parse_status(form: Format, shelves: Iterable[str], finished: bool) -> str:
    """Return the reading status: `read`, `reading`, `to-read` or `did-not-finish`.

    `finished` is whether the book has stars or a read date. It decides for a book that is only on
    custom shelves: `read` if finished, else the format's `default_status`. On Goodreads that is
    `to-read`, because most custom shelves are queues ("maybe", "owned", "library-hold"). A book
    wrongly taken as read would never be recommended, and the user would not notice.
    """
    names = {normal_column(shelf) for shelf in shelves}
    if any("dnf" in name.split() for name in names):  # "dnf-2023", "fantasy-dnf"
        return "did-not-finish"
    for status, words in _SHELVES.items():
        if names & words:
            return status
    return "read" if finished else form.default_status
