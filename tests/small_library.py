"""A few made-up books that `search` and `show` are tested on, and the catalogue of them."""

import sqlite3
from contextlib import closing

import numpy as np
from tiny import edition

from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.titles import parse_title
from bookrec.catalogue.writing import write_catalogue
from bookrec.workspace.folder import Workspace

MARLOW = "Ann Marlow"
EDITIONS = (
    edition(
        "The Harbour",
        MARLOW,
        series="Harbour Tales #1; Coast #7",
        ratings=9000,
        year=1950,
        pages=210,
        genres=("Sea Stories", "Mystery"),
        goodreads_id="101",
        mean_rating=4.2,
    ),
    edition(
        "The Harbour",
        MARLOW,
        series="Harbour Tales #1",
        ratings=800,
        isbn="9780441013593",
        goodreads_id="102",
    ),
    edition("Low Tide", MARLOW, series="Harbour Tales #2", ratings=2000, year=1952),
    edition("Spring Tide", MARLOW, "Per Holt", series="Harbour Tales #3", ratings=5000, year=1955),
    edition("Harbour Tales Box Set (Harbour Tales, #1-3)", MARLOW, ratings=400),
    edition("Harbour", "Rosa Vidal", ratings=40, year=1999),
    edition("First Light", "Rosa Vidal", series="Harbour Tales #1", ratings=30),
    edition(
        "Knots",
        "J. R. Okoro",
        ratings=90_000,
        genres=("Nonfiction",),
        description="Forty ways to tie up a boat in a harbour, and why each of them holds fast.",
    ),
    edition(
        "The Sleeping Engine",
        "Kei Tanaka",
        ratings=3000,
        year=1961,
        genres=("Science Fiction", "Robots"),
        goodreads_id="300",
    ),
    edition("Okoro", "Ida Brandt", ratings=12, year=1991),
    edition("Arbour", "Ida Brandt", ratings=10, year=1990),
    edition("Ropes", "Ida Brandt", ratings=700, year=1961, description=""),
    edition("Спящая машина", "Алексей Вересов", ratings=60, language="Russian"),
    edition("眠る機械の夢", "Kei Tanaka", ratings=50, language="Japanese"),
    edition("Søvn", "Jo Sørland", ratings=20, language="Norwegian"),
)


def write_library(folder):
    """Write the catalogue, in which the box contains its three volumes, to a new workspace."""
    workspace = Workspace(folder)
    folder.mkdir(parents=True, exist_ok=True)
    works = sorted(build_works(EDITIONS), key=lambda w: (not w.described, -w.ratings_count))
    readers, stars = np.arange(3), np.array([5.0, 4.0, 3.0])
    ratings = Ratings(readers, np.ones(3, dtype=np.int64), stars)
    path = workspace.path("catalogue.sqlite")
    write_catalogue(path, works, [parse_title("Harbour Wxyzq")], ratings, {})
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO contains SELECT w.book, p.book FROM books w, books p "
            "WHERE w.kind = 'set' AND p.title IN ('The Harbour', 'Low Tide', 'Spring Tide')"
        )
    return workspace
