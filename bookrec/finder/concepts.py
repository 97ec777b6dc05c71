"""What a request in free text asks for: concepts, each with words to look for and genres.

"heist with magic" asks for two concepts. `concept_table.py` knows which words mean about the same
as "heist", and which genres such books have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from bookrec.finder.concept_table import ENTRIES

_WORD = re.compile(r"\w+")
_LONGEST = 4  # words of a phrase

# Words that say nothing about which book is meant.
_STOP_WORDS = frozenset(
    """
    a about after again against all also am an and another any are around as at away be because
    been before being best better between book books but by can could did do does during each else
    ever every featuring features few find fine first for from get give go goes going good great
    had has have having he her here him his how i if in interesting into involves involving is it
    its just keep kind let like little long lot lots made main make makes me more most much my
    near new nice no nor not of off old on once one only onto or other our out over own plot
    please pleasant read reading really recommend s same set she should so some something such t
    take takes tell than that the their them then there these they thing things this those through
    to too turning two type under until up us very want was way we well were what when where which
    while who whose why will with within without work works would written you your
    """.split()
)
# Words that say which kind of book is meant.
_FICTION_WORDS = frozenset("novel novels story stories tale tales fiction hero heroine".split())
_NONFICTION_PHRASES = (
    "true story|true stories|true crime|non fiction|nonfiction|history of|biography|biographies|"
    "memoir|memoirs|autobiography|autobiographies|learn|learning|guide|handbook|introduction to|"
    "for beginners|for dummies|for laypeople|for laymen|how|why|essays|textbook|popular science|"
    "recipes|cookbook|explained|advice|tips|self help"
).split("|")
_FICTION_GENRES = frozenset(
    (
        "fiction|novels|fantasy|science fiction|romance|mystery|thriller|horror|short stories|"
        "historical fiction|literary fiction|adult fiction|young adult|paranormal|plays|drama|"
        "poetry"
    ).split("|")
)
_NONFICTION_GENRES = frozenset(
    (
        "nonfiction|history|biography|memoir|autobiography|science|self help|business|cookbooks|"
        "cooking|reference|psychology|politics|economics|travel|health|popular science|essays|"
        "personal development|mathematics|true crime|education|finance|how to|sociology|philosophy|"
        "religion|technology|nature|parenting|art|music|law|computers"
    ).split("|")
)


@dataclass(frozen=True)
class Concept:
    """Something a request asks for: the typed words, others that mean the same, and genres.

    `typed` is a word or a phrase, `related` are words and phrases. Genres are in lower case, the
    nearest first; most books of the `wider` ones are about something else. A `mood` is said of
    books of every kind.
    """

    typed: str
    related: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    mood: bool = False


def concepts(text: str, known_genres: Iterable[str] = ()) -> list[Concept]:
    """Return the concepts of a request in the order of the text; a phrase goes before its words.

    `known_genres` are the names of the catalogue's genres. The name of a genre is a concept too.
    """
    names = (name.lower() for name in known_genres)
    genres = {_stems(name): name for name in names if name not in _FICTION_WORDS}
    words = _WORD.findall(text.lower().replace("_", " "))
    found: dict[frozenset[str], Concept] = {}
    place = 0
    while place < len(words):
        concept, size = _concept_at(words, place, genres)
        if concept is not None:
            found.setdefault(frozenset({concept.typed, *concept.related}), concept)
        place += size
    return list(found.values())


def wants_fiction(text: str) -> bool | None:
    """Return whether a request asks for fiction (True) or nonfiction (False), None if neither."""
    words = _WORD.findall(text.lower())
    joined = f" {' '.join(words)} "
    if any(f" {phrase} " in joined for phrase in _NONFICTION_PHRASES):
        return False
    return True if _FICTION_WORDS & set(words) else None


def is_of_kind(genres: Collection[str], fiction: bool) -> bool:
    """Return whether a book may be fiction, or nonfiction if not `fiction`, by its genres.

    `genres` are in lower case. A book without a telling genre may be either.
    """
    own = set(genres)
    if fiction:
        untold = not own & _NONFICTION_GENRES
        return "nonfiction" not in own and bool(untold or own & _FICTION_GENRES)
    return "nonfiction" in own or not own & _FICTION_GENRES


def _concept_at(
    words: list[str], place: int, genres: dict[tuple[str, ...], str]
) -> tuple[Concept | None, int]:
    """Return the longest concept that starts at a word, and its number of words."""
    for size in range(min(_LONGEST, len(words) - place), 0, -1):
        typed = " ".join(words[place : place + size])
        stems = _stems(typed)
        own = (genres[stems],) if stems in genres else ()
        if known := _TABLE.get(stems):
            named = dict.fromkeys((*own, *known.genres))
            others = tuple(phrase for phrase in known.related if _stems(phrase) != stems)
            return replace(known, typed=typed, related=others, genres=tuple(named)), size
        if own and typed not in _STOP_WORDS:
            return Concept(typed, genres=own), size
    word = words[place]
    nothing = word in _STOP_WORDS or word in _FICTION_WORDS
    return (None if nothing else Concept(word)), 1


def _stems(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase in lower case, without a plural s."""
    return tuple(
        w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w
        for w in _WORD.findall(phrase.lower())
    )


def _entries() -> Iterator[tuple[tuple[str, ...], Concept]]:
    for line in ENTRIES.strip().replace("\n  ", " ").splitlines():
        words, _, genres = line.removeprefix("*").partition(":")
        phrases = tuple(phrase.strip() for phrase in words.split(","))
        names = [name.strip().lower() for name in genres.split(",") if name.strip()]
        near = tuple(name for name in names if not name.startswith("~"))
        wider = tuple(name.removeprefix("~") for name in names if name.startswith("~"))
        for phrase in phrases:
            yield _stems(phrase), Concept(phrase, phrases, near, wider, line.startswith("*"))


_TABLE = dict(_entries())
