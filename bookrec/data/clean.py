"""Raw cells to values: descriptions, genres, languages, years, numbers, ISBNs."""

from __future__ import annotations

import ast
import html
import re
from functools import lru_cache
from typing import Any

from bookrec.data.schema import year_in_range

_TAG = re.compile(r"<[^<>]{0,200}>")
_BREAK = re.compile(r"<\s*(?:br|p|/p|div|/div|li)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EDITION_NOTE = re.compile(
    r"\(?\s*(?:this is an? )?(?:alternat(?:e|ive)(?:ly)? (?:cover|kindle|isbn)|alternate edition|"
    r"older cover|librarian'?s? note|note: this|this edition|isbn[: ]|asin[: ])"
    r"[^.!?\n]*(?:[.!?]\)?(?=\s|$|[A-Z\"“])|\)|$)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"([a-z…][.!?][\"”’)]?)([A-Z“\"][a-z])")
# Shelves that say what a reader did with a book, or its format, and nothing about it.
_NOT_GENRES = re.compile(
    r"^(?:to[- ]read|currently[- ]reading|read|default|own(?:ed)?.*|my .*|.*favou?rites?.*|none|"
    r"audio ?books?|e-?books?|kindle|books?|library|wish ?list|.*\d{4}.*|\d.*|general|unfinished|"
    r".*[- ](?:read|reading|collection|inventory|shelf)|dnf|re-?read|abandoned|series|inventory|"
    r"book ?club|amazon|books i own|read for .*|storytime|cultural|unknown|other|miscellaneous)$",
    re.IGNORECASE,
)
_GENRE_ALIASES = {
    "biography & autobiography": "Biography",
    "biography autobiography": "Biography",
    "biography memoir": "Memoir",
    "juvenile fiction": "Childrens",
    "children": "Childrens",
    "children's": "Childrens",
    "children's books": "Childrens",
    "kids": "Childrens",
    "science fiction fantasy": "Science Fiction Fantasy",
    "sci-fi": "Science Fiction",
    "sci fi": "Science Fiction",
    "scifi": "Science Fiction",
    "ya": "Young Adult",
    "young adult fiction": "Young Adult",
    "non-fiction": "Nonfiction",
    "non fiction": "Nonfiction",
    "self-help": "Self Help",
    "comics & graphic novels": "Graphic Novels",
    "graphic novels comics": "Graphic Novels",
    "sequential art": "Comics",
    "religion & spirituality": "Religion",
    "business & economics": "Business",
    "body, mind & spirit": "Spirituality",
    "historical fiction": "Historical Fiction",
    "mysteries": "Mystery",
    "thrillers": "Thriller",
    "novel": "Novels",
    "classic": "Classics",
    "literary collections": "Essays",
    "cookbook": "Cookbooks",
    "lgbtq": "LGBT",
    "glbt": "LGBT",
}


def plain_text(text: str) -> str:
    """One line of text a terminal can be trusted with: no control or direction characters."""
    return " ".join(_CONTROL.sub("", text).split())


def clean_description(text: str) -> str:
    """A description without markup, entities, broken encoding and edition notes; one paragraph."""
    if not text:
        return ""
    if "&" in text:
        text = html.unescape(text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    if not text.isascii():
        from ftfy import fix_text

        text = fix_text(text)
    text = _EDITION_NOTE.sub(" ", text)
    # the published file lost its line breaks: "…FORTUNE.LOSING" and "…end.Sixteen" run together
    return plain_text(_GLUED.sub(r"\1 \2", text))


def fix_encoding(text: str) -> str:
    """A title or a name with broken encodings mended and markup gone."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isascii():
        from ftfy import fix_text

        text = fix_text(text)
    return plain_text(text)


def parse_genres(cell: str) -> tuple[str, ...]:
    """Genres in the order given, in Goodreads' spelling, without shelves like "to-read".

    Understands the published form (`['Fantasy', 'Fantasy > High Fantasy']`) and a dictionary cut
    at its commas (`["{'Science Fiction (Time Travel) ': 359", …]`).
    """
    try:
        parts = ast.literal_eval(cell) if cell.strip() else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        parts = cell.strip("[]").split(",")
    if isinstance(parts, str):
        parts = [parts]
    seen: dict[str, None] = {}
    for part in parts if isinstance(parts, list | tuple) else ():
        genre = _genre(str(part))
        if genre:
            seen.setdefault(genre)
    return tuple(seen)


@lru_cache(maxsize=1 << 14)
def _genre(part: str) -> str:
    name = re.sub(r"['\"]?\s*:\s*\d+\s*\}?$", "", part).strip(" {}'\"")
    inner = re.search(r"\(([^()]+)\)", name)
    name = inner[1] if inner else name.rsplit(">", 1)[-1]
    name = re.sub(r"\s+", " ", name.replace("-", " ") if name.islower() else name).strip()
    if not 2 <= len(name) <= 40 or _NOT_GENRES.match(name):
        return ""
    name = _GENRE_ALIASES.get(name.lower(), name)
    return name.title() if name.islower() else name


def parse_year(*cells: str) -> int | None:
    """The earliest four-digit year the cells name; failing that, a year of two digits.

    A two-digit year in a date ("09/14/08") means the last century's or this one's, whichever is
    not in the future; a cell that is nothing but a number is that year ("-19", "121").
    """
    for cell in cells:
        if re.fullmatch(r"-?\d{1,4}", cell.strip()):
            return year_in_range(int(cell))
    years = [int(y) for cell in cells for y in re.findall(r"(?<![\d/])-?\d{3,4}(?!\d)", cell)]
    good = [y for y in map(year_in_range, years) if y is not None and (y >= 1000 or y < 0)]
    if good:
        return min(good)
    for cell in cells:
        if short := re.fullmatch(
            r"\d{1,2}[/-]\w{1,3}[/-](\d{2})|\d{1,2}-[A-Za-z]{3}-(\d{2})", cell
        ):
            two = int(short[1] or short[2])
            return year_in_range(2000 + two) or 1900 + two
    return None


def parse_float(cell: str) -> float | None:
    """A number, or None; "total:2298124" and "5:1546466" are their last part."""
    try:
        value = float(cell.rsplit(":", 1)[-1].replace(",", ""))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def clean_isbn(cell: str) -> str:
    """ISBN-13 digits of a valid ISBN, "" otherwise; 9999999999999 stands for none."""
    digits = cell.strip().strip('="').replace("-", "")
    if len(digits) == 9 and digits.isdigit():
        digits = digits.zfill(10)  # a spreadsheet ate the leading zero
    if len(digits) not in (10, 13) or set(digits) == {"9"}:
        return ""
    from stdnum import isbn

    return str(isbn.to_isbn13(digits)) if isbn.is_valid(digits) else ""


@lru_cache(maxsize=1 << 10)
def language_name(cell: str) -> str:
    """The English name of a language given by name or code ("eng", "en-US", "fr"); "" unknown."""
    text = cell.strip().strip("-")
    if not text or text.lower() in {"nan", "none", "mul", "und", "undetermined"}:
        return ""
    import langcodes

    try:
        tag = langcodes.get(text) if len(text) <= 6 else langcodes.find(text)
        name = tag.language_name()
    except (LookupError, ValueError):
        return text if text.isalpha() and len(text) > 3 else ""
    return "" if name.startswith("Unknown") else name.split(" (")[0]


class LanguageDetector:
    """Tells the language of a description; loads its model at the first call."""

    def __init__(self) -> None:
        self._identifier: Any = None

    def __call__(self, text: str) -> str:
        """The language's English name, "" when the text is too short or the doubt too large."""
        if len(text) < 40:
            return ""
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        if self._identifier is None:
            self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        code, probability = self._identifier.classify(text[:600])
        return language_name(str(code)) if probability > 0.9 else ""
