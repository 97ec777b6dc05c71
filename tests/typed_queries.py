"""The table of typed queries and its judge, for the tests and for benchmarks/quality/finder.py."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from bookrec.catalogue.book import Book, describe
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.people import last_name
from bookrec.catalogue.titles import parse_title
from bookrec.errors import TitleError
from bookrec.finder.lookup import find

TABLE = Path(__file__).parent / "finder" / "typed_queries.csv"


@dataclass(frozen=True)
class Query:
    """What is typed, with --author or not, and what has to come of it.

    `answer` is "book": found. "ask": an error that lists it. "near": found with a note, or listed.
    "author": an error that lists it among its author's. "none": an error. `note` is "yes" if what
    was assumed has to be said.
    """

    typed: str
    by: str
    answer: str
    title: str
    author: str
    note: str


@dataclass(frozen=True)
class Verdict:
    """`outcome` is "right", "wrong", "silently wrong" or "not in the catalogue"."""

    outcome: str
    said: str = ""


def queries() -> list[Query]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Query(**row) for row in csv.DictReader(file)]


def meant(catalogue: Catalogue, query: Query) -> list[Book]:
    """Return the described books that the query may mean, most rated first."""
    if page := re.search(r"show/(\d+)", query.typed):
        sql = "SELECT 1 FROM editions WHERE goodreads_id = ?"
        if not catalogue.rows(sql, (page[1],)):
            return []
    title = parse_title(query.title)
    rows = catalogue.rows(
        "SELECT DISTINCT n.book, b.kind FROM names n JOIN books b ON b.book = n.book "
        f"WHERE (n.full IN (?, ?) OR n.core = ?) AND b.described AND NOT {TITLE_ONLY} "
        "ORDER BY n.book",
        (title.full, title.core, title.full),
    )
    ordinary = [book for book, kind in rows if kind == "book"]
    return [
        b
        for b in catalogue.books(ordinary or [book for book, _ in rows])
        if last_name(query.author) in {last_name(a) for a in b.authors}
    ]


def judged(catalogue: Catalogue, query: Query) -> Verdict:
    """Type the query and compare what comes of it."""
    answers = [] if query.answer == "none" else meant(catalogue, query)
    if query.answer != "none" and not answers:
        return Verdict("not in the catalogue")
    try:
        found = find(catalogue, query.typed, query.by)
    except TitleError as error:
        listed = {describe(b) for b in answers} & set(error.candidates)
        right = query.answer == "none" or (query.answer != "book" and bool(listed))
        said = " / ".join([error.message, *error.candidates[:4]])
        return Verdict("right" if right else "wrong", said)
    said = f"{describe(found.book)} [{found.note}]"
    wanted = query.answer == "book" or (query.answer == "near" and bool(found.note))
    if wanted and found.book in answers:
        unsaid = query.note == "yes" and not found.note
        return Verdict("wrong" if unsaid else "right", said)
    return Verdict("wrong" if found.note else "silently wrong", said)
