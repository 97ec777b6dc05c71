"""Genres: one name for each, whatever its spelling, and those too common to tell books apart."""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from functools import lru_cache

from bookrec.catalogue.titles import normal

# Shelves about reading status, ownership or format rather than about the book.
_NOT_GENRES = re.compile(
    r"^(?:to[- ]read|currently[- ]reading|read|default|own(?:ed)?.*|my .*|.*favou?rites?.*|none|"
    r"audio ?books?|e-?books?|kindle|books?|library|wish ?list|.*\d{4}.*|\d.*|general|unfinished|"
    r".*[- ](?:read|reading|collection|inventory|shelf)|dnf|re-?read|abandoned|series|inventory|"
    r"book ?club|amazon|books i own|read for .*|storytime|cultural|unknown|other|miscellaneous|"
    r"fictitious characters?)$",
    re.IGNORECASE,
)
# Other spellings of a name, alone or inside a longer one: "Sci-Fi", "Sci Fi Romance", "YA Fantasy".
_SPELLINGS = {
    "Science Fiction Fantasy": "sff|(?:sci ?fi|sf) (?:and )?fantasy",
    "Science Fiction": "sci ?fi|sf",
    "Young Adult": "ya",
    "Nonfiction": "non fiction",
    "Childrens": "childrens (?:books?|stor(?:y|ies))|children s(?: books?)?|children|"
    "kids books?|kids?|juvenile fiction",
    "LGBT": r"lgbtq\w*|lgbti\w*|glbtq?",
    "Queer": "queer lit",
    "Humor": "humou?rous|humour",
    "Theatre": "theater",
    "Mathematics": "maths?",
    "Historical": "historic",
    "World War II": "ww ?2|ww ?ii|world war (?:2|two)|(?:second|2nd) world war",
    "World War I": "ww ?1|ww ?i|world war (?:1|one)|(?:first|1st) world war",
    "Magical Realism": "magic realism",
    "Fairy Tales": "fairytales?",
    "Post Apocalyptic": "post ?apocalypse|postapocalyptic",
    "Dystopia": "dystopian",
    "Coming Of Age": "bildungsroman",
    "Chick Lit": "chicklit",
}
_SPELLED = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for pattern in _SPELLINGS.values()) + r")\b"
)
# Other names of the same genre. Raw files mix Goodreads' shelves, categories of shops and subject
# headings of libraries.
_OTHER_NAMES = {
    "Adventure": ("adventure stories",),
    "Animals": ("animals & pets",),
    "Biography": ("biography & autobiography",),
    "Business": ("business & economics", "buisness"),
    "Childrens": ("childrens fiction",),
    "Classics": ("classic literature",),
    "Comics": ("comic book", "comix", "sequential art"),
    "Cooking": ("culinary", "cookery"),
    "Crafts": ("crafts & hobbies",),
    "Essays": ("literary collections",),
    "Family": ("family & relationships",),
    "Fantasy": ("fantasy fiction",),
    "Fiction": ("literature & fiction", "english fiction", "american fiction"),
    "Food": ("food & drink",),
    "Games": ("games & activities",),
    "Graphic Novels": ("comics & graphic novels", "graphic novels comics"),
    "Health": ("health & fitness",),
    "Memoir": ("biography memoir",),
    "Mystery": ("detective & mystery stories",),
    "Mystery Thriller": ("thriller & mystery",),
    "Novels": ("novel",),
    "Religion": ("religion & spirituality",),
    "Social Science": ("society & social sciences",),
    "Spirituality": ("body, mind & spirit", "mind & spirit", "body"),
    "Sports": ("sports & recreation",),
    "Technology": ("technology & engineering",),
    "The United States Of America": ("united states", "usa"),
    "Thriller": ("thrillers & suspense",),
    "Young Adult": ("teen & young adult", "young adult fiction"),
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
        genre = genre_name(str(part))
        if genre:
            seen.setdefault(genre)
    return tuple(seen)


def genre_key(name: str) -> str:
    """Return one key for all spellings of a genre: "Sci-Fi", "science fiction" and "SF".

    It is lower case and singular, without punctuation and without "and".
    """
    return _key(_spelled_out(name))


def common_spellings(counts: Counter[str]) -> dict[str, str]:
    """Return the most frequent spelling of each genre, for example "Fairy Tales" for "fairy tale".

    `counts` are the number of books by genre.
    """
    spelling: dict[str, str] = {}
    for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        spelling.setdefault(genre_key(name), name)
    return {name: spelling[genre_key(name)] for name in counts}


@lru_cache(maxsize=1 << 14)
def genre_name(part: str) -> str:
    """Return the name in use of a genre as a file or a reader writes it, "" if it is none."""
    name = re.sub(r"['\"]?\s*:\s*\d+\s*\}?$", "", html.unescape(part)).strip(" {}'\"&")
    inner = re.search(r"\(([^()]+)\)", name)
    name = inner[1] if inner else name.rsplit(">", 1)[-1]
    name = re.sub(r"\s+", " ", name.replace("-", " ") if name.islower() else name).strip()
    if not 2 <= len(name) <= 40 or _NOT_GENRES.match(name):
        return ""
    words = _spelled_out(name)
    if known := _NAME_OF_KEY.get(_key(words)):
        return known
    if words != normal(name):  # "Sci Fi Romance"
        return words.title()
    return name.title() if name.islower() else name


def _spelled_out(name: str) -> str:
    """Return the normal form of a name, with other spellings in it replaced."""
    names = tuple(_SPELLINGS)
    return _SPELLED.sub(lambda m: names[(m.lastindex or 1) - 1].lower(), normal(name))


@lru_cache(maxsize=1 << 14)
def _key(words: str) -> str:
    return " ".join(_singular(word) for word in words.split() if word != "and")


def _singular(word: str) -> str:
    for ending, singular in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("oes", "o")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + singular
    if word.endswith("olves"):  # wolves, werewolves
        return word.removesuffix("ves") + "f"
    plural = word.endswith("s") and not word.endswith("ss") and len(word) > 3
    return word[:-1] if plural else word


_NAME_OF_KEY = {genre_key(name): name for name in (*_OTHER_NAMES, *_SPELLINGS)} | {
    genre_key(other): name for name, others in _OTHER_NAMES.items() for other in others
}
