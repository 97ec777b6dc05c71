"""Genres that a reader types, found among the genres of a catalogue by the meaning of the name.

"Maths", "YA fantasy" and "historical novels" are no names of Goodreads' shelves. A name also means
its kinds: "Romance" allows "Paranormal Romance". Goodreads mostly gives a book both.
"""

from __future__ import annotations

from collections.abc import Collection

from bookrec.catalogue.genres import genre_key, genre_name

# What a typed name means beside the genre of that name. Both sides are read by `genre_key`.
_ALSO_MEANS = {
    "action adventure": "action, adventure",
    "ai": "artificial intelligence",
    "apocalypse": "apocalyptic, post apocalyptic",
    "apocalyptic": "post apocalyptic",
    "christian": "christian fiction, christianity, christian living, christian romance",
    "christianity": "christian",
    "computers": "computer science, programming, coding",
    "cooking": "cookbooks",
    "cozy": "cozy mystery",
    "economy": "economics",
    "environmental": "environment",
    "espionage": "spy thriller",
    "fae": "fairies",
    "fairies": "fae",
    "feminist": "feminism",
    "film": "cinema",
    "funny": "humor",
    "gay romance": "m m romance",
    "gaming": "games",
    "games": "gaming",
    "historical": "historical fiction, historical romance, historical fantasy, historical mystery, "
    "young adult historical fiction",
    "lgbt": "queer, gay, lesbian, bisexual, transgender, asexual",
    "medical": "medicine",
    "medicine": "medical",
    "military": "military fiction, military science fiction, military history, war",
    "mm romance": "m m romance",
    "movies": "film, cinema",
    "mystery": "mystery thriller",
    "mythological": "mythology",
    "myths": "mythology",
    "personal growth": "personal development, self help",
    "philosophical": "philosophy",
    "plays": "theatre",
    "poems": "poetry",
    "political": "politics",
    "programming": "coding, computer science",
    "psychological": "psychology, psychological thriller",
    "queer": "lgbt",
    "recipes": "cookbooks, cooking",
    "religious": "religion",
    "romantic fantasy": "romantasy, fantasy romance",
    "self improvement": "self help, personal development",
    "self development": "self help, personal development",
    "spy": "espionage, spy thriller",
    "spy thriller": "espionage",
    "superhero comics": "superheroes",
    "teenage": "teen, young adult",
    "teenager": "teen, young adult",
    "television": "tv",
    "theatre": "plays",
    "thriller mystery": "mystery thriller",
    "travel writing": "travel",
    "travelogue": "travel",
    "verse": "poetry",
    "war": "world war i, world war ii",
    "whodunit": "mystery, murder mystery",
}
_MEANINGS = {
    genre_key(name): {genre_key(other) for other in others.split(",")}
    for name, others in _ALSO_MEANS.items()
}
# Genres that end with another's name and are no kind of it.
_NO_KINDS = frozenset(
    map(
        genre_key,
        (
            "alternate history,planetary romance,science fiction fantasy,true crime,star wars,"
            "time travel,young adult,new adult,performing arts,martial arts,graphic novels,"
            "light novel,social science,political science,x men,african american,latin american,"
            "native american,boys love,chick lit,m m m"
        ).split(","),
    )
)
# Words that say nothing in a typed genre: "fantasy novels", "books about vampires".
_ENDINGS = (" novel", " book", " story", " fiction", " literature", " genre", " tale")
_STARTS = ("book about ", "novel about ", "story about ")


def genres_meant(typed: str, known: Collection[str]) -> frozenset[str]:
    """Return the genres among `known` that a typed name means, empty if there are none."""
    keys = {name: genre_key(name) for name in known}
    for wanted in _readings(genre_key(genre_name(typed) or typed)):
        # "French" as a genre of its own is rare, "French Literature" is not
        means = {wanted, f"{wanted} literature"} | _MEANINGS.get(wanted, set())
        found = {n for n, key in keys.items() if key in means or _is_kind(key, wanted)}
        if found:
            return frozenset(found)
    return frozenset()


def _readings(key: str) -> list[str]:
    """Return the key, then what it may mean if no genre has this name."""
    short = key
    for start in _STARTS:
        short = short.removeprefix(start)
    for ending in _ENDINGS:
        short = short.removesuffix(ending)
    return [r for r in (key, short, f"{short} fiction") if r]


def _is_kind(key: str, of: str) -> bool:
    return key.endswith(f" {of}") and key not in _NO_KINDS
