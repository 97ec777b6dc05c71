"""Simulated readers for the built-in library: nobody real, in the ratings shards' format.

    python tools/starter/readers.py    # rewrites bookrec/starter/user_rating_simulated.csv

Every reader likes two to four themes and dislikes one or two. A theme is a weighted mix of genres,
authors and series of `books.csv`. A reader picks books by popularity and taste, takes a series in
order, and rates each with

    stars = book's mean + taste for the book + reader's harshness + noise,   rounded to 1 … 5.

One reader in twenty is noisy: the taste plays no part in what he or she rates. So a recommender
that reads tastes out of texts has something to find, of known strength, beside a mean that already
explains much; what it finds says nothing about real readers.

The same seed gives the same bytes on any Python: only `Random.random` is drawn from, whose
sequence Python guarantees.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, fmean

from bookrec.catalogue.works import Edition
from bookrec.sources.book_files import read_best_books
from bookrec.stars import STARS_OF_PHRASE

STARTER = Path(__file__).parents[2] / "bookrec" / "starter"
BOOKS = STARTER / "books.csv"
RATINGS = STARTER / "user_rating_simulated.csv"

SEED = 3
READERS = 600
FIRST_ID = 90_001  # beyond the ids of the real shards, so that the two never mix

# Genres of each theme with their weights; authors and series are drawn from the books they suit.
THEMES: dict[str, dict[str, float]] = {
    "space": {"Space Opera": 3, "Space": 2, "Aliens": 2, "Science Fiction": 2},
    "ideas of tomorrow": {"Science Fiction": 2, "Dystopia": 3, "Artificial Intelligence": 2},
    "epic fantasy": {"High Fantasy": 3, "Epic Fantasy": 3, "Magic": 1, "Fantasy": 1},
    "comic": {"Humor": 3, "Comedy": 2, "Satire": 2},
    "puzzles": {"Detective": 3, "Mystery": 2, "Crime": 1},
    "suspense": {"Thriller": 3, "Suspense": 2, "Spy Thriller": 2, "True Crime": 1},
    "night": {"Horror": 3, "Gothic": 2, "Vampires": 2, "Supernatural": 2},
    "love": {"Romance": 2, "Contemporary Romance": 3, "Chick Lit": 2, "Historical Romance": 2},
    "great novels": {"Victorian": 3, "Literature": 2, "British Literature": 2, "Classics": 1},
    "Russia and France": {"Russian Literature": 4, "French Literature": 3, "Existentialism": 2},
    "now": {"Contemporary": 3, "Literary Fiction": 3, "Family": 1},
    "far countries": {
        "Latin American Literature": 3,
        "African Literature": 3,
        "Japanese Literature": 3,
        "Magical Realism": 3,
        "Indian Literature": 2,
    },
    "the past": {"Historical Fiction": 3, "War": 2, "World War II": 2, "Historical": 1},
    "growing up": {"Young Adult": 3, "Coming Of Age": 2, "Teen": 2, "School": 1},
    "nursery": {"Childrens": 3, "Middle Grade": 2, "Animals": 2, "Picture Books": 2},
    "pictures": {"Comics": 3, "Graphic Novels": 3, "Manga": 2},
    "verse and stage": {"Poetry": 3, "Plays": 3, "Theatre": 2, "Mythology": 1},
    "big questions": {"Philosophy": 3, "Religion": 2, "Spirituality": 2},
    "how things work": {"Science": 3, "Popular Science": 2, "Physics": 2, "Nature": 2},
    "getting on": {"Business": 3, "Economics": 2, "Self Help": 2, "Productivity": 2},
    "what happened": {"History": 3, "Politics": 2, "Ancient History": 1, "Journalism": 1},
    "lives": {"Memoir": 3, "Biography": 3, "Autobiography": 2},
    "away": {"Travel": 4, "Adventure": 2, "Nature": 1},
    "women's voices": {"Feminism": 4, "LGBT": 2, "Race": 2},
}
FAVOURITE_AUTHORS, FAVOURITE_SERIES = 4, 2  # of each theme
FAVOURITE_WEIGHT = 2.0

# Stars. With the spreads below the ratings come out near those of the real shards: mean 3.75,
# standard deviation 1.0, about 15 % of the variance the reader's and 10 % the book's.
CENTRE = 3.44  # stars, before the choice of liked books lifts it
BOOK_STRETCH = 1.58  # published means are flatter than one reader's view of the books
HARSHNESS = 0.39  # standard deviation between readers, stars
TASTE = 2.2  # stars between a book without any liked theme and a perfect one
NOISE = 0.74  # standard deviation of what nothing explains, stars
NOISY_READERS, NOISY_NOISE = 0.05, 1.1

# Choice of books.
TASTE_IN_CHOICE = 1.4  # logarithm of how much likelier a perfect book is picked
POPULARITY = 0.45  # power of the number of ratings
UNKNOWN_POPULARITY = 3_000  # ratings, for a book without figures
MIN_BOOKS, MEAN_MORE_BOOKS, MAX_BOOKS = 20, 22.0, 120

_PHRASES = {int(stars): phrase for phrase, stars in STARS_OF_PHRASE.items()}


@dataclass(frozen=True)
class Reader:
    """A simulated reader: what each theme is worth to him or her, -1 to 1, and the manner."""

    tastes: Mapping[str, float]
    harshness: float  # stars
    noisy: bool


class Dice:
    """Draws made of `Random.random` alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def uniform(self) -> float:
        """A number between 0 and 1, neither of them."""
        return min(max(self._random(), 1e-12), 1 - 1e-12)

    def normal(self, spread: float) -> float:
        """A normal deviate of mean 0 and standard deviation `spread`."""
        return NormalDist().inv_cdf(self.uniform()) * spread

    def weighted_order(self, weights: Sequence[float]) -> list[int]:
        """All indices, drawn without replacement in proportion to the weights."""
        keys = [math.log(self.uniform()) / w for w in weights]
        return sorted(range(len(weights)), key=lambda i: -keys[i])

    def sample(self, names: Sequence[str], n: int) -> list[str]:
        """`n` different names, in random order."""
        return [names[i] for i in self.weighted_order([1.0] * len(names))[:n]]


def printed_name(book: Edition) -> str:
    """The title as Goodreads prints it: `Title (Series, #n)`."""
    numbered = [s for s in book.series if s.volume is not None]
    if not numbered:
        return book.title.shown
    return f"{book.title.shown} ({numbered[0].name}, #{numbered[0].volume:g})"


def affinities(books: Sequence[Edition], dice: Dice) -> dict[str, list[float]]:
    """How well each book suits each theme, 0 to 1, in the order of `books`."""
    suits: dict[str, list[float]] = {}
    for theme, genres in THEMES.items():
        by_genre = [sum(genres.get(g, 0.0) for g in b.genres) for b in books]
        most = max(by_genre)
        close = [b for b, w in zip(books, by_genre, strict=True) if w >= most / 2]
        authors = set(dice.sample(sorted({a for b in close for a in b.authors}), FAVOURITE_AUTHORS))
        series = set(
            dice.sample(sorted({s.key for b in close for s in b.series}), FAVOURITE_SERIES)
        )
        weights = [
            w
            + FAVOURITE_WEIGHT * bool(authors & set(b.authors))
            + FAVOURITE_WEIGHT * any(s.key in series for s in b.series)
            for b, w in zip(books, by_genre, strict=True)
        ]
        suits[theme] = [w / max(weights) for w in weights]
    return suits


def draw_reader(dice: Dice) -> Reader:
    """A reader with two to four liked and one or two disliked themes."""
    liked = 2 + int(3 * dice.uniform())
    disliked = 1 + int(2 * dice.uniform())
    themes = dice.sample(list(THEMES), liked + disliked)
    tastes = {t: 0.6 + 0.4 * dice.uniform() for t in themes[:liked]}
    tastes |= {t: -0.6 - 0.4 * dice.uniform() for t in themes[liked:]}
    return Reader(tastes, dice.normal(HARSHNESS), dice.uniform() < NOISY_READERS)


def choose(books: Sequence[Edition], taste: Sequence[float], dice: Dice) -> list[int]:
    """The books one reader has read, in the order of reading; a series is begun at its start."""
    volumes: dict[str, list[int]] = defaultdict(list)
    for i, book in enumerate(books):
        for s in book.series:
            if s.volume is not None:
                volumes[s.key].append(i)
    for members in volumes.values():
        members.sort(key=lambda i: (books[i].series[0].volume or 0.0, i))
    more = int(-MEAN_MORE_BOOKS * math.log(dice.uniform()))
    wanted = min(MIN_BOOKS + more, MAX_BOOKS)
    weights = [
        (b.ratings_count or UNKNOWN_POPULARITY) ** POPULARITY * math.exp(TASTE_IN_CHOICE * t)
        for b, t in zip(books, taste, strict=True)
    ]
    read: list[int] = []
    for i in dice.weighted_order(weights):
        if len(read) == wanted:
            break
        numbered = [s.key for s in books[i].series if s.volume is not None]
        read.append(volumes[numbered[0]].pop(0) if numbered else i)
    return read


def simulate(books: Sequence[Edition], seed: int = SEED) -> Iterator[tuple[int, str, str]]:
    """Rows of a ratings shard: the reader's number, the title as printed, the phrase."""
    dice = Dice(seed)
    suits = affinities(books, dice)
    known = fmean(b.mean_rating for b in books if b.mean_rating is not None)
    means = [
        CENTRE + BOOK_STRETCH * (b.mean_rating - known if b.mean_rating else dice.normal(0.2))
        for b in books
    ]
    for number in range(READERS):
        reader = draw_reader(dice)
        taste = [
            sum(worth * suits[theme][i] for theme, worth in reader.tastes.items())
            for i in range(len(books))
        ]
        for i in choose(books, taste, dice):
            stars = means[i] + reader.harshness
            if reader.noisy:
                stars += dice.normal(NOISY_NOISE)
            else:
                stars += TASTE * taste[i] + dice.normal(NOISE)
            whole = min(5, max(1, math.floor(stars + 0.5)))
            yield FIRST_ID + number, printed_name(books[i]), _PHRASES[whole]


def write(path: Path, seed: int = SEED) -> int:
    """Write the simulated shard; the number of ratings."""
    books = list(read_best_books(BOOKS, Counter()))
    rows = list(simulate(books, seed))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ID", "Name", "Rating"])
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else RATINGS
    print(f"{write(target):,} simulated ratings → {target}", file=sys.stderr)
