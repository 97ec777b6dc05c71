"""Words of titles and names: how near two are, and the query for all of some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

STOPWORDS = frozenset("a,an,the,of,and,or,in,on,to,for,from,with,by,is,at,as,et,de,la".split(","))
_SWAPPED = frozenset("".join(sorted(w)) for w in STOPWORDS if len(w) > 2)  # "teh"
_TYPO = 0.9  # likeness of a word with typos
_BEGINNING = 0.6  # likeness of "winter" and "wintertime"
_MIN_BEGINNING = 5  # letters
_STOPWORD_WEIGHT = 0.1
_MIN_ONE_WORD = 5  # letters; a shorter word one letter away is another word
_DOUBLED = re.compile(r"(.)\1")
_MOST_TYPOS = 0.2  # of the letters of a title


def misspelt(typed: str, known: str) -> bool:
    """Whether a typed word is the known one but for typos: "hobit", "wrold", but not "winner"."""
    longest, distance = max(len(typed), len(known)), OSA.distance(typed, known)
    if typed.isdigit() or known.isdigit() or longest < 4 or typed[0] != known[0]:
        return False
    allowed = 1 if longest < 8 else 2 if longest < 12 else 3
    return distance <= allowed or (distance == 2 and sorted(typed) == sorted(known))


def plural(a: str, b: str) -> bool:
    """Whether two words are singular and plural of one."""
    return a != b and a.removesuffix("s") == b.removesuffix("s")


def shares(typed: Sequence[str], known: Sequence[str]) -> tuple[float, float]:
    """Return the share of the typed words that are among the known ones, and the reverse.

    0 to 1 each. Words with typos count a little less, words like "the" hardly at all.
    """
    return _share(typed, known), _share(known, typed)


def _share(words: Sequence[str], others: Sequence[str]) -> float:
    weights = [_STOPWORD_WEIGHT if w in STOPWORDS else 1.0 for w in words]
    found = [max((_likeness(w, o) for o in others), default=0.0) for w in words]
    total = sum(weights)
    return sum(w * f for w, f in zip(weights, found, strict=True)) / total if total else 0.0


def _likeness(a: str, b: str) -> float:
    """Return how alike two words are: 1 if equal, 0 if they have nothing in common."""
    if a == b:
        return 1.0
    if misspelt(a, b):
        return _TYPO
    short, long = sorted((a, b), key=len)
    return _BEGINNING if len(short) >= _MIN_BEGINNING and long.startswith(short) else 0.0


def typos(typed: str, known: str) -> list[str] | None:
    """Return the typed words that are typos if the normalised names are else equal, or None.

    Words like "the", blanks and plurals do not matter: "davinci code" is "da vinci code". Other
    numbers make another name.
    """
    joined = typed.replace(" ", ""), known.replace(" ", "")
    if joined[0] == joined[1]:
        return []
    most = max(1, int(_MOST_TYPOS * len(joined[1])))
    if max(map(len, joined)) < _MIN_ONE_WORD or OSA.distance(*joined, score_cutoff=most) > most:
        return None
    left, right = content_words(typed), content_words(known)
    if len(left) != len(right):
        return None
    wrong = [a for a, b in zip(left, right, strict=True) if a != b and not plural(a, b)]
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a in wrong]
    return wrong if all(misspelt(a, b) for a, b in pairs) else None


def same_but_doubled(a: str, b: str) -> bool:
    """Whether two names differ only in doubled letters: "hobit" and "hobbit"."""
    return _DOUBLED.sub(r"\1", a) == _DOUBLED.sub(r"\1", b)


def in_column(column: str, words: Iterable[str]) -> str:
    """Return an FTS5 query for all words of normalised names in one column of the catalogue.

    They are quoted, so that a word of the query syntax is a word.
    """
    return f"{column} : (" + " ".join(f'"{word}"' for word in words) + ")"


def content_words(name: str) -> list[str]:
    """Return the words of a normalised name without "the", "of" and their like."""
    return [w for w in name.split() if w not in STOPWORDS and "".join(sorted(w)) not in _SWAPPED]
