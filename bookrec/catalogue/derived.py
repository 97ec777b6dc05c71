"""Works made from other works: box sets, omnibuses, guides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal, same_series, series_key
from bookrec.catalogue.works import Work, titles_of

_COLLECTED = re.compile(
    r"\b(?:collection|complete|collected|trilogy|sequence|omnibus|ultimate|great book|boxed)\b"
)
_VOLUMES = 2  # of a series in the catalogue: with fewer, its only book may bear its name


def mark_derived(works: Sequence[Work]) -> list[Work]:
    """Return the works with `derived_kind` set, judged by the titles of the other works.

    "Frank Herbert's Dune" (by another author), "The Making of Pride and Prejudice" and "Dune for
    Dummies" are guides. "Sense and Sensibility, Emma" and "The Great Dune Trilogy" are sets. So is
    a book without a volume that is titled like its series, when the catalogue has volumes of it by
    the same author ("The Lord of the Rings", "Harry Potter Collection").
    """
    authors_of: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for title in titles_of(work):
            authors_of[title.full].update(author_key(a) for a in work.authors)
    pages = _pages_of_volumes(works)
    return [replace(w, derived_kind=_derived_kind(w, authors_of, pages)) for w in works]


def _pages_of_volumes(works: Sequence[Work]) -> dict[tuple[str, str], list[int]]:
    """Return, by author and series, the pages of each numbered volume; 0 where unknown."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for work in works:
        if work.authors and work.series and work.series.volume is not None and work.described:
            found[author_key(work.authors[0]), work.series.key].append(work.pages or 0)
    return found


def _collects_series(work: Work, pages: Mapping[tuple[str, str], Sequence[int]]) -> bool:
    """Whether the work is a series in one book: titled like it, and longer than a volume."""
    series = work.series
    if series is None or series.volume is not None or not work.authors:
        return False
    volumes = pages.get((author_key(work.authors[0]), series.key), ())
    title = normal(work.title)
    named = title == normal(series.name) or (
        bool(_COLLECTED.search(title)) and same_series(series_key(work.title), series.key)
    )
    known = sorted(p for p in volumes if p)
    long = not known or not work.pages or work.pages > 1.5 * known[len(known) // 2]
    return named and len(volumes) >= _VOLUMES and long


def _derived_kind(
    work: Work,
    authors_of: Mapping[str, set[str]],
    pages: Mapping[tuple[str, str], Sequence[int]],
) -> str:
    if _collects_series(work, pages):
        return "set"
    own = {author_key(a) for a in work.authors}
    full = next(titles_of(work)).full
    for separator in (r"\s*[,/;&]\s*(?:and )?", r"\s+and\s+"):
        parts = [normal(p) for p in re.split(separator, work.title) if p.strip()]
        if len(parts) > 1 and all(own & authors_of.get(p, set()) for p in parts):
            return "set"
    if match := re.fullmatch(r"(?:great |complete )?(.+) (?:trilogy|quartet|saga|omnibus)", full):
        if own & authors_of.get(match[1], set()):
            return "set"
    if match := re.fullmatch(r"(?:making of|annotated|world of) (.+)|(.+) for dummies", full):
        if authors_of.get(match[1] or match[2]):
            return "guide"
    words = full.split()
    for n in range(2, min(6, len(words))):
        possessive = " ".join(words[:n])  # "frank herberts": normal forms have no apostrophes
        if (
            possessive.endswith("s")
            and possessive[:-1] in authors_of.get(" ".join(words[n:]), set()) - own
        ):
            return "guide"
    return ""
