"""Genres: their names as Goodreads spells them, and those too common to tell books apart."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

# Shelves about reading status, ownership or format rather than about the book.
_NOT_GENRES = re.compile(
    r"^(?:to[- ]read|currently[- ]reading|read|default|own(?:ed)?.*|my .*|.*favou?rites?.*|none|"
    r"audio ?books?|e-?books?|kindle|books?|library|wish ?list|.*\d{4}.*|\d.*|general|unfinished|"
    r".*[- ](?:read|reading|collection|inventory|shelf)|dnf|re-?read|abandoned|series|inventory|"
    r"book ?club|amazon|books i own|read for .*|storytime|cultural|unknown|other|miscellaneous)$",
    re.IGNORECASE,
)
_GENRE_ALIASES = {
    "biography & autobiography": "Biography",
    "biography autobiography": "Biography",
    "biography memoir": "Memoir",
    "juvenile fiction": "Childrens",
    "children": "Childrens",
    "children's": "Childrens",
    "children's books": "Childrens",
    "kids": "Childrens",
    "science fiction fantasy": "Science Fiction Fantasy",
    "sci-fi": "Science Fiction",
    "sci fi": "Science Fiction",
    "scifi": "Science Fiction",
    "ya": "Young Adult",
    "young adult fiction": "Young Adult",
    "non-fiction": "Nonfiction",
    "non fiction": "Nonfiction",
    "self-help": "Self Help",
    "comics & graphic novels": "Graphic Novels",
    "graphic novels comics": "Graphic Novels",
    "sequential art": "Comics",
    "religion & spirituality": "Religion",
    "business & economics": "Business",
    "body, mind & spirit": "Spirituality",
    "historical fiction": "Historical Fiction",
    "mysteries": "Mystery",
    "thrillers": "Thriller",
    "novel": "Novels",
    "classic": "Classics",
    "literary collections": "Essays",
    "cookbook": "Cookbooks",
    "lgbtq": "LGBT",
    "glbt": "LGBT",
}

# Too common for a shared one to mean that two books are similar.
VAGUE_GENRES = frozenset(
    {"Fiction", "Nonfiction", "Novels", "Literature", "Adult", "Adult Fiction", "Audiobook"}
)


def parse_genres(cell: str) -> tuple[str, ...]:
    """Return the genres in the given order and Goodreads' spelling, without other shelves.

    Reads the published form (`['Fantasy', 'Fantasy > High Fantasy']`) and a dictionary split at
    its commas (`["{'Science Fiction (Time Travel) ': 359", …]`).
    """
    try:
        parts = ast.literal_eval(cell) if cell.strip() else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        parts = cell.strip("[]").split(",")
    if isinstance(parts, str):
        parts = [parts]
    seen: dict[str, None] = {}
    for part in parts if isinstance(parts, list | tuple) else ():
        genre = _genre(str(part))
        if genre:
            seen.setdefault(genre)
    return tuple(seen)


@lru_cache(maxsize=1 << 14)
def _genre(part: str) -> str:
    name = re.sub(r"['\"]?\s*:\s*\d+\s*\}?$", "", part).strip(" {}'\"")
    inner = re.search(r"\(([^()]+)\)", name)
    name = inner[1] if inner else name.rsplit(">", 1)[-1]
    name = re.sub(r"\s+", " ", name.replace("-", " ") if name.islower() else name).strip()
    if not 2 <= len(name) <= 40 or _NOT_GENRES.match(name):
        return ""
    name = _GENRE_ALIASES.get(name.lower(), name)
    return name.title() if name.islower() else name
