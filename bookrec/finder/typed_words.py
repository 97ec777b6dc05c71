"""Typed words as queries of the full-text table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import genre_key

_WORD = re.compile(r"\w+")
OPTIONAL = frozenset({"the", "a", "an", "and"})  # titles differ in them
_INITIALS = re.compile(r"[A-Za-z]{2,3}")
_MOST = 50  # words of a text; a longer one is a pasted description
_SHORTEST_PREFIX = 3  # characters of an unfinished word


@dataclass(frozen=True)
class Term:
    """A typed word: phrases of which one has to occur, or the genre that it is a name of.

    The full-text table splits phrases as it splits texts: "Ender's" is "Ender s".
    """

    phrases: tuple[str, ...]
    genre: str = ""

    @property
    def typed(self) -> str:
        """The word as typed, or the nearest one."""
        return self.phrases[0]


def typed_words(text: str) -> list[Term]:
    """Return the words of a text, without articles unless there is nothing else.

    A word of two or three letters may be initials: "JRR" is also "J. R. R.". "sci-fi" is also the
    genre Science Fiction.
    """
    words = []
    for word in unicodedata.normalize("NFC", text).replace("_", " ").split():
        phrase = " ".join(_WORD.findall(word))
        if phrase:
            initials = (" ".join(phrase),) if _INITIALS.fullmatch(phrase) else ()
            genre = genre_key(word)
            words.append(Term((phrase, *initials), genre if genre != phrase.lower() else ""))
    words = list(dict.fromkeys(words))[:_MOST]
    return [w for w in words if w.typed.lower() not in OPTIONAL] or words


def query(
    words: Sequence[Term], columns: str = "", unfinished: bool = True, every: bool = True
) -> str:
    """Return an FTS5 query for all words, or with `every` False for any of them.

    `unfinished` lets the last word be the beginning of one. Phrases are quoted: a word of the query
    syntax is a word.
    """
    parts = []
    for number, word in enumerate(words, 1):
        phrases = [f'"{phrase}"' for phrase in word.phrases]
        long = len(word.typed) >= _SHORTEST_PREFIX or not word.typed.isascii()
        if unfinished and long and number == len(words):
            phrases.append(f"{phrases[0]} *")
        if word.genre:
            phrases.append(f'genres : "{word.genre}"')
        parts.append(f"({' OR '.join(phrases)})")
    whole = f"({(' AND ' if every else ' OR ').join(parts)})"
    return f"{columns} : {whole}" if columns else whole


def books_where(catalogue: Catalogue, query: str) -> set[int]:
    """Return the indices of the books that an FTS5 query finds."""
    return {b for (b,) in catalogue.rows("SELECT rowid FROM words WHERE words MATCH ?", (query,))}
