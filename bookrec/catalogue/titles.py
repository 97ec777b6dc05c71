"""Parse titles: series, volume, subtitle and edition words, and a normal form to compare.

Two spellings of one title must have the same normal form ("The Fellowship of the Ring (The Lord of
the Rings, #1)", "Fellowship of the Ring, The"); two books must not ("Star Wars: Dark Disciple",
"Star Wars"). Series and volume are kept apart from the title and never discarded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse

from bookrec.catalogue.kinds import BOOK, kind_in_title

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:(?:the|a|an) )+(?=\S)")
_TRAILING_ARTICLE = re.compile(r"^(.*\S), (the|a|an)$", re.IGNORECASE)
_GROUP = re.compile(r"\s*[\(\[]([^()\[\]]*)(?:[\)\]]|$)")
_NUMBER = r"\d+(?:\.\d+)?"
_RANGE = rf"(?:{_NUMBER})\s*(?:[-–—&,]|to|and)\s*(?:{_NUMBER})"
# "Name, #3" · "Name #3" · "Name Book 3" · "Name—Book 3" · "Name, 3" · "Name, #1-4"
_SERIES = re.compile(
    rf"^(?P<name>.*?\S)\s*(?:[,:—–-]\s*)?"
    rf"(?:\#\s*|(?:book|vol\.?|volume|part|no\.?|bk\.?)\s+\#?|books\s+(?=\d[\d.]*\D))"
    rf"(?P<number>{_RANGE}|{_NUMBER})(?:\s*(?:of|/)\s*\d+)?\s*$",
    re.IGNORECASE,
)
_SERIES_COMMA = re.compile(rf"^(?P<name>.*[^\W\d].*?)\s*,\s*(?P<number>{_NUMBER})\s*$")
_SERIES_BARE = re.compile(r"^(?P<name>.*[^\W\d])\s+(?P<number>\d{1,2}(?:\.\d)?)$")
_OWN_VOLUME = re.compile(
    r"\b(?:vol|volume|part|pt|book|bk|no|issue|season|episode|tome|tomo|band)\b\.?\s*\#?\s*"
    r"(?P<number>\d{1,4}|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"\b(?:(?:kindle|revised|illustrated|annotated|deluxe|anniversary|collector'?s?|special|"
    r"unabridged|abridged|international|reprint|paperback|hardcover|movie tie[- ]in|first|second|"
    r"third|fourth|fifth|\d+(?:st|nd|rd|th)|expanded|updated|large print|[a-z]+ classics) edition|"
    r"hardcover|paperback|mass market|kindle|audio ?book|audio cd|library binding|large print|"
    r"unabridged|illustrated|annotated|rpkg|(?:penguin|oxford|vintage|modern library|signet|"
    r"bantam|barnes (?:&|and) noble|wordsworth|norton|everyman'?s?|dover|harper|sf|fantasy|puffin|"
    r"virago|collins|world'?s|popular penguin|nyrb|perennial|scholastic) "
    r"(?:modern |world'?s |critical )?(?:classics?|masterworks|editions?|library|thrift editions)|"
    r"dover thrift|penguin|english|spanish|french|german)\b",
    re.IGNORECASE,
)
# "[Board book] Eric Carle", "[Paperback] …" to the end; "(L)" is a binding.
_FORMAT_NOTE = re.compile(
    r"\s*\[(?:paperback|hardcover|kindle|board ?book|audio ?cd)\b.*$|\s+\([LMS]\)$", re.IGNORECASE
)
# A subtitle that gives only the genre or form does not tell two books apart.
_GENERIC = re.compile(
    r"^(?:an? )?(?:[a-z]+ )?(?:novel|novella|memoir|thriller|romance|mystery|story|stories|poems?|"
    r"tale|play|roman|biography|autobiography|comedy|tragedy|fable|true story|novel of .*|"
    r"epic fantasy|love story|selected poems|essays|memoirs?|graphic memoir)$"
)
_SERIES_WORDS = re.compile(
    r"\b(?:series|trilogy|saga|cycle|quartet|quintet|duology|tetralogy|novels?|books?|sequence|"
    r"chronicles?|mysteries|mystery|universe|the|a|an)\b"
)
# "Title - Subtitle", "Title; or, Other Title", "Title, or Other Title"
_OTHER_BREAK = re.compile(r"\s+[-–—]+\s+|[;,] (?=or,? [A-Z])|\s(?=or, )")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_ROMAN |= {"x": 10, "xi": 11, "xii": 12}
_WORDS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        range(1, 11),
        strict=True,
    )
)


@dataclass(frozen=True)
class Series:
    """A series: name as printed, key (see `series_key`), and volume, None for a range or none.

    `span` is the first and last volume of a range, for a set.
    """

    name: str
    key: str
    volume: float | None
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Title:
    """A parsed title.

    `shown` is the title for display, without series and edition words. `full` and `core` are its
    normal forms with and without the subtitle. `number` is a volume that is part of the title
    itself. `kind` is "book" or one of `kinds.KINDS`.
    """

    shown: str
    full: str
    core: str
    subtitle: str
    number: float | None
    series: tuple[Series, ...]
    kind: str

    @property
    def digits(self) -> tuple[str, ...]:
        """The numbers in the normal form. Titles with different numbers are different books."""
        return tuple(sorted(w for w in self.full.split() if w.isdigit()))


@lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """Return the casefolded words without diacritics, punctuation and leading articles."""
    text = text.strip()
    if moved := _TRAILING_ARTICLE.match(text):
        text = f"{moved[2]} {moved[1]}"
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    if not text.isascii():
        text = "".join(filterfalse(unicodedata.combining, text))
    text = _NOT_WORD.sub(" ", text.replace("&", " and ")).strip()
    return _ARTICLE.sub("", text)


def series_key(name: str) -> str:
    """Return the normal form of a series' name, equal for "The Mars Trilogy" and "Mars"."""
    plain = normal(name)
    return " ".join(_SERIES_WORDS.sub(" ", plain).split()) or plain


def series_named(name: str | None, volume: float | None) -> list[Series]:
    """Return the series of this name as a list of one, empty without a name."""
    return [Series(name, series_key(name), volume)] if name else []


def same_series(a: str, b: str) -> bool:
    """Whether two series keys name one series: equal, or one inside the other."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 4 and f" {short} " in f" {long} "


def parse_series(text: str) -> tuple[Series, ...]:
    """Parse a series column or the parentheses of a title. `;`, `|` and `/` separate series.

    >>> parse_series("Discworld, #15; City Watch #2")[1].volume
    2.0
    """
    found = []
    for part in re.split(r"\s*[;|/]\s*(?=[^\d])", text.strip()):
        match = _SERIES.match(part) or _SERIES_COMMA.match(part)
        name = (match["name"] if match else part).strip(" ,:-–—")
        key = series_key(name)
        if not key or key.isdigit():
            continue
        number = match["number"] if match else ""
        found.append(Series(name, key, _volume(number), _span(number)))
    return tuple(found)


@lru_cache(maxsize=1 << 17)  # `merge` parses about 110,000 rated titles repeatedly
def parse_title(raw: str) -> Title:
    """Parse a title as printed on a cover or in an export. Never raises."""
    text = " ".join(raw.split())
    series: list[Series] = []
    kind = kind_in_title(text)
    for group in _GROUP.finditer(text):
        inner = group[1].strip()
        match = _SERIES.match(inner) or _SERIES_COMMA.match(inner) or _SERIES_BARE.match(inner)
        if match and not _EDITION.fullmatch(inner):
            series += _in_group(inner)
            if kind == BOOK and _volume(match["number"]) is None:
                kind = "set"
    shown = _without_groups(text)
    head, _, tail = shown.partition(": ")
    if not tail:
        head, _, tail = _OTHER_BREAK.sub("\x00", shown, count=1).partition("\x00")
    subtitle = normal(tail)
    if _GENERIC.match(subtitle):
        subtitle, shown = "", head
    number = _own_number(shown)
    core = _numbered(normal(_OWN_VOLUME.sub(" ", head) if number is not None else head), number)
    full = _numbered(normal(_OWN_VOLUME.sub(" ", shown) if number is not None else shown), number)
    return Title(shown, full or core, core or full, subtitle, number, tuple(series), kind)


def _in_group(inner: str) -> tuple[Series, ...]:
    """Parse a series in parentheses, where a bare number is a volume: "(Robot 0.5)"."""
    bare = _SERIES_BARE.match(inner)
    if bare and not _SERIES.match(inner):
        return (Series(bare["name"], series_key(bare["name"]), _volume(bare["number"])),)
    return parse_series(inner)


def _without_groups(text: str) -> str:
    """Drop "(Series, #1)", "(Penguin Classics)", "[Paperback] …" from a title."""

    def keep(group: re.Match[str]) -> str:
        inner = group[1].strip()
        is_series = _SERIES.match(inner) or _SERIES_COMMA.match(inner) or "#" in inner
        closes = group[0].endswith((")", "]"))
        if is_series or not inner or _EDITION.search(inner) or _SERIES_BARE.match(inner):
            return ""
        at_end = group.end() >= len(text.rstrip())
        looks_like_series = bool(
            re.search(r"(?i)\b(?:series|trilogy|saga|chronicles|novels?|mysteries)$", inner)
        )
        return "" if (at_end and (looks_like_series or not closes)) else group[0]

    shorter = _FORMAT_NOTE.sub("", text)
    shorter = _GROUP.sub(keep, shorter)
    return " ".join(shorter.split()).strip(" ,:;-–—") or text


def before_number(shown: str) -> str:
    """Return what stands before the volume in a title: "Saga" of "Saga, Volume 8"."""
    return _OWN_VOLUME.split(shown, maxsplit=1)[0].strip(" ,:;-–—([#")


def _own_number(shown: str) -> float | None:
    match = _OWN_VOLUME.search(shown)
    if not match:
        return None
    word = match["number"].lower()
    value = _ROMAN.get(word) or _WORDS.get(word) or (int(word) if word.isdigit() else None)
    return None if value is None else float(value)


def _numbered(core: str, number: float | None) -> str:
    return core if number is None else f"{core} {number:g}".strip()


def _volume(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


def _span(text: str) -> tuple[float, float] | None:
    ends = re.fullmatch(rf"({_NUMBER})[^\d.]+({_NUMBER})", text.strip())
    return (float(ends[1]), float(ends[2])) if ends else None
