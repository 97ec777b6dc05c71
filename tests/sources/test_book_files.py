"""Editions from both raw formats; every dropped row or cell is counted."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import LONG, write_csv

from bookrec.sources import book_files, chunks
from bookrec.sources.book_files import read_best_books, read_metadata


def test_best_books_are_read_and_impossible_values_dropped(tmp_path):
    header = "AUTHOR,title,bookId,series,Rating,description,language,isbn,genres,pages,"
    header += "publishDate,firstPublishDate,numRatings"
    dropped = Counter()
    path = write_csv(
        tmp_path / "b.csv",
        header,
        [
            "Ann Marlow (Goodreads Author), Per Holt (Illustrator)",
            "<i>Slack</i>\x07 Water &amp; Salt",
            "1885.Slack_Water",
            "The Tide #2",
            "4.11",
            f"<p>{LONG}</p>",
            "eng",
            "9999999999999",
            "['Fantasy', 'to-read']",
            "99999",
            "05/01/08",
            "09/14/99",
            "1,234",
        ],
        ["Bo", "Rust", "2767052-rust", "", "41.1", "", "", "=0306406152", "", "", "", "-19", ""],
        ["Bo", "Iron", "7", "", "0", "", "", "", "", "320", "2999", "", ""],
        ["Bo", "   ", "8", "", "", "", "", "", "", "", "", "", ""],
        ["too", "short"],
        [],
    )
    slack, rust, iron = read_best_books(path, dropped)
    assert (slack.title.shown, slack.authors) == ("Slack Water & Salt", ("Ann Marlow",))
    assert (slack.goodreads_id, slack.isbn, slack.genres) == ("1885", "", ("Fantasy",))
    assert (slack.description, slack.language) == (LONG, "English")
    assert (slack.series[0].name, slack.series[0].volume) == ("The Tide", 2.0)
    assert (slack.pages, slack.year, slack.ratings_count) == (None, 1999, 1234)
    assert (slack.mean_rating, rust.mean_rating, iron.mean_rating) == (4.11, None, None)
    assert (rust.goodreads_id, rust.isbn, rust.year) == ("2767052", "9780306406157", -19)
    assert (iron.pages, iron.year) == (320, None)
    assert dropped == {
        "mean rating outside 1 to 5 (made unknown)": 1,
        "book row without a title": 1,
        "row with another number of columns than its header": 1,
    }


METADATA = {
    "Id": "5",
    "Name": "Rust (Robots, #2)",
    "Authors": "Kei  Tanaka",
    "PagesNumber": "310",
    "RatingDistTotal": "total:2298124",
    "Rating": "4.3",
    "PublishYear": "1961",
    "Language": "eng",
    "ISBN": "0306406152",
}


@pytest.mark.parametrize(
    "row",
    [
        METADATA,
        dict(reversed(METADATA.items())),
        {"Description": LONG, **METADATA, "Language": "en-US"},
        {name.replace("PagesN", "pagesN"): cell for name, cell in METADATA.items()},
    ],
    ids=["as it is", "reversed", "with a description", "pagesNumber"],
)
def test_metadata_is_read_whatever_its_columns(tmp_path, row):
    path = write_csv(tmp_path / "m.csv", ",".join(row), row.values())
    (book,) = read_metadata(path, Counter())
    assert (book.title.shown, book.series[0].volume) == ("Rust", 2.0)
    assert (book.authors, book.pages, book.ratings_count) == (("Kei Tanaka",), 310, 2298124)
    assert (book.mean_rating, book.year, book.language) == (4.3, 1961, "English")
    assert book.isbn == "9780306406157"
    assert book.description == row.get("Description", "")


LAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


CELLS = {
    "Id": ["7", " 8 ", ""],
    "Name": ["Rust (Robots, #2)", "Kelp", "Kelp", "Caf&eacute;", "!", ""],
    "Authors": ["Kei  Tanaka", "A, B (Illustrator)", ""],
    "Description": [LONG, "<p>x</p>", "", "“Quoted”"],
    "Rating": ["4.3", "0", "41", "", "nan", "-1", "4.30"],
    "PagesNumber": ["310", "0", "99999", "x"],
    "PublishYear": ["1961", "61", ""],
    "RatingDistTotal": ["total:12", "1,234", ""],
    "Language": ["eng", "en-US", "--", ""],
    "ISBN": ["0306406152", "9999999999999", ""],
}


@LAW
@given(st.lists(st.tuples(*map(st.sampled_from, CELLS.values())) | st.just(("1", "2")), max_size=6))
def test_rows_do_not_influence_each_other(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(chunks, "_CHUNK", 4)
    alone, together = Counter(), Counter()
    path = tmp_path / "m.csv"
    one_by_one = [
        e for row in rows for e in read_metadata(write_csv(path, ",".join(CELLS), row), alone)
    ]
    assert list(read_metadata(write_csv(path, ",".join(CELLS), *rows), together)) == one_by_one
    assert together == alone


def test_descriptions_of_unwanted_books_are_not_cleaned(tmp_path, monkeypatch):
    cleaned, asked, dropped = [], [], Counter()
    monkeypatch.setattr(book_files, "clean_description", lambda cell: cleaned.append(cell) or cell)
    rows = [["1", "Rust", "one", "9"], ["2", "Kelp", "two", "4"], ["3", "", "three", "4"]]
    path = write_csv(tmp_path / "m.csv", "Id,Name,Description,Rating", *rows)
    kept = read_metadata(path, dropped, keep=lambda t: asked.append(t.full) or t.full == "kelp")
    assert [e.goodreads_id for e in kept] == ["2"]
    assert (asked, cleaned) == (["rust", "kelp"], ["two"])
    assert dropped == {
        "metadata row without a title": 1,
        "mean rating outside 1 to 5 (made unknown)": 1,  # counted even for a row that is not kept
    }
