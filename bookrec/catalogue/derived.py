"""Works made from other works: box sets, omnibuses, guides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal
from bookrec.catalogue.works import Work, titles_of


def mark_derived(works: Sequence[Work]) -> list[Work]:
    """Return the works with `derived_kind` set, judged by the titles of the other works.

    "Frank Herbert's Dune" (by another author), "The Making of Pride and Prejudice" and "Dune for
    Dummies" are guides. "Sense and Sensibility, Emma" and "The Great Dune Trilogy" are sets.
    """
    authors_of: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for title in titles_of(work):
            authors_of[title.full].update(author_key(a) for a in work.authors)
    return [replace(w, derived_kind=_derived_kind(w, authors_of)) for w in works]


def _derived_kind(work: Work, authors_of: dict[str, set[str]]) -> str:
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
