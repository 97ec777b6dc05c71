"""Simulate the ratings of the built-in library, in the format of the real rating files.

    python tools/starter/readers.py    # rewrites bookrec/starter/user_rating_simulated.csv

Each reader likes two to four themes and dislikes one or two. A theme is a weighted mix of genres,
authors and series of `books.csv`. A reader chooses books by popularity and taste, reads a series in
order, and rates each book with

    stars = book's mean + taste for the book + reader's offset + noise,   rounded to 1 … 5.

One reader in twenty is noisy: taste affects which books they choose, but not their ratings. The
ratings thus contain a preference of known strength that depends on the books' metadata, on top of
the usual book and reader effects. Figures measured on them say nothing about real readers.

A seed gives the same bytes with every version of Python: all draws use `Random.random`, whose
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
FIRST_ID = 90_001  # above the reader ids of the real files, so that the two never collide

# Weights of the genres of each theme. Its authors and series are drawn from the books with these
# genres. The order matters for the draws; the names do not.
THEMES: dict[str, dict[str, float]] = {
    "space": {"Space Opera": 3, "Space": 2, "Aliens": 2, "Science Fiction": 2},
    "dystopia and AI": {"Science Fiction": 2, "Dystopia": 3, "Artificial Intelligence": 2},
    "epic fantasy": {"High Fantasy": 3, "Epic Fantasy": 3, "Magic": 1, "Fantasy": 1},
    "humour": {"Humor": 3, "Comedy": 2, "Satire": 2},
    "detective": {"Detective": 3, "Mystery": 2, "Crime": 1},
    "suspense": {"Thriller": 3, "Suspense": 2, "Spy Thriller": 2, "True Crime": 1},
    "horror": {"Horror": 3, "Gothic": 2, "Vampires": 2, "Supernatural": 2},
    "romance": {"Romance": 2, "Contemporary Romance": 3, "Chick Lit": 2, "Historical Romance": 2},
    "classics": {"Victorian": 3, "Literature": 2, "British Literature": 2, "Classics": 1},
    "Russian and French": {"Russian Literature": 4, "French Literature": 3, "Existentialism": 2},
    "contemporary": {"Contemporary": 3, "Literary Fiction": 3, "Family": 1},
    "world literature": {
        "Latin American Literature": 3,
        "African Literature": 3,
        "Japanese Literature": 3,
        "Magical Realism": 3,
        "Indian Literature": 2,
    },
    "historical fiction": {"Historical Fiction": 3, "War": 2, "World War II": 2, "Historical": 1},
    "young adult": {"Young Adult": 3, "Coming Of Age": 2, "Teen": 2, "School": 1},
    "children": {"Childrens": 3, "Middle Grade": 2, "Animals": 2, "Picture Books": 2},
    "comics": {"Comics": 3, "Graphic Novels": 3, "Manga": 2},
    "poetry and drama": {"Poetry": 3, "Plays": 3, "Theatre": 2, "Mythology": 1},
    "philosophy and religion": {"Philosophy": 3, "Religion": 2, "Spirituality": 2},
    "science": {"Science": 3, "Popular Science": 2, "Physics": 2, "Nature": 2},
    "business": {"Business": 3, "Economics": 2, "Self Help": 2, "Productivity": 2},
    "history": {"History": 3, "Politics": 2, "Ancient History": 1, "Journalism": 1},
    "biography": {"Memoir": 3, "Biography": 3, "Autobiography": 2},
    "travel": {"Travel": 4, "Adventure": 2, "Nature": 1},
    "feminism": {"Feminism": 4, "LGBT": 2, "Race": 2},
}
FAVOURITE_AUTHORS, FAVOURITE_SERIES = 4, 2  # per theme
FAVOURITE_WEIGHT = 2.0

# Stars. These values give ratings close to the real ones: mean 3.75, standard deviation 1.0, and
# about 15 % of the variance between readers and 10 % between books.
CENTRE = 3.44  # stars; readers choose books they like, so the mean rating is higher
BOOK_STRETCH = 1.58  # factor on the spread of the site-wide means, which vary too little
OFFSET = 0.39  # standard deviation of the reader's offset, stars
TASTE = 2.2  # stars between a book of no liked theme and a perfect match
NOISE = 0.74  # standard deviation, stars
NOISY_READERS, NOISY_NOISE = 0.05, 1.1  # share of readers; standard deviation, stars

# Choice of books.
TASTE_IN_CHOICE = 1.4  # log of the factor by which a perfect match is more likely to be chosen
POPULARITY = 0.45  # power of the number of ratings
UNKNOWN_POPULARITY = 3_000  # ratings, for a book whose number is not known
MIN_BOOKS, MEAN_MORE_BOOKS, MAX_BOOKS = 20, 22.0, 120  # per reader

_PHRASES = {int(stars): phrase for phrase, stars in STARS_OF_PHRASE.items()}


@dataclass(frozen=True)
class Reader:
    """A simulated reader. `tastes` holds a weight for some themes, from -1 to 1."""

    tastes: Mapping[str, float]
    offset: float  # stars
    noisy: bool


class Sampler:
    """Random draws based on `Random.random` alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def uniform(self) -> float:
        """Draw a number strictly between 0 and 1."""
        return min(max(self._random(), 1e-12), 1 - 1e-12)

    def normal(self, spread: float) -> float:
        """Draw from the normal distribution with mean 0 and standard deviation `spread`."""
        return NormalDist().inv_cdf(self.uniform()) * spread

    def weighted_order(self, weights: Sequence[float]) -> list[int]:
        """Return all indices, drawn without replacement in proportion to the weights.

        Efraimidis and Spirakis (2006), "Weighted random sampling with a reservoir".
        """
        keys = [math.log(self.uniform()) / w for w in weights]
        return sorted(range(len(weights)), key=lambda i: -keys[i])

    def sample(self, names: Sequence[str], n: int) -> list[str]:
        """Draw `n` different names, in random order."""
        return [names[i] for i in self.weighted_order([1.0] * len(names))[:n]]


def printed_name(book: Edition) -> str:
    """Return the title as Goodreads prints it: `Title (Series, #n)`."""
    numbered = [s for s in book.series if s.volume is not None]
    if not numbered:
        return book.title.shown
    return f"{book.title.shown} ({numbered[0].name}, #{numbered[0].volume:g})"


def affinities(books: Sequence[Edition], sampler: Sampler) -> dict[str, list[float]]:
    """Return how well each book matches each theme, 0 to 1, in the order of `books`."""
    matches: dict[str, list[float]] = {}
    for theme, genres in THEMES.items():
        by_genre = [sum(genres.get(g, 0.0) for g in b.genres) for b in books]
        most = max(by_genre)
        close = [b for b, w in zip(books, by_genre, strict=True) if w >= most / 2]
        authors = set(
            sampler.sample(sorted({a for b in close for a in b.authors}), FAVOURITE_AUTHORS)
        )
        series = set(
            sampler.sample(sorted({s.key for b in close for s in b.series}), FAVOURITE_SERIES)
        )
        weights = [
            w
            + FAVOURITE_WEIGHT * bool(authors & set(b.authors))
            + FAVOURITE_WEIGHT * any(s.key in series for s in b.series)
            for b, w in zip(books, by_genre, strict=True)
        ]
        matches[theme] = [w / max(weights) for w in weights]
    return matches


def draw_reader(sampler: Sampler) -> Reader:
    """Draw a reader with two to four liked and one or two disliked themes."""
    liked = 2 + int(3 * sampler.uniform())
    disliked = 1 + int(2 * sampler.uniform())
    themes = sampler.sample(list(THEMES), liked + disliked)
    tastes = {t: 0.6 + 0.4 * sampler.uniform() for t in themes[:liked]}
    tastes |= {t: -0.6 - 0.4 * sampler.uniform() for t in themes[liked:]}
    return Reader(tastes, sampler.normal(OFFSET), sampler.uniform() < NOISY_READERS)


def choose_books(books: Sequence[Edition], taste: Sequence[float], sampler: Sampler) -> list[int]:
    """Draw the books that a reader has read, in order; a series is read from its first volume."""
    volumes: dict[str, list[int]] = defaultdict(list)
    for i, book in enumerate(books):
        for s in book.series:
            if s.volume is not None:
                volumes[s.key].append(i)
    for members in volumes.values():
        members.sort(key=lambda i: (books[i].series[0].volume or 0.0, i))
    more = int(-MEAN_MORE_BOOKS * math.log(sampler.uniform()))
    wanted = min(MIN_BOOKS + more, MAX_BOOKS)
    weights = [
        (b.ratings_count or UNKNOWN_POPULARITY) ** POPULARITY * math.exp(TASTE_IN_CHOICE * t)
        for b, t in zip(books, taste, strict=True)
    ]
    read: list[int] = []
    for i in sampler.weighted_order(weights):
        if len(read) == wanted:
            break
        numbered = [s.key for s in books[i].series if s.volume is not None]
        read.append(volumes[numbered[0]].pop(0) if numbered else i)
    return read


def simulate(books: Sequence[Edition], seed: int = SEED) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of a rating file: reader id, printed title, rating phrase."""
    sampler = Sampler(seed)
    matches = affinities(books, sampler)
    average = fmean(b.mean_rating for b in books if b.mean_rating is not None)
    means = [
        CENTRE + BOOK_STRETCH * (b.mean_rating - average if b.mean_rating else sampler.normal(0.2))
        for b in books
    ]
    for number in range(READERS):
        reader = draw_reader(sampler)
        taste = [
            sum(weight * matches[theme][i] for theme, weight in reader.tastes.items())
            for i in range(len(books))
        ]
        for i in choose_books(books, taste, sampler):
            stars = means[i] + reader.offset
            if reader.noisy:
                stars += sampler.normal(NOISY_NOISE)
            else:
                stars += TASTE * taste[i] + sampler.normal(NOISE)
            whole = min(5, max(1, math.floor(stars + 0.5)))
            yield FIRST_ID + number, printed_name(books[i]), _PHRASES[whole]


def write(path: Path, seed: int = SEED) -> int:
    """Write the simulated rating file and return the number of ratings."""
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
