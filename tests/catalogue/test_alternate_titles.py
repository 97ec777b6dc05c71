"""The table of other titles: its rows, and what the catalogue learns from them."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tiny import edition

from bookrec.catalogue import alternate_titles
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.matching import TitleMatcher
from bookrec.catalogue.people import author_key
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.titles import normal
from bookrec.catalogue.writing import write_catalogue
from bookrec.finder.lookup import find

WORKS = build_works(
    [
        edition("One Hundred Years of Solitude", "Gabriel García Márquez", ratings=9000),
        edition("The Stranger", "Albert Camus", ratings=8000),
        edition("The Outsider", "Stephen King", ratings=7000),
        edition("The Fellowship of the Ring", "J.R.R. Tolkien", series="The Lord of the Rings #1"),
        edition("The Golden Compass", "Ann Marlow", ratings=50),
    ]
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    path = tmp_path_factory.mktemp("alternates") / "catalogue.sqlite"
    none = np.zeros(0, dtype=np.int64)
    write_catalogue(path, WORKS, [], Ratings(none, none, np.zeros(0)), {})
    with Catalogue(path) as catalogue:
        yield catalogue


def rows():
    path = Path(alternate_titles.__file__).with_suffix(".csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_title_of_an_author_is_in_two_works():
    found: Counter[tuple[str, str]] = Counter()
    for row in rows():
        authors = {author_key(a) for a in row["author"].split(" | ")}
        titles = {normal(t) for t in (row["title"], *row["alternates"].split(" | "))}
        if row["of"] == "work":
            found.update((author, title) for author in authors for title in titles)
    assert [key for key, n in found.items() if n > 1] == []
    assert len(rows()) >= 500


@pytest.mark.parametrize("spelling", [True, False])
@pytest.mark.parametrize("typed", ["Cien años de soledad", "cien anos de soledad", "百年の孤独"])
def test_a_work_is_found_by_the_tables_titles_in_files_too(catalogue, typed, spelling):
    found = find(catalogue, typed, spelling=spelling)
    assert found.book.title == "One Hundred Years of Solitude"
    assert ("taken as One Hundred Years" in found.note) == spelling


def test_a_series_is_found_by_its_other_names(catalogue):
    assert find(catalogue, "LOTR").book.title == "The Fellowship of the Ring"
    assert find(catalogue, "Der Herr der Ringe").book.title == "The Fellowship of the Ring"


def test_the_titles_are_the_authors_own(catalogue):
    assert find(catalogue, "The Outsider", "Camus").book.title == "The Stranger"
    assert find(catalogue, "The Outsider", "King").book.title == "The Outsider"
    named = [WORKS[i].title for i in alternate_titles.alternate_titles(WORKS)]
    assert "The Golden Compass" not in named  # here it is a book by another author


def test_a_translations_series_has_another_name():
    match = TitleMatcher(WORKS).match("La comunidad del anillo (El señor de los anillos, #1)")
    assert match.work is not None
    assert WORKS[match.work].title == "The Fellowship of the Ring"


def test_rated_titles_match_by_the_table_unless_another_work_has_the_title():
    matcher = TitleMatcher(WORKS)
    solitude, outsider = (matcher.match(t).work for t in ("Cien años de soledad", "The Outsider"))
    assert solitude is not None
    assert outsider is not None
    assert WORKS[solitude].title == "One Hundred Years of Solitude"
    assert WORKS[outsider].title == "The Outsider"
