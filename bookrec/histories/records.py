"""A history file's bytes to records, whatever its encoding, delimiter and quoting.

Nothing is interpreted here: a record is a data row with its cells as they stand, and every data
row of the file becomes one, broken ones too.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bookrec.errors import UsageError
from bookrec.histories.formats import KNOWN, PLAIN, Format, column, detect, is_rating

SHAPES = """Three shapes are read:
  an export of Goodreads, StoryGraph, LibraryThing or BookWyrm, as it was downloaded;
  CSV or TSV:  title,author,rating  then  Dune,Frank Herbert,5  (the header may be left out);
  JSON, a list or a book a line:  {"title": "Dune", "author": "Frank Herbert", "rating": 5}"""
_SPREADSHEET = 'Open it in the spreadsheet program and save it as "CSV UTF-8".'
# First bytes → what the file is and what to make instead. A zip may be a workbook: see `_refuse`.
_BINARY = {
    b"PK\x03\x04": ("a zip archive", "Unpack it and give the CSV or JSON file inside."),
    b"%PDF": ("a PDF", "Make the site's CSV export instead (Goodreads: My Books → Import/Export)."),
    b"\xd0\xcf\x11\xe0": ("an Excel workbook", _SPREADSHEET),
    b"\x1f\x8b": ("gzip-compressed", "Unpack it first, for example with gunzip."),
    b"SQLite format 3": ("a database", "Export the list of books from it as CSV."),
}
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_ONE_COLUMN = "\x1f"  # the delimiter of a file that has none: a character no text holds
_DELIMITERS = "\t;,|"
_TITLES = frozenset(PLAIN.columns["title"])
_SNIFFED = 50  # rows looked at to find the delimiter of a file without a header


@dataclass(frozen=True)
class Record:
    """A data row as it stands: `cells` maps a column's normal form to text or a JSON value."""

    line: int
    cells: Mapping[str, object]
    problem: str = ""


def read_records(data: bytes, name: str) -> tuple[Format, tuple[Record, ...]]:
    """The format of a history file and its data rows in order; blank lines are no rows.

    Raises:
        UsageError: the file is empty, binary, broken JSON, or has no column of titles.
    """
    _refuse(data, name)
    text = _decode(data).replace("\0", "").removeprefix("\ufeff")
    if len(_CONTROLS.findall(text[:4096])) * 20 > len(text[:4096]):
        raise UsageError(f"{name} is not a text file.", SHAPES)
    found = tuple(
        _json_records(text, name)
        if re.match(r'\s*(\{|\[\s*[\]{["])', text)
        else _table_records(text)
    )
    if not found:
        raise UsageError(f"{name} holds no books.", SHAPES)
    columns = {c for record in found for c in record.cells}
    form = detect(columns)
    if columns.isdisjoint(form.columns["title"]):
        seen = ", ".join(sorted(columns)[:8]) or "none"
        raise UsageError(f"{name} has no column of titles (its columns: {seen}).", SHAPES)
    return form, found


def _refuse(data: bytes, name: str) -> None:
    for magic, (what, hint) in _BINARY.items():
        if data.startswith(magic):
            if b"xl/" in data or b"opendocument.spreadsheet" in data[:200]:
                what, hint = "a spreadsheet", _SPREADSHEET
            raise UsageError(f"{name} is {what}, not a reading history.", hint)
    if _WEB_PAGE.match(data):
        hint = "The site sent a page instead of the export: log in there and download it again."
        raise UsageError(f"{name} is a web page, not a reading history.", hint)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if abs(odd - even) * 10 > len(data[:4096]) * 2:  # UTF-16 that lost its mark: every other NUL
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # One stray byte makes a whole UTF-8 file land here; ftfy mends its cells later on, for
        # which the bytes that cp1252 leaves undefined must survive: hence the sloppy codec.
        import ftfy.bad_codecs  # noqa: F401  (registers the codec)

        return data.decode("sloppy-windows-1252")


def _table_records(text: str) -> Iterator[Record]:
    # Excel's `sep=;` line goes, its line break stays: line numbers are those of the file.
    text = re.sub(r"\Asep=.(?=\r?\n)", "", text, flags=re.IGNORECASE)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # reviews may be long
    delimiter, header = _layout(text)
    rows = _rows(text, delimiter)
    if not header:
        yield from (_headerless(line, cells, delimiter) for line, cells in rows)
        return
    if delimiter == "\t":
        # When every line alone is as wide as the header, no quote was meant to span anything:
        # LibraryThing does not quote, and a title or review may well begin with a quote.
        raw = list(_rows(text, delimiter, quoted=False))
        if all(len(cells) == len(header) for _, cells in raw):
            rows = iter([(line, [_unquoted(c) for c in cells]) for line, cells in raw])
    next(rows, None)
    for line, cells in rows:
        unwrapped = _unwrapped(cells, delimiter)
        cells = unwrapped if len(unwrapped) == len(header) else cells
        yield _under(header, line, cells, delimiter)


def _rows(text: str, delimiter: str, quoted: bool = True) -> Iterator[tuple[int, list[str]]]:
    """The line each record begins at, and its cells; records without text are skipped."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _unquoted(cell: str) -> str:
    quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if quoted else cell


def _unwrapped(cells: list[str], delimiter: str) -> list[str]:
    """A row re-saved by a spreadsheet may be quoted twice: the whole line in one cell."""
    if len(cells) != 1 or delimiter not in cells[0]:
        return cells
    lines = [inner for _, inner in _rows(cells[0], delimiter)]
    return lines[0] if len(lines) == 1 else cells  # several: a quote left open


def _layout(text: str) -> tuple[str, list[str]]:
    """The delimiter, and the header's columns: none when the first row is a book already."""
    headers = {}
    for delimiter in _DELIMITERS:
        _, cells = next(_rows(text, delimiter), (0, []))
        headers[delimiter] = _header(_unwrapped(cells, delimiter))
    best = max(headers, key=lambda d: len(KNOWN.intersection(headers[d])))
    if headers[best]:
        return (best if len(headers[best]) > 1 else _ONE_COLUMN), headers[best]
    return _sniffed(text), []


def _header(cells: list[str]) -> list[str]:
    """The normal names of a header's cells; none when the row is a book.

    A book may be called "Title" or "Name", but a header has no stars in it.
    """
    names = [column(cell) for cell in cells]
    known = not _TITLES.isdisjoint(names) or len(KNOWN.intersection(names)) > 1
    return names if known and not any(is_rating(cell) for cell in cells) else []


def _sniffed(text: str) -> str:
    """The delimiter of a file without a header.

    Stars in a last cell prove a delimiter; else it must split half of the rows, since a list of
    titles has a comma here and there. Semicolons come before commas: `Dune;Frank Herbert;4,5`.
    """
    split = {d: [c for _, c in islice(_rows(text, d), _SNIFFED)] for d in _DELIMITERS}
    for delimiter, rows in split.items():
        if any(len(cells) > 1 and is_rating(cells[-1]) for cells in rows):
            return delimiter
    for delimiter, rows in split.items():
        if sum(len(cells) > 1 for cells in rows) * 2 >= len(rows) > 0:
            return delimiter
    return _ONE_COLUMN


def _headerless(line: int, cells: list[str], delimiter: str) -> Record:
    """`title[, author[, rating]]`, or `title, rating`."""
    while len(cells) > 3 and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) == 2 and is_rating(cells[1]):
        cells = [cells[0], "", cells[1]]
    elif len(cells) > 3 and is_rating(cells[-1]):
        # The Lion, the Witch and the Wardrobe,C. S. Lewis,5: a title typed without quotes
        cells = [delimiter.join(cells[:-2]), *cells[-2:]]
    return _under(["title", "author", "rating"], line, cells, delimiter)


def _under(header: list[str], line: int, cells: list[str], delimiter: str) -> Record:
    """A row under its header; what does not fit is a problem, not a guess."""
    problem = ""
    if any(cell.strip() for cell in cells[len(header) :]):
        problem = f"{len(cells)} cells where {len(header)} were expected: is a quote missing?"
    named = dict(zip(header, cells, strict=False))
    for name in PLAIN.columns["title"] + PLAIN.columns["author"]:
        if name in named and _swallows(named[name], header, header.index(name), delimiter):
            lines = named[name].count("\n") + 1
            problem = f"the {name} runs over {lines} lines: is a quote left open?"
    return Record(line, named, problem)


def _swallows(cell: str, header: list[str], place: int, delimiter: str) -> bool:
    """Whether a cell holds other cells: the rest of its row, or all of a later one.

    A quote left open runs to the next quote in the file, and rows would vanish in a title; a title
    that merely wraps holds fewer delimiters.
    """
    first, *later = cell.strip().split("\n")
    rest = len(header) - 1 - place
    held = 0 < rest <= first.count(delimiter)
    return bool(later) and (held or any(s.count(delimiter) >= len(header) - 1 for s in later))


def _json_records(text: str, name: str) -> Iterator[Record]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _json_lines(text, name, error)
        return
    # An object with a title is one book; any other is LibraryThing's, books keyed by their id.
    if isinstance(whole, dict) and not _TITLES.isdisjoint(map(column, whole)):
        yield _json_record(1 + text[: text.index("{")].count("\n"), whole)
    else:
        yield from (_json_record(line, value) for line, value in _members(text))


def _json_lines(text: str, name: str, error: Exception) -> Iterator[Record]:
    found = []
    for line, part in enumerate(text.split("\n"), start=1):
        if not part.strip():
            continue
        try:
            found.append(_json_record(line, json.loads(part)))
        except (ValueError, RecursionError) as broken:
            found.append(Record(line, {}, f"not valid JSON: {broken}"))
    if not any(record.cells for record in found):
        raise UsageError(f"{name} begins like JSON but is not: {error}.", SHAPES)
    yield from found


def _members(text: str) -> Iterator[tuple[int, object]]:
    """The line and value of each member of the array or object that valid JSON `text` is."""
    decode = json.JSONDecoder().raw_decode
    space = re.compile(r"[\s,:]*")
    start = at = len(text) - len(text.lstrip())
    line, counted = 1, 0
    keyed, at = text[start] == "{", start + 1
    while text[at := space.match(text, at).end()] not in "]}":  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, at), at
        if keyed:
            _, at = decode(text, at)
            at = space.match(text, at).end()  # type: ignore[union-attr]
        value, at = decode(text, at)
        yield line, value


def _json_record(line: int, value: object) -> Record:
    if isinstance(value, dict):
        return Record(line, {column(str(key)): cell for key, cell in value.items()})
    if isinstance(value, str):
        return Record(line, {"title": value})
    return Record(line, {}, "not an object with a title")
