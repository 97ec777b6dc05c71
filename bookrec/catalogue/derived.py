"""Works made from other works: what a set contains, and guides known by the titles of others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bookrec.catalogue.kinds import BOOK, kind_in_title
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal, same_series, series_key
from bookrec.catalogue.works import Work, all_series, titles_of

_COLLECTED = re.compile(
    r"\b(?:collection|complete|collected|trilogy|quartet|saga|sequence|omnibus|ultimate|boxed|novels|"
    r"compendium|great(?: book)?|in one volume)\b"
)
# What a description of several books in one says, and what it says before it names them.
_IN_ONE = re.compile(
    r"\bomnibus\b|\bin(?:to)? (?:one|a single) (?:\w+ )?(?:volume|book|edition)\b|"
    r"\bbox(?:ed)? set\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:collects|contains|comprises|comprising|brings together|combines|containing)\b",
    re.IGNORECASE,
)
_NAMED_WITHIN = 250  # characters after such a word
_OF_HOW_MANY = {"trilogy": 3, "quartet": 4, "duology": 2, "tetralogy": 4, "quintet": 5}
_VOLUMES = 2  # of a series in the catalogue: with fewer, its only book may bear its name
_LONGER = 1.2  # times the pages of its longest part: a set is longer than each of them
_MOSTLY, _LITTLE_READ = (
    0.7,
    0.01,
)  # shares of the author's books, and of the most read one's ratings
_WELL_KNOWN = 10_000  # ratings: "The Art of …" a title of fewer is no book about another work


@dataclass
class _Shelf:
    """The books of one author: works by normalised title, and volumes by series key.

    `languages` counts their languages, `ratings` is the number of ratings of the most read.
    """

    named: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    volumes: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    languages: Counter[str] = field(default_factory=Counter)
    ratings: int = 0


def mark_kinds(works: Sequence[Work]) -> tuple[list[Work], list[tuple[int, int]]]:
    """Set the kinds that only other works show, and return who contains whom.

    Returns the works with `derived_kind` set, and the pairs (set, part) of their indices. A set
    contains the author's books that its title joins ("Sense and Sensibility / Emma"), the volumes
    of the range that it names (#1-4), the books that its description says it holds, or all volumes
    of the series that it is named after ("The Great Dune Trilogy"). The form in which most readers
    know a book stays a book, though it has parts: The New York Trilogy. A box set or an omnibus by
    name is always a set.

    A little-read book in another language than the author's others is a translation.
    "The Making of Pride and Prejudice", "Dune for Dummies" and, by another author, "Frank Herbert's
    Dune" are guides; a known title retold by another hand is an adaptation.
    """
    shelves = _shelves(works)
    authors_of, ratings_of = _authors_and_ratings(works)
    marked, pairs = [], []
    for index, work in enumerate(works):
        kind = _kind_by_title(work, authors_of, ratings_of)
        shelf = shelves.get(author_key(work.authors[0])) if work.authors else None
        parts = _parts(index, work, works, shelf) if shelf and not kind else []
        if shelf and not kind and _translated(work, shelf):
            kind = "translation"
        if parts:
            pairs += [(index, part) for part in parts]
            most_read = max(works[part].ratings_count for part in parts)
            named = kind_in_title(work.title) == "set"
            kind = "set" if named or most_read >= work.ratings_count else BOOK
        marked.append(replace(work, derived_kind=kind))
    return marked, pairs


def _shelves(works: Sequence[Work]) -> dict[str, _Shelf]:
    found: dict[str, _Shelf] = defaultdict(_Shelf)
    for index, work in enumerate(works):
        if not work.authors or work.kind != BOOK:
            continue
        shelf = found[author_key(work.authors[0])]
        shelf.languages[work.language] += work.described
        shelf.ratings = max(shelf.ratings, work.ratings_count)
        for title in titles_of(work):
            for name in {title.full, title.core}:
                shelf.named[name].append(index)
        for series in all_series(work):
            if series.volume is not None and series.volume >= 1 and series.volume.is_integer():
                shelf.volumes[series.key].append((series.volume, index))
    return found


def _authors_and_ratings(works: Sequence[Work]) -> tuple[dict[str, set[str]], Counter[str]]:
    authors_of: dict[str, set[str]] = defaultdict(set)
    ratings_of: Counter[str] = Counter()
    for work in works:
        for title in titles_of(work):
            authors_of[title.full].update(author_key(a) for a in work.authors)
            ratings_of[title.full] = max(ratings_of[title.full], work.ratings_count)
    return authors_of, ratings_of


def _parts(index: int, work: Work, works: Sequence[Work], shelf: _Shelf) -> list[int]:
    """Return the works that this one contains, [] if it is a single book."""
    if work.kind not in (BOOK, "set") or len(shelf.named) <= _VOLUMES:
        return []
    own = {index, *(i for title in titles_of(work) for i in shelf.named.get(title.full, ()))}
    for rule in (_joined, _ranged, _described, _of_series):
        parts = sorted(set(rule(work, works, shelf)) - own)
        if len(parts) >= _VOLUMES:
            return parts
    return []


def _joined(work: Work, _: Sequence[Work], shelf: _Shelf) -> list[int]:
    """The books whose titles this title joins, if it consists of nothing else."""
    for text in (work.title, work.title.partition(": ")[2]):
        for separator in (r"\s*[,/;&]\s*(?:and )?", r"\s+and\s+"):
            parts = [normal(p) for p in re.split(separator, text) if p.strip()]
            if len(parts) > 1 and all(p in shelf.named for p in parts):
                return [shelf.named[p][0] for p in parts]
    return []


def _ranged(work: Work, _: Sequence[Work], shelf: _Shelf) -> list[int]:
    """The volumes of the range in the title or series: "Harry Potter #1-4".

    The range of a numbered book is of its issues or chapters.
    """
    if work.editions[0].title.number is not None:
        return []
    spans = [(s.key, s.span) for e in work.editions for s in e.series if s.span]
    return [
        i
        for key, (first, last) in spans
        for volume, i in _volumes_of(key, shelf)
        if first <= volume <= last
    ]


def _volumes_of(key: str, shelf: _Shelf) -> list[tuple[float, int]]:
    """The volumes of a series, or of those with a similar name if there is none of this name."""
    if key in shelf.volumes:
        return shelf.volumes[key]
    return [v for name, found in shelf.volumes.items() if same_series(name, key) for v in found]


def _described(work: Work, works: Sequence[Work], shelf: _Shelf) -> list[int]:
    """The author's books that the description names, if it says that it holds several."""
    text = work.description
    if _IN_ONE.search(text):
        found = _named_in(text, shelf)
    elif any(s.volume is not None for s in all_series(work)):
        return []  # one volume, with a word on the others
    else:
        ends = [match.end() for match in _HOLDS.finditer(text)]
        found = [i for end in ends for i in _named_in(text[end : end + _NAMED_WITHIN], shelf)]
    return [] if _short(work, works, found) else found


def _named_in(text: str, shelf: _Shelf) -> list[int]:
    """The books that a text names by titles of several words."""
    plain = f" {normal(text)} "
    names = {n: found[0] for n, found in shelf.named.items() if " " in n and f" {n} " in plain}
    # the name of a shorter title inside a longer one is not that title
    return [i for n, i in names.items() if not any(n != m and n in m for m in names)]


def _short(work: Work, works: Sequence[Work], parts: Sequence[int]) -> bool:
    """Whether the work is too short for a set of these parts."""
    longest = max((works[i].pages or 0 for i in parts), default=0)
    return bool(longest and work.pages and work.pages <= _LONGER * longest)


def _of_series(work: Work, works: Sequence[Work], shelf: _Shelf) -> list[int]:
    """The volumes of the series that the work is named after, the first three of a trilogy."""
    if any(s.volume is not None for s in all_series(work)) or work.editions[0].title.number:
        return []
    title = normal(work.title)
    keys = {title, series_key(work.title)} & {s.key for s in all_series(work)}
    if _COLLECTED.search(title):
        for part in (work.title, *work.title.split(": ")):
            keys |= {series_key(_COLLECTED.sub(" ", normal(part))), series_key(part)}
        keys |= {s.key for s in all_series(work) if same_series(s.key, series_key(title))}
    volumes = sorted(v for key in keys for v in shelf.volumes.get(key, ()))
    most = min((n for word, n in _OF_HOW_MANY.items() if word in title), default=len(volumes))
    found = [i for volume, i in volumes if volume <= most]
    return [] if _short(work, works, found) else found


def _translated(work: Work, shelf: _Shelf) -> bool:
    """Whether it is a little-read book in another language than the author's others."""
    others = shelf.languages - Counter([work.language])
    usual, count = next(iter(others.most_common(1)), ("", 0))
    foreign = bool(work.language and usual) and work.language != usual
    mostly = count >= max(_VOLUMES, _MOSTLY * others.total())
    return foreign and mostly and work.ratings_count < _LITTLE_READ * shelf.ratings


def _kind_by_title(
    work: Work, authors_of: Mapping[str, set[str]], ratings_of: Mapping[str, int]
) -> str:
    """Return the kind that the titles of other works show, "" if none."""
    own = {author_key(a) for a in work.authors}
    full = next(titles_of(work)).full
    if match := re.fullmatch(r"(?:making of|annotated|world of) (.+)|(.+) for dummies", full):
        if authors_of.get(match[1] or match[2]):
            return "guide"
    if match := re.fullmatch(r"art of (.+ .+)", full):
        about = normal(match[1])
        if authors_of.get(about, set()) - own and ratings_of[about] >= _WELL_KNOWN:
            return "art"
    for name, title in _possessives(full):
        if name in authors_of.get(title, set()) - own:
            return "guide"
    return ""


def _possessives(full: str) -> Iterator[tuple[str, str]]:
    """Yield author and title of "frank herberts dune": normal forms have no apostrophes."""
    words = full.split()
    for n in range(2, min(6, len(words))):
        possessive = " ".join(words[:n])
        if possessive.endswith("s"):
            yield possessive[:-1], " ".join(words[n:])
