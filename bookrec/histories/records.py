"""Splitting a history file into records, whatever its encoding, delimiter and quoting.

A record is a row with its cells unparsed. Every row of the file becomes a record, including
malformed ones.
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
from bookrec.histories.formats import (
    KNOWN_COLUMNS,
    PLAIN,
    Format,
    detect_format,
    is_rating,
    normal_column,
)

_SUPPORTED = """Supported are:
  the export of Goodreads, StoryGraph, LibraryThing or BookWyrm, as downloaded;
  CSV or TSV:  title,author,rating  then  Dune,Frank Herbert,5  (the header is optional);
  JSON, a list or one book per line:  {"title": "Dune", "author": "Frank Herbert", "rating": 5}"""
_SPREADSHEET = 'Open it in a spreadsheet program and save it as "CSV UTF-8".'
# First bytes → what the file is, and a hint. A zip may also be a spreadsheet: see `_refuse_binary`.
_BINARY = {
    b"PK\x03\x04": ("a zip archive", "Unpack it and give the CSV or JSON file inside."),
    b"%PDF": ("a PDF", "Use the site's CSV export instead (Goodreads: My Books → Import/Export)."),
    b"\xd0\xcf\x11\xe0": ("an Excel workbook", _SPREADSHEET),
    b"\x1f\x8b": ("gzip-compressed", "Unpack it first, e.g. with gunzip."),
    b"SQLite format 3": ("a database", "Export the list of books from it as CSV."),
}
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_ONE_COLUMN = "\x1f"  # stands for no delimiter: a character that does not occur in text
_DELIMITERS = "\t;,|"
_TITLES = frozenset(PLAIN.columns["title"])
_SNIFFED = 50  # rows from which the delimiter of a file without a header is inferred


@dataclass(frozen=True)
class Record:
    """A row of the file. `cells` maps normalised column names to text or to JSON values.

    `line` is where the row starts, from 1. `problem` is why it is malformed, "" if it is not.
    """

    line: int
    cells: Mapping[str, object]
    problem: str = ""


def read_records(data: bytes, name: str) -> tuple[Format, tuple[Record, ...]]:
    """Return the format of a history file and its rows in order. Blank lines are skipped.

    Raises:
        UsageError: the file is empty, binary or invalid JSON, or has no title column.
    """
    _refuse_binary(data, name)
    text = _decode(data).replace("\0", "").removeprefix("\ufeff")
    if len(_CONTROLS.findall(text[:4096])) * 20 > len(text[:4096]):
        raise UsageError(f"{name} is not a text file.", _SUPPORTED)
    found = tuple(
        _json_records(text, name)
        if re.match(r'\s*(\{|\[\s*[\]{["])', text)
        else _table_records(text)
    )
    if not found:
        raise UsageError(f"{name} contains no books.", _SUPPORTED)
    columns = {c for record in found for c in record.cells}
    form = detect_format(columns)
    if columns.isdisjoint(form.columns["title"]):
        some = ", ".join(sorted(columns)[:8]) or "none"
        raise UsageError(f"{name} has no title column (its columns: {some}).", _SUPPORTED)
    return form, found


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, (what, hint) in _BINARY.items():
        if data.startswith(magic):
            if b"xl/" in data or b"opendocument.spreadsheet" in data[:200]:
                what, hint = "a spreadsheet", _SPREADSHEET
            raise UsageError(f"{name} is {what}, not a reading history.", hint)
    if _WEB_PAGE.match(data):
        hint = "The site sent a page instead of the export. Log in there and download it again."
        raise UsageError(f"{name} is a web page, not a reading history.", hint)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if abs(odd - even) * 10 > len(data[:4096]) * 2:  # UTF-16 without a byte order mark
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # This may be UTF-8 with one invalid byte. ftfy repairs its cells later, for which it needs
        # the bytes that cp1252 leaves undefined. The sloppy codec keeps them.
        import ftfy.bad_codecs  # noqa: F401  (registers the codec)

        return data.decode("sloppy-windows-1252")


def _table_records(text: str) -> Iterator[Record]:
    # Drop Excel's `sep=;` but keep its line break, so that line numbers stay right.
    text = re.sub(r"\Asep=.(?=\r?\n)", "", text, flags=re.IGNORECASE)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # reviews can be long
    delimiter, header = _layout(text)
    rows = _rows(text, delimiter)
    if not header:
        yield from (_headerless(line, cells, delimiter) for line, cells in rows)
        return
    if delimiter == "\t":
        # LibraryThing does not quote cells, but a title or review may start with a quotation mark.
        # So if every line has the width of the header, quotation marks are part of the text.
        raw = list(_rows(text, delimiter, quoted=False))
        if all(len(cells) == len(header) for _, cells in raw):
            rows = iter([(line, [_unquoted(c) for c in cells]) for line, cells in raw])
    next(rows, None)
    for line, cells in rows:
        unwrapped = _unwrapped(cells, delimiter)
        cells = unwrapped if len(unwrapped) == len(header) else cells
        yield _record(header, line, cells, delimiter)


def _rows(text: str, delimiter: str, quoted: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line and the cells of each row that is not blank."""
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
    """Split a row that a spreadsheet has quoted a second time, as a whole, into its cells."""
    if len(cells) != 1 or delimiter not in cells[0]:
        return cells
    lines = [inner for _, inner in _rows(cells[0], delimiter)]
    return lines[0] if len(lines) == 1 else cells  # several: an unclosed quote


def _layout(text: str) -> tuple[str, list[str]]:
    """Return the delimiter and the columns of the header, which are empty without a header."""
    headers = {}
    for delimiter in _DELIMITERS:
        _, cells = next(_rows(text, delimiter), (0, []))
        headers[delimiter] = _header(_unwrapped(cells, delimiter))
    best = max(headers, key=lambda d: len(KNOWN_COLUMNS.intersection(headers[d])))
    if headers[best]:
        return (best if len(headers[best]) > 1 else _ONE_COLUMN), headers[best]
    return _infer_delimiter(text), []


def _header(cells: list[str]) -> list[str]:
    """Return the normalised names of a header row; an empty list if the row is a book.

    A book may be called "Title" or "Name", but a header contains no rating.
    """
    names = [normal_column(cell) for cell in cells]
    known = not _TITLES.isdisjoint(names) or len(KNOWN_COLUMNS.intersection(names)) > 1
    return names if known and not any(is_rating(cell) for cell in cells) else []


def _infer_delimiter(text: str) -> str:
    """Return the delimiter of a file without a header.

    It is the first delimiter after which a row ends in a rating, else the first that splits at
    least half of the rows: a few titles of a plain list contain commas. Semicolons are tried
    before commas because of `Dune;Frank Herbert;4,5`.
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
    """Parse a row `title[, author[, rating]]` or `title, rating`."""
    while len(cells) > 3 and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) == 2 and is_rating(cells[1]):
        cells = [cells[0], "", cells[1]]
    elif len(cells) > 3 and is_rating(cells[-1]):
        # an unquoted title: The Lion, the Witch and the Wardrobe,C. S. Lewis,5
        cells = [delimiter.join(cells[:-2]), *cells[-2:]]
    return _record(["title", "author", "rating"], line, cells, delimiter)


def _record(header: list[str], line: int, cells: list[str], delimiter: str) -> Record:
    """Assign cells to the columns of the header; a row that does not fit gets a problem."""
    problem = ""
    if any(cell.strip() for cell in cells[len(header) :]):
        problem = f"{len(cells)} cells instead of {len(header)}: is a quote missing?"
    named = dict(zip(header, cells, strict=False))
    for name in PLAIN.columns["title"] + PLAIN.columns["author"]:
        if name in named and _swallows(named[name], header, header.index(name), delimiter):
            lines = named[name].count("\n") + 1
            problem = f"the {name} runs over {lines} lines: is there an unclosed quote?"
    return Record(line, named, problem)


def _swallows(cell: str, header: list[str], position: int, delimiter: str) -> bool:
    """Whether a cell contains the rest of its row, or a whole later row, due to an unclosed quote.

    Such a quote extends to the next one in the file, and the rows between would be lost silently.
    A title that merely wraps contains fewer delimiters.
    """
    first, *later = cell.strip().split("\n")
    rest = len(header) - 1 - position
    has_rest = 0 < rest <= first.count(delimiter)
    return bool(later) and (has_rest or any(s.count(delimiter) >= len(header) - 1 for s in later))


def _json_records(text: str, name: str) -> Iterator[Record]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _json_lines(text, name, error)
        return
    # An object with a title is a book. Any other is a LibraryThing export: books by their id.
    if isinstance(whole, dict) and not _TITLES.isdisjoint(map(normal_column, whole)):
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
        raise UsageError(f"{name} is not valid JSON: {error}.", _SUPPORTED)
    yield from found


def _members(text: str) -> Iterator[tuple[int, object]]:
    """Yield the line and value of each member of a JSON array or object; `text` must be valid."""
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
        return Record(line, {normal_column(str(key)): cell for key, cell in value.items()})
    if isinstance(value, str):
        return Record(line, {"title": value})
    return Record(line, {}, "not an object with a title")
