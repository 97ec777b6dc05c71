"""Parsing a history file, exported or written by hand, into rows of books with stars and status.

Cells are plain text: a cell that starts with `=` is not a formula. Control characters are removed.
"""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import dataclass
from typing import Literal

from bookrec.catalogue.isbns import isbn13
from bookrec.histories.dates import parse_dates
from bookrec.histories.formats import Format, parse_stars, parse_status
from bookrec.histories.records import Record, read_records
from bookrec.sources.cells import parse_float, parse_year
from bookrec.stars import stars_in_range

# Implicit feedback of unrated books, in stars relative to the reader's own mean. People finish
# books that they like, so a finished book counts slightly in favour and an abandoned one against.
# Set by hand, not fitted.
MILD_LIKING = 0.25
MILD_DISLIKE = -1.0
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Control characters except tab and line breaks; lone surrogates, which are valid in JSON only.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_WRAPPED = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")

Use = Literal["rated", "read", "abandoned", "reading", "wanted", "unusable"]
_USES: dict[str, Use] = {
    "read": "read",
    "did-not-finish": "abandoned",
    "reading": "reading",
    "to-read": "wanted",
}


@dataclass(frozen=True)
class HistoryRow:
    """A row of a history file.

    `line` is the line of the file on which the row starts, from 1. `author` is the first author,
    "" if unknown. `stars` is above 0 to 5, None if unrated. `status` is "read", "reading",
    "to-read" or "did-not-finish". `goodreads_id` is digits or "". `isbns` are valid ISBN-13s of
    digits only. `day` is when the book was last read, None if unknown. `problem` is why the row
    cannot be used, "" if it can. `year` is of first publication, `mean_rating` the site's mean of
    the work in stars, both None if unknown.
    """

    line: int
    title: str
    author: str
    stars: float | None
    status: str
    goodreads_id: str = ""
    isbns: tuple[str, ...] = ()
    description: str = ""
    genres: tuple[str, ...] = ()
    day: datetime.date | None = None
    problem: str = ""
    year: int | None = None
    mean_rating: float | None = None

    @property
    def use(self) -> Use:
        """What the row is evidence of.

        "rated": has stars, whatever its status. "read", "abandoned": unrated, implicit feedback.
        "reading": no evidence yet, but not to be recommended. "wanted": not read, may be
        recommended. "unusable": has a problem.
        """
        if self.problem:
            return "unusable"
        return "rated" if self.stars is not None else _USES[self.status]


@dataclass(frozen=True)
class HistoryFile:
    """A parsed history file: the name of its format ("goodreads", …, "plain") and all its rows.

    `newest_first` is whether the first row is the newest; otherwise the last one is taken to be.
    """

    format: str
    rows: tuple[HistoryRow, ...]
    newest_first: bool = False


def read_history(data: bytes, name: str) -> HistoryFile:
    """Parse a history file in any supported format. `name` is used in messages only.

    Every row of the file is returned in order, including rows with a problem; blank lines are
    skipped.

    Raises:
        UsageError: the file is empty, binary or invalid JSON, or has no title column. The hint
            shows the supported formats.
    """
    form, records = read_records(data, name)
    days = parse_dates([_first(form, record, "date") for record in records])
    rows = tuple(_row(form, record, day) for record, day in zip(records, days, strict=True))
    return HistoryFile(form.name, rows, form.newest_first)


def _row(form: Format, record: Record, day: datetime.date | None) -> HistoryRow:
    title = _line(form, _first(form, record, "title"))
    problem = record.problem or ("" if title else "no title")
    stars = None
    try:
        stars = parse_stars(_first(form, record, "rating"))
    except ValueError as error:
        problem = problem or str(error)
    finished = stars is not None or bool(_first(form, record, "date").strip())
    goodreads_id = _first(form, record, "goodreads_id").strip()
    return HistoryRow(
        line=record.line,
        title=title,
        author=_line(form, form.main_author(_first(form, record, "author"))),
        stars=stars,
        status=parse_status(form, _several(form, record, "status"), finished),
        # a spreadsheet may have rounded it to 2.42E+08
        goodreads_id=goodreads_id if re.fullmatch("[0-9]+", goodreads_id) else "",
        isbns=_isbns(form, record),
        description=_clean(_LINE_BREAK.sub("\n", _first(form, record, "description"))),
        genres=tuple(_line(form, genre) for genre in _several(form, record, "genres")),
        day=day,
        problem=problem,
        year=parse_year(_first(form, record, "year")),
        mean_rating=stars_in_range(parse_float(_first(form, record, "mean"))),
    )


def _first(form: Format, record: Record, field: str) -> str:
    """Return the text of the field's first column that is not blank."""
    cells = (_text(record.cells.get(name)) for name in form.columns.get(field, ()))
    return next((cell for cell in cells if cell.strip()), "")


def _several(form: Format, record: Record, field: str) -> tuple[str, ...]:
    """Return the values of the field's first column that is not blank, split at separators."""
    for name in form.columns.get(field, ()):
        cell = record.cells.get(name)
        # scripts write lists into CSV cells as ['Fantasy', 'Fiction']
        items = cell if isinstance(cell, list | dict) else re.split(r"[,;|]", _text(cell))
        values = items.values() if isinstance(items, dict) else items
        texts = tuple(text for v in values if (text := _text(v).strip(" \t\r\n[]'\"")))
        if texts:
            return texts
    return ()


def _text(value: object) -> str:
    """Return a cell as text: of a JSON list its first text, of an object (an author) its name."""
    if isinstance(value, dict):
        named = (value[key] for key in ("fl", "name", "title", "lf") if value.get(key))
        value = next(named, list(value.values()))
    if isinstance(value, list):
        return next((text for v in value if (text := _text(v)).strip()), "")
    return "" if value is None else str(value)


def _isbns(form: Format, record: Record) -> tuple[str, ...]:
    """Return the valid ISBNs of all ISBN columns. A cell may have several, quoted or bracketed."""
    found: dict[str, None] = {}
    for name in form.columns.get("isbns", ()):
        cell = record.cells.get(name)
        values = (
            cell.values() if isinstance(cell, dict) else cell if isinstance(cell, list) else [cell]
        )
        for token in re.split(r"[^0-9Xx.-]+", " ".join(map(_text, values))):
            if digits := isbn13(token.removesuffix(".0")):  # .0: written as a float
                found[digits] = None
    return tuple(found)


def _line(form: Format, text: str) -> str:
    """Return cleaned text on one line, with HTML entities decoded if the format has them."""
    return _WRAPPED.sub(" ", _clean(html.unescape(text) if form.html_entities else text)).strip()


def _clean(text: str) -> str:
    """Fix mojibake (`BrontÃ«`) and remove control characters except tab and line breaks."""
    if not text.isascii():  # the import is slow
        import ftfy

        text = ftfy.fix_encoding(text)
    return _UNPRINTABLE.sub("", text).strip()
