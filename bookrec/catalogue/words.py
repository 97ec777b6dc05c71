"""How near two titles or names are, word by word."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

STOPWORDS = frozenset("a,an,the,of,and,or,in,on,to,for,from,with,by,is,at,as,et,de,la".split(","))
_TYPO = 0.9  # similarity of a word with typos
_BEGINNING = 0.6  # similarity of "winter" and "wintertime"
_MIN_BEGINNING = 5  # letters
_SAME_TITLE = 84.0  # rapidfuzz ratio of two titles that differ only by typos
_SAME_WORDS = 0.8  # share of the words of two titles that differ only by typos
_STOPWORD_WEIGHT = 0.1
_MIN_ONE_WORD = 5  # letters; a shorter word one letter away is another word


def likeness(a: str, b: str) -> float:
    """Return how alike two words are: 1 if equal, 0 if they have nothing in common."""
    if a == b:
        return 1.0
    if _is_number(a) or _is_number(b):
        return 0.0
    longest, distance = max(len(a), len(b)), OSA.distance(a, b)
    allowed = 0 if longest < 3 else 1 if longest <= 5 else 2 if longest <= 9 else 3
    if distance <= allowed or (longest >= 5 and distance <= 2 and sorted(a) == sorted(b)):
        return _TYPO
    short, long = sorted((a, b), key=len)
    return _BEGINNING if len(short) >= _MIN_BEGINNING and long.startswith(short) else 0.0


def shares(typed: Sequence[str], known: Sequence[str]) -> tuple[float, float]:
    """Return the share of the typed words that are among the known ones, and the reverse.

    0 to 1 each. Words with typos count a little less, words like "the" hardly at all.
    """
    return _share(typed, known), _share(known, typed)


def _share(words: Sequence[str], others: Sequence[str]) -> float:
    weights = [_STOPWORD_WEIGHT if w in STOPWORDS else 1.0 for w in words]
    found = [max((likeness(w, o) for o in others), default=0.0) for w in words]
    total = sum(weights)
    return sum(w * f for w, f in zip(weights, found, strict=True)) / total if total else 0.0


def same_but_typos(typed: str, known: str) -> bool:
    """Whether two normalised names differ only by typos. Other numbers make another name."""
    if typed == known:
        return True
    left, right = typed.split(), known.split()
    if [w for w in left if _is_number(w)] != [w for w in right if _is_number(w)]:
        return typed.replace(" ", "") == known.replace(" ", "")
    joined = "".join(left), "".join(right)
    if min(map(len, joined)) < _MIN_ONE_WORD or fuzz.ratio(*joined) < _SAME_TITLE:
        return False
    return OSA.distance(*joined) <= 1 or min(shares(left, right)) >= _SAME_WORDS


def _is_number(word: str) -> bool:
    return word.isdigit()
