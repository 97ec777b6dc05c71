"""A tiny world whose right answers are known: readers of sea stories, and readers of robot stories.

Each reader loves one taste, dislikes the other, and has left one book of each unread. The unread
book of the loved taste must come first.
"""

import csv
import re
from pathlib import Path

import numpy as np

SEA = {
    "Ann Marlow": (
        "A Storm of Salt",
        "Slack Water",
        "The Drowned Coast",
        "The Harbour Master",
        "Nine Fathoms",
        "Gull Rock",
    ),
    "Per Holt": (
        "The Sunken Bell",
        "Cold Anchorage",
        "A Keel of Oak",
        "The Whaler's Daughter",
        "Fog Horn",
        "Soundings",
    ),
    "Ida Brandt": (
        "The Lighthouse Winter",
        "Kelp",
        "Ropes and Stars",
        "The Ferryman's Debt",
        "Islands of Glass",
        "Wreckers",
    ),
}
ROBOTS = {
    "Kei Tanaka": (
        "The Brass Mind",
        "Ten Thousand Servants",
        "Rust",
        "A Child of Wires",
        "The Patient Machine",
        "Circuit Garden",
    ),
    "Rosa Vidal": (
        "Iron Sleep",
        "The Clockwork Senate",
        "What the Automaton Saw",
        "Copper Heart",
        "Signal and Steel",
        "The Last Mechanic",
    ),
    "J. R. Okoro": (
        "Assembly",
        "The Obedient City",
        "Gears of Lagos",
        "Manual Override",
        "A Theory of Androids",
        "The Grey Engine",
    ),
}
SEA_TITLES = tuple(t for titles in SEA.values() for t in titles)
ROBOT_TITLES = tuple(t for titles in ROBOTS.values() for t in titles)
AUTHOR = {t: a for world in (SEA, ROBOTS) for a, titles in world.items() for t in titles}
VOLUME = {"A Storm of Salt": 1, "Slack Water": 2, "The Drowned Coast": 3}
SERIES = "The Tide"
MOOD = ("Adventure", "Classics", "Humor")  # genres independent of taste
READERS = 18  # the even ones love the sea

BOOKS_HEADER = (
    "title,bookId,series,author,rating,description,language,isbn,genres,pages,publishDate,"
    "firstPublishDate,numRatings"
).split(",")
METADATA_HEADER = "Name,Id,pagesNumber,RatingDistTotal,PublishYear,Language,Authors,Rating,ISBN"
PHRASE = {
    5: "it was amazing",
    4: "really liked it",
    3: "liked it",
    2: "it was ok",
    1: "did not like it",
}


# An export of books of the tiny world, one of another book, and a rating off the scale.
GOODREADS_EXPORT = (
    "Book Id,Title,Author,ISBN,ISBN13,My Rating,Exclusive Shelf,Date Read\n"
    '900,Kelp,Ida  Brandt,"=""""","=""""",5,read,\n'
    "901,Nine Fathoms,Ann Marlow,,,0,to-read,\n"
    "902,Gull Rock,Ann Marlow,,,0,read,2020/01/02\n"
    "903,Rust,Kei Tanaka,,,0,did-not-finish,\n"
    "904,Harbour of Nobody,No Body,,,4,read,\n"
    "905,Fog Horn,Per Holt,,,9,read,\n"
)


def printed(title: str) -> str:
    """Return a book's title as the ratings have it."""
    return f"{title} ({SERIES}, #{VOLUME[title]})" if title in VOLUME else title


def withheld(reader: int) -> tuple[str, str]:
    """Return the sea story and the robot story that a reader has not read."""
    n = reader // 2
    return SEA_TITLES[6 + (n * 5) % 12], ROBOT_TITLES[(n * 7) % 18]


def loves(reader: int, title: str) -> bool:
    return (title in SEA_TITLES) == (reader % 2 == 0)


def stars(reader: int, title: str) -> int:
    """Return 4 or 5 for the loved taste, 1 or 2 for the other."""
    place = (*SEA_TITLES, *ROBOT_TITLES).index(title)
    return (4 if loves(reader, title) else 1) + (reader + place) % 2


def arrays(reader: int) -> dict[str, int]:
    """Return a reader's ratings by title."""
    left = withheld(reader)
    return {t: stars(reader, t) for t in (*SEA_TITLES, *ROBOT_TITLES) if t not in left}


def description(title: str) -> str:
    place = (*SEA_TITLES, *ROBOT_TITLES).index(title)
    if title in SEA_TITLES:
        things = ("sail", "harbour", "wave")[place % 3]
        return f"A sea story of a ship, its captain and one long {things} that nobody on board saw."
    things = ("wire", "engine", "circuit")[place % 3]
    return f"A robot story of a machine, its maker and one small {things} that would not obey."


def book(of: str, number: int, **more: object) -> dict[str, object]:
    """A row of the books file: the book `of`, with other cells as given."""
    sea = of in SEA_TITLES
    row: dict[str, object] = {
        "title": of,
        "bookId": f"{100 + number}-{of.lower().replace(' ', '-')}",
        "series": f"{SERIES} #{VOLUME[of]}" if of in VOLUME else "",
        "author": f"{AUTHOR[of]} (Goodreads Author)" if number % 4 == 0 else AUTHOR[of],
        "rating": f"{3.6 + (number % 5) / 10:.2f}",
        "description": description(of),
        "language": "English",
        "isbn": "9999999999999",
        "genres": str(["Fiction", "Sea Stories" if sea else "Robots", MOOD[number % 3]]),
        "pages": 200 + number,
        "publishDate": "05/01/08",
        "firstPublishDate": f"04/23/{70 + number % 20}",
        "numRatings": round(400 * 1.2 ** ((number * 11) % 36)),
    }
    return {**row, **more}


def book_rows() -> list[dict[str, object]]:
    """36 books, then a box set, a second edition and a study guide."""
    rows = [book(t, n) for n, t in enumerate((*SEA_TITLES, *ROBOT_TITLES))]
    rows[20]["rating"] = "38.2"  # an impossible mean
    rows.append(
        book(
            "A Storm of Salt",
            60,
            title="The Tide Box Set (The Tide, #1-3)",
            bookId="160",
            series="The Tide #1-3",
            numRatings=900,
        )
    )
    rows.append(
        book(
            "The Patient Machine",
            61,
            title="The Patient Machine: How Robots Learned to Wait",
            bookId="161",
            numRatings=77,
        )
    )
    rows.append(
        book(
            "The Brass Mind",
            62,
            title="The Brass Mind: A Study Guide",
            bookId="162",
            author="Notes House",
            numRatings=50,
        )
    )
    return rows


def write_csv(path: Path, header: str, *rows) -> Path:
    """Write a CSV file, in UTF-8."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def write_raw(folder: Path) -> Path:
    """Write the three kinds of raw file; the ratings are in two shards that share a reader."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "books.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, BOOKS_HEADER)
        writer.writeheader()
        writer.writerows(book_rows())
    (folder / "shard.csv").write_text(
        f"{METADATA_HEADER}\n"
        "Uncharted,900,300,total:70000,1950,eng,Per  Holt,3.9,\n"
        "Kelp,901,120,total:40,1961,eng,Ida Brandt,4.0,\n"
        "A Book That Nobody Rated,902,1,total:9,2001,eng,No Reader,3.0,\n",
        "utf-8",
    )
    rows = [(r, printed(t), n) for r in range(1, READERS + 1) for t, n in arrays(r).items()]
    rows += [(r, "Uncharted", 3) for r in (1, 2, 3)]
    rows += [(r, "A Book Without a Shop (Lost, #2)", 2) for r in (1, 2)]
    rows.append(rows[5])  # the same ID and Name twice
    half = len(rows) // 2
    for name, part in (("one", rows[:half]), ("two", rows[half:])):
        with (folder / f"ratings_{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["ID", "Name", "Rating"])
            writer.writerows((r, t, PHRASE[n]) for r, t, n in part)
            if name == "two":
                writer.writerow([99, "Rating", "This user doesn't have any rating"])
    return folder


class FakeEncoder:
    """Counts words on four axes, and has one axis for the rest, so vectors can be computed by hand.

    "A sea story of a ship" is (2, 0, 0, 0, 1) / √5: sea and ship, no robots, something else.
    After `stop_after` batches it raises KeyboardInterrupt, like a killed process.
    """

    AXES = (
        {"sea", "ship", "captain", "sail", "harbour", "wave"},
        {"robot", "robots", "machine", "maker", "wire", "engine", "circuit"},
        {"marlow", "holt", "brandt"},
        {"tanaka", "vidal", "okoro"},
    )
    width = 5

    def __init__(self, fingerprint: str = "fake:1", stop_after: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.stop_after = stop_after
        self.batches: list[list[str]] = []

    @property
    def encoded(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    def encode(self, texts, max_tokens: int) -> np.ndarray:
        if self.stop_after is not None and len(self.batches) >= self.stop_after:
            raise KeyboardInterrupt
        self.batches.append(list(texts))
        found = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(found, texts, strict=True):
            words = re.findall(r"\w+", text.lower())[:max_tokens]
            row[:4] = [sum(w in axis for w in words) for axis in self.AXES]
            row[4] = 1.0
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def lengths(self, texts) -> list[int]:
        return [len(text.split()) for text in texts]


LONG = "A tale of salt, iron and one long winter that nobody in the town has yet forgotten."


def edition(title: str, *authors: str, series: str = "", ratings: int = 100, **more: object):
    """An `Edition` as the readers of raw files make it."""
    from bookrec.catalogue.titles import parse_series, parse_title
    from bookrec.catalogue.works import Edition

    parsed = parse_title(title)
    values: dict[str, object] = {
        "goodreads_id": "",
        "description": LONG,
        "language": "English",
        "isbn": "",
        "genres": (),
        "pages": None,
        "year": None,
        "mean_rating": None,
    }
    return Edition(
        title=parsed,
        authors=authors,
        series=parse_series(series) + parsed.series,
        ratings_count=ratings,
        **{**values, **more},
    )


def ask(**options):
    """`Request`, `Filters` and `ListOptions` from their fields; `history` may be a file's bytes."""
    from dataclasses import fields

    from bookrec.config import Filters, ListOptions
    from bookrec.histories.request import Request
    from bookrec.histories.rows import read_history

    for name in ("history", "profile"):
        if isinstance(data := options.get(name), bytes):
            options[name] = read_history(data, name)
    asked = []
    for kind in (Request, Filters, ListOptions):
        names = {f.name for f in fields(kind)} - ({"genres"} if kind is Request else set())
        asked.append(kind(**{name: options.pop(name) for name in names & options.keys()}))
    assert not options, options
    return asked
