"""One spelling for each author, whatever an edition prints."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal
from bookrec.catalogue.works import Edition

_LATIN = re.compile(r"[a-zA-Z]")
_NAME_RATIO = (
    80.0  # rapidfuzz ratio of last names (Tolstoy, Tolstoi), and of names from two scripts
)


def one_spelling(editions: Sequence[Edition]) -> list[Edition]:
    """Return the editions with one spelling of each author's name.

    Two names are one person if they have a title in common, begin with the same letter and end in
    nearly the same last name, and are never authors of one edition together. So Dostoyevsky,
    Dostoevsky and Достоевский are one, and so are D. H. and David Herbert Lawrence. The spelling
    with most ratings is kept, one in Latin letters if there is any.
    """
    from scipy.cluster.hierarchy import DisjointSet

    printed: dict[str, Counter[str]] = defaultdict(Counter)
    together: set[frozenset[str]] = set()
    for edition in editions:
        for name in edition.authors:
            printed[author_key(name)][name] += edition.ratings_count + 1
        keys = dict.fromkeys(map(author_key, edition.authors))
        together.update(map(frozenset, combinations(keys, 2)))
    people = DisjointSet(printed)
    for one, other in _with_a_common_title(editions):
        # both on one edition are two people, unless one name is the other in another script
        apart = frozenset((one, other)) in together and one.isascii() == other.isascii()
        if not apart and _same_name(one, other):
            people.merge(one, other)
    spelling: dict[str, str] = {}
    for person in people.subsets():
        names = sum((printed[key] for key in person), Counter[str]())
        same = [list(names)] if len(person) > 1 else _same_letters(names)
        for spellings in same:
            best = max(spellings, key=lambda n: (bool(_LATIN.search(n)), names[n], n))
            spelling |= dict.fromkeys(spellings, best)
    return [_spelt(edition, spelling) for edition in editions]


def _same_letters(names: Iterable[str]) -> list[list[str]]:
    """Group names that differ in case, spaces, punctuation and diacritics only.

    The others of one key are not always one person: Andre Dubus and Andre Dubus III.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[normal(name).replace(" ", "")].append(name)
    return list(found.values())


def _spelt(edition: Edition, spelling: dict[str, str]) -> Edition:
    names = tuple(dict.fromkeys(spelling[name] for name in edition.authors))
    return edition if names == edition.authors else replace(edition, authors=names)


def _with_a_common_title(editions: Sequence[Edition]) -> Iterator[tuple[str, str]]:
    authors_of: dict[str, set[str]] = defaultdict(set)
    for edition in editions:
        authors_of[edition.title.core].update(map(author_key, edition.authors))
    pairs = {pair for keys in authors_of.values() for pair in combinations(sorted(keys), 2)}
    yield from sorted(pairs)


def _same_name(one: str, other: str) -> bool:
    """Whether two author keys can be one person's: Dostoyevsky, fyodor dostoevsky."""
    if one.isascii() != other.isascii():
        return fuzz.ratio(_latin(one), _latin(other)) >= _NAME_RATIO
    a, b = _latin(one).split(), _latin(other).split()
    if not a or not b or fuzz.ratio(a[-1], b[-1]) < _NAME_RATIO:
        return False
    return a[0][0] == b[0][0] or (a[-1] == b[-1] and 1 in (len(a), len(b)))


@lru_cache(maxsize=1 << 16)
def _latin(name: str) -> str:
    if name.isascii():
        return name
    from anyascii import anyascii

    return str(anyascii(name))
