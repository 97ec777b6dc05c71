"""Raw files are told apart by header and read row by row; no row is lost without being counted."""

import csv
import io
from collections import Counter

import pytest
from tiny import LONG

from bookrec.data.schema import Kind
from bookrec.data.sources import (
    clean_isbn,
    find_raw_files,
    kind_of,
    read_best_books,
    read_metadata,
    read_ratings,
)


def write(path, header, *rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header.split(","), *rows])
    path.write_bytes(out.getvalue().encode())
    return path


def test_kinds_by_header_alone(tmp_path):
    write(tmp_path / "z.csv", "Rating,NAME, id ")
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "x.csv", "price,Description,author,TITLE,bookId")
    write(tmp_path / "ratings.csv", "Name,Id,RatingDistTotal,Authors,Rating,PagesNumber")
    write(tmp_path / "books.csv", "name,price")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / ".hidden.csv").write_bytes(b"ID,Name,Rating\n")
    found = find_raw_files(tmp_path)
    assert [p.name for p in found.best_books] == ["x.csv"]
    assert [p.name for p in found.metadata] == ["ratings.csv"]
    assert [p.name for p in found.ratings] == ["z.csv"]
    assert [p.name for p in found.others] == ["books.csv", "empty.csv"]


def test_byte_order_mark(tmp_path):
    (tmp_path / "r.csv").write_bytes(b"\xef\xbb\xbfID,Name,Rating\n1,Rust,liked it\n")
    assert kind_of(tmp_path / "r.csv") is Kind.RATINGS
    assert [r.stars for r in read_ratings(tmp_path / "r.csv", Counter())] == [3.0]


def test_best_books(tmp_path):
    header = "AUTHOR,title,bookId,series,Rating,description,language,isbn,genres,pages,"
    header += "publishDate,firstPublishDate,numRatings"
    dropped = Counter()
    path = write(
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
def test_metadata_shards_differ_in_columns(tmp_path, row):
    path = write(tmp_path / "m.csv", ",".join(row), row.values())
    (book,) = read_metadata(path, Counter())
    assert (book.title.shown, book.series[0].volume) == ("Rust", 2.0)
    assert (book.authors, book.pages, book.ratings_count) == (("Kei Tanaka",), 310, 2298124)
    assert (book.mean_rating, book.year, book.language) == (4.3, 1961, "English")
    assert book.isbn == "9780306406157"
    assert book.description == row.get("Description", "")


def test_ratings_are_words(tmp_path):
    dropped = Counter()
    path = write(
        tmp_path / "r.csv",
        "Name,Rating,ID",
        ["Rust", "it was amazing", "1"],
        ["Rust", " Did not like it", "2"],
        ["Rating", "This user doesn't have any rating", "3"],
        ["Rust", "5", "4"],
        ["Rust", "it was ok", "someone"],
        ["", "it was ok", "5"],
    )
    assert [(r.reader, r.title, r.stars) for r in read_ratings(path, dropped)] == [
        (1, "Rust", 5.0),
        (2, "Rust", 1.0),
    ]
    assert dropped == {
        "reader without ratings": 1,
        "rating that is none of the five phrases": 1,
        "rating row without a reader or a title": 2,
    }


def test_nul_bytes_and_broken_encodings(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(
        b"ID,Name,Rating\n"
        b"1,Ru\0st,liked it\n"
        b"2,Caf\xe9,liked it\n" + "3,BrontÃ«,liked it\n4,\x1b]0;owned\x07Rust,liked it\n".encode()
    )
    titles = [r.title for r in read_ratings(path, Counter())]
    assert titles == ["Rust", "Caf\N{REPLACEMENT CHARACTER}", "Brontë", "]0;ownedRust"]


def test_a_quoted_cell_may_hold_line_breaks(tmp_path):
    path = write(tmp_path / "r.csv", "ID,Name,Rating", ["1", 'Rust,\nand "Iron"', "liked it"])
    assert [r.title for r in read_ratings(path, Counter())] == ['Rust, and "Iron"']


@pytest.mark.parametrize(
    ("cell", "isbn"),
    [
        ("9780306406157", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ('="0306406152"', "9780306406157"),
        ("306406152", "9780306406157"),  # a spreadsheet ate the zero
        ("9780306406158", ""),
        ("9999999999999", ""),
        ("", ""),
    ],
)
def test_isbn(cell, isbn):
    assert clean_isbn(cell) == isbn
