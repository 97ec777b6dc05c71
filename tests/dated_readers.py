"""A reader's dated history, and twenty more books for it that no known reader has rated."""

import csv
import datetime

import numpy as np
import tiny

MORE_SEA = "Anchor Barnacle Compass Dory Estuary Flotsam Halyard Inlet Jetty Keelson Lagoon".split()
MORE_ROBOTS = "Actuator Bearing Capacitor Diode Encoder Flywheel Gasket Inverter Lathe".split()
FIRST_DAY = datetime.date(2019, 1, 1)


def of_the_sea(title):
    return title in tiny.SEA_TITLES or title in MORE_SEA


def write_raw(folder):
    """The tiny world's raw files with the new books."""
    raw = tiny.write_raw(folder)
    with (raw / "books.csv").open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tiny.BOOKS_HEADER)
        for n, title in enumerate((*MORE_SEA, *MORE_ROBOTS)):
            like = "Kelp" if of_the_sea(title) else "Rust"
            one = {"title": title, "bookId": f"{700 + n}-x", "author": author(title)}
            writer.writerow(tiny.book(like, 60 + n, series="", **one))
    return raw


def author(title):
    return tiny.AUTHOR.get(title, "Nils Aker" if of_the_sea(title) else "Mei Arai")


def given(title):
    """The stars of a reader who loves sea stories."""
    return (4 if of_the_sea(title) else 1) + len(title) % 2


def reading(seed=0, last=12):
    """(title, stars, day) of 36 + `last` books, two a day; the last ones are new books."""
    draw = np.random.default_rng(seed)
    old = draw.permutation([*tiny.SEA_TITLES, *tiny.ROBOT_TITLES]).tolist()
    new = draw.permutation([*MORE_SEA, *MORE_ROBOTS]).tolist()[:last]
    return [(t, given(t), i // 2) for i, t in enumerate((*old, *new))]


def write(path, rows):
    """A Goodreads export of these books; a day of None leaves the date out."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Title", "Author", "My Rating", "Date Read"])
        for title, stars, day in rows:
            when = "" if day is None else FIRST_DAY + datetime.timedelta(days=day)
            writer.writerow([title, author(title), stars, when])
    return path
