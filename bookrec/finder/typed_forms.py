"""Forms in which people type a book: with its author, its year, or its place in a series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_YEAR = re.compile(r"\s*(.*\S)\s*\((1[0-9]{3}|20[0-9]{2})\)\s*")
_QUOTES = "\"'“”„‟«»‹›「」『』‘’ "
# "Dune - Frank Herbert", "Frank Herbert: Dune", "Dune / Frank Herbert", "Dune, Frank Herbert"
_BREAK = re.compile(r"\s+[-–—/|]\s+|\s*[:,;|]\s+")
_IN_PARENTHESES = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]")
_NUMBER_WORDS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_VOLUME = re.compile(
    r"(?P<name>.*?\S)\s*(?:[,:–—-]\s*)?\s"
    r"(?P<mark>(?:books?|bk|vol|volume|part|number|no|#|tome|band)\.?\s*#?\s*)?"
    rf"(?P<number>\d{{1,3}}(?:\.\d)?|{'|'.join(_NUMBER_WORDS)})",
    re.IGNORECASE,
)
_MAX_WORDS = 12  # a longer text is not a title and its author


class TypedVolume(NamedTuple):
    """A series' name and a volume; `marked` if a word says so ("book 2", "#2")."""

    series: str
    volume: float
    marked: bool


def cleaned(typed: str) -> str:
    """Return the text without quotes around it and with full-width characters as usual ones."""
    usual = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed)
    text = " ".join(usual.split())
    stripped = text.strip(_QUOTES)
    return stripped if stripped and text[0] in _QUOTES and text[-1] in _QUOTES else text


def without_year(typed: str) -> tuple[str, int | None]:
    """Split "Dune (1965)" into the title and the year, None without one."""
    match = _YEAR.fullmatch(typed)
    return (match[1], int(match[2])) if match else (typed, None)


def with_author(typed: str) -> Iterator[tuple[str, str]]:
    """Yield possible (title, author) of "Dune - Frank Herbert" or "Frank Herbert, Dune"."""
    if match := _IN_PARENTHESES.fullmatch(typed):
        yield match[1], match[2]
    for found in _BREAK.finditer(typed):
        head, tail = typed[: found.start()].strip(), typed[found.end() :].strip()
        if head and tail:
            yield head, tail
            yield tail, head


def run_together(typed: str) -> Iterator[tuple[str, str]]:
    """Yield possible (title, author) of "Dune Frank Herbert" or "frank herbert dune"."""
    words = typed.split()
    for i in range(1, len(words)) if len(words) <= _MAX_WORDS else ():
        head, tail = " ".join(words[:i]), " ".join(words[i:])
        yield head, tail
        yield tail, head


def typed_volume(typed: str) -> TypedVolume | None:
    """Parse "Foundation 2", "Mistborn #3", "dune book two", "Discworld, #15"."""
    match = _VOLUME.fullmatch(typed.replace("#", " #"))
    if not match:
        return None
    word = match["number"].lower()
    if word in _NUMBER_WORDS and not match["mark"]:
        return None
    volume = float(_NUMBER_WORDS.get(word) or word)
    return TypedVolume(match["name"].strip(" ,:–—-"), volume, bool(match["mark"]))
