"""Works made of other works: box sets, omnibuses, guides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal
from bookrec.catalogue.works import Work, titles_of


def mark_derived(works: Sequence[Work]) -> list[Work]:
    """The works, with those that are made of another one marked as what they are.

    "Frank Herbert's Dune" (by somebody else), "The Making of Pride and Prejudice" and "Dune for
    Dummies" are guides; "Sense and Sensibility, Emma" and "The Great Dune Trilogy" are sets.
    """
    authors_of: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for title in titles_of(work):
            authors_of[title.full].update(author_key(a) for a in work.authors)
    return [replace(w, derived=_derived(w, authors_of)) for w in works]


def _derived(work: Work, authors_of: dict[str, set[str]]) -> str:
    mine = {author_key(a) for a in work.authors}
    full = next(titles_of(work)).full
    for joint in (r"\s*[,/;&]\s*(?:and )?", r"\s+and\s+"):
        parts = [normal(p) for p in re.split(joint, work.title) if p.strip()]
        if len(parts) > 1 and all(mine & authors_of.get(p, set()) for p in parts):
            return "set"
    if match := re.fullmatch(r"(?:great |complete )?(.+) (?:trilogy|quartet|saga|omnibus)", full):
        if mine & authors_of.get(match[1], set()):
            return "set"
    if match := re.fullmatch(r"(?:making of|annotated|world of) (.+)|(.+) for dummies", full):
        if authors_of.get(match[1] or match[2]):
            return "guide"
    words = full.split()
    for n in range(2, min(6, len(words))):
        writer = " ".join(words[:n])
        if (
            writer.endswith("s")
            and writer[:-1] in authors_of.get(" ".join(words[n:]), set()) - mine
        ):
            return "guide"
    return ""
