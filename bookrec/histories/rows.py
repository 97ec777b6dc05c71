"""A reader's history: a file some site exported, or one typed by hand, to rows with a meaning.

Text is handed on as it was written, without control characters: nothing in it is executed, and a
cell that begins with `=` is text like any other.
"""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import dataclass

from bookrec.catalogue.isbns import isbn13
from bookrec.histories.dates import parse_dates
from bookrec.histories.formats import Format, parse_stars, parse_status
from bookrec.histories.records import Record, read_records

# What a book without stars says of taste, in stars from the reader's own mean. People finish what
# they like and mostly rate what they feel strongly about, so a book that was read counts a little
# for, a book that was given up counts against. Set by hand, not fitted; the caller applies them.
MILD_LIKING = 0.25
MILD_DISLIKE = -1.0
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Controls but tab and line breaks, and lone surrogates, which JSON can hold and UTF-8 cannot.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_WRAPPED = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_USES = {"read": "mild", "did-not-finish": "dislike-mild", "reading": "seen", "to-read": "wish"}


@dataclass(frozen=True)
class HistoryRow:
    """One data row of a history file.

    `line`: where it begins in the file, from 1. `author`: the first-named one, "" when unknown.
    `stars`: above 0 to 5, None when unrated. `status`: "read", "reading", "to-read" or
    "did-not-finish". `goodreads_id`: digits, or "". `isbns`: valid ISBN-13s, digits only.
    `day`: when the book was read, the last time; None when unknown. `problem`: why the row cannot
    be used, "" when it can.
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

    @property
    def use(self) -> str:
        """What the row is good for.

        "rating": stars, whatever the shelf. "mild": read without stars. "dislike-mild": given up
        without stars. "seen": being read, so neither taste nor to be recommended. "wish": to be
        read, so no taste yet, and may be recommended. "none": has a problem.
        """
        if self.problem:
            return "none"
        return "rating" if self.stars is not None else _USES[self.status]


@dataclass(frozen=True)
class HistoryFile:
    """A history file: its format ("goodreads", "storygraph", …, "plain") and all its rows, whose
    newest is the first or, where the format is in no such order, taken to be the last."""

    format: str
    rows: tuple[HistoryRow, ...]
    newest_first: bool = False


def read_history(data: bytes, name: str) -> HistoryFile:
    """Read a history file of any format known; `name` is only for messages.

    Every data row of the file is a row of the history, in order, those with a problem too; lines
    without any text are none.

    Raises:
        UsageError: the file is empty, binary, broken JSON, or has no column of titles; the hint
            shows what is read instead.
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
        author=_line(form, form.author(_first(form, record, "author"))),
        stars=stars,
        status=parse_status(form, _several(form, record, "status"), finished),
        # A spreadsheet may have left 2.42E+08 of it.
        goodreads_id=goodreads_id if re.fullmatch("[0-9]+", goodreads_id) else "",
        isbns=_isbns(form, record),
        description=_clean(_LINE_BREAK.sub("\n", _first(form, record, "description"))),
        genres=tuple(_line(form, genre) for genre in _several(form, record, "genres")),
        day=day,
        problem=problem,
    )


def _first(form: Format, record: Record, field: str) -> str:
    """The field's text in the first of its columns that has any."""
    cells = (_text(record.cells.get(name)) for name in form.columns.get(field, ()))
    return next((cell for cell in cells if cell.strip()), "")


def _several(form: Format, record: Record, field: str) -> tuple[str, ...]:
    """The field's items in the first of its columns that has any."""
    for name in form.columns.get(field, ()):
        cell = record.cells.get(name)
        # A list written into a CSV cell by a script looks like ['Fantasy', 'Fiction'].
        items = cell if isinstance(cell, list | dict) else re.split(r"[,;|]", _text(cell))
        values = items.values() if isinstance(items, dict) else items
        texts = tuple(text for v in values if (text := _text(v).strip(" \t\r\n[]'\"")))
        if texts:
            return texts
    return ()


def _text(value: object) -> str:
    """One text of a cell; of a JSON list or object (an author with name and role) its main one."""
    if isinstance(value, dict):
        named = (value[key] for key in ("fl", "name", "title", "lf") if value.get(key))
        value = next(named, list(value.values()))
    if isinstance(value, list):
        return next((text for v in value if (text := _text(v)).strip()), "")
    return "" if value is None else str(value)


def _isbns(form: Format, record: Record) -> tuple[str, ...]:
    """Valid ISBNs of all columns that hold some: `="0143039946"`, `[2070291340]`, two in a cell."""
    found: dict[str, None] = {}
    for name in form.columns.get("isbns", ()):
        cell = record.cells.get(name)
        values = (
            cell.values() if isinstance(cell, dict) else cell if isinstance(cell, list) else [cell]
        )
        for token in re.split(r"[^0-9Xx.-]+", " ".join(map(_text, values))):
            if digits := isbn13(token.removesuffix(".0")):  # .0: the column was floats once
                found[digits] = None
    return tuple(found)


def _line(form: Format, text: str) -> str:
    """Text on one line, free of the site's HTML entities."""
    return _WRAPPED.sub(" ", _clean(html.unescape(text) if form.escaped else text)).strip()


def _clean(text: str) -> str:
    """Text without mojibake (`BrontÃ«`) and without control characters but tab and line breaks."""
    if not text.isascii():  # only such a file pays for the import
        import ftfy

        text = ftfy.fix_encoding(text)
    return _UNPRINTABLE.sub("", text).strip()
