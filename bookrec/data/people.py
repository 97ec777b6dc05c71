"""Authors: what is printed, and the key under which two spellings of a name are one."""

from __future__ import annotations

import re
from functools import lru_cache

from bookrec.data.titles import normal

_ROLE = re.compile(r"\s*\(([^)]*)\)")
# Roles that make somebody a contributor, not an author.
_CONTRIBUTOR = re.compile(
    r"illustrat|translat|editor|introduction|foreword|afterword|narrat|reader|preface|contribut|"
    r"photograph|cover|compil|adapt|pencil|ink|letter|colou?r|artist|commentary|notes|designer",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\b(?:jr|sr|ii|iii|phd|md|esq)$")
_NOBODY = {"unknown", "anonymous", "various", "none", "various authors", "not available"}


def parse_authors(text: str) -> tuple[str, ...]:
    """The authors of "Name (Goodreads Author), Other Name (Illustrator)": ("Name",).

    Contributors are left out unless nobody else is named.
    """
    authors: list[str] = []
    others: list[str] = []
    for part in re.split(r",\s*(?![^(]*\))|\s*;\s*|\s+&\s+", text):
        roles = " ".join(_ROLE.findall(part))
        name = " ".join(_ROLE.sub("", part).split()).strip(" ,;")
        if _SUFFIX.fullmatch(normal(name)) and authors:
            authors[-1] = f"{authors[-1]}, {name}"
        elif name and normal(name) not in _NOBODY:
            (others if _CONTRIBUTOR.search(roles) else authors).append(name)
    return tuple(authors or others)


@lru_cache(maxsize=1 << 16)
def author_key(name: str) -> str:
    """One form for "James S.A. Corey", "James SA Corey" and "James Corey"; "" for nobody.

    Initials that lead are joined ("J. R. R." → "jrr"), middle initials dropped.
    """
    words = _SUFFIX.sub("", normal(name.replace(".", ". "))).split()
    lead = ""
    while len(words) > 1 and len(words[0]) == 1:
        lead += words.pop(0)
    if lead:
        words.insert(0, lead)
    if len(words) > 2:
        # "sa" in "James SA Corey" is initials written as one word
        words = [words[0], *(w for w in words[1:-1] if len(w) > 2), words[-1]]
    return " ".join(words)


def last_name(name: str) -> str:
    """The last word of a name's key; "" for nobody."""
    return author_key(name).rpartition(" ")[2]


def author_matches(typed: str, author: str) -> bool:
    """Whether what a reader typed can mean this author: "Herbert", "F. Herbert", "frank herbert".

    Every typed word must be a word of the name, or an initial of one.
    """
    have = author_key(author).split()
    wanted = [w for w in author_key(typed).split() if w]
    if not wanted or not have:
        return False
    full = normal(author).split()
    joined = "".join(full)
    return all(
        any(w == h or (len(w) == 1 and h.startswith(w)) for h in {*have, *full})
        or (len(w) <= 3 and joined.startswith(w))
        for w in wanted
    )
