"""Authors: names as printed, and one key for all spellings of a name."""

from __future__ import annotations

import re
from functools import lru_cache

from bookrec.catalogue.titles import normal

_ROLE = re.compile(r"\s*\(([^)]*)\)")
# Roles of contributors, who are not authors.
_CONTRIBUTOR = re.compile(
    r"illustrat|translat|editor|introduction|foreword|afterword|narrat|reader|preface|contribut|"
    r"photograph|cover|compil|adapt|pencil|ink|letter|colou?r|artist|commentary|notes|designer",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\b(?:jr|sr|ii|iii|phd|md|esq)$")
_PLACEHOLDERS = {"unknown", "anonymous", "various", "none", "various authors", "not available"}


def parse_authors(text: str) -> tuple[str, ...]:
    """Return the authors in "Name (Goodreads Author), Other Name (Illustrator)": ("Name",).

    Contributors are left out unless there are no authors.
    """
    authors: list[str] = []
    others: list[str] = []
    for part in re.split(r",\s*(?![^(]*\))|\s*;\s*|\s+&\s+", text):
        roles = " ".join(_ROLE.findall(part))
        name = " ".join(_ROLE.sub("", part).split()).strip(" ,;")
        if _SUFFIX.fullmatch(normal(name)) and authors:
            authors[-1] = f"{authors[-1]}, {name}"
        elif name and normal(name) not in _PLACEHOLDERS:
            (others if _CONTRIBUTOR.search(roles) else authors).append(name)
    return tuple(authors or others)


@lru_cache(maxsize=1 << 16)
def author_key(name: str) -> str:
    """Return one key for "James S.A. Corey", "James SA Corey" and "James Corey".

    Leading initials are joined ("J. R. R." → "jrr"); middle initials are dropped.
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
    """Return the last word of a name's key."""
    return author_key(name).rpartition(" ")[2]


def author_matches(typed: str, author: str) -> bool:
    """Whether a typed name can mean this author: "Herbert", "F. Herbert", "frank herbert".

    At least one typed word must be a whole word of the name. The others may be initials, or up to
    three letters that begin the first name ("JR" for "J.R.R.", "Dan" for "Daniel"). Initials alone
    must be all the leading initials.
    """
    have, wanted = author_key(author).split(), author_key(typed).split()
    if not have or not wanted:
        return False
    if "".join(wanted) in (have[0], "".join(have)):
        return True
    words = {*have, *normal(author).split()}
    named = {w for w in wanted if len(w) > 1 and w in words}
    return bool(named) and all(
        w in named
        or (len(w) == 1 and any(h.startswith(w) for h in words))
        or (len(w) <= 3 and have[0].startswith(w))
        for w in wanted
    )
