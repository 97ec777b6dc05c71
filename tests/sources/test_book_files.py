"""Raw files are told apart by header and read in chunks; no row is lost without being counted."""

import csv
import io
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import LONG

from bookrec.catalogue.isbns import isbn13
from bookrec.sources import book_files, chunks
from bookrec.sources.book_files import read_best_books, read_metadata
from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import RawKind, find_raw_files, raw_kind_of
from bookrec.stars import NO_RATING, STARS_OF_PHRASE
from bookrec.text import fix_encoding


def write(path, header, *rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header.split(","), *rows])
    path.write_bytes(out.getvalue().encode())
    return path


def rated(path, dropped):
    return list(read_ratings([path], dropped).itertuples(index=False, name=None))


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
    assert raw_kind_of(tmp_path / "r.csv") is RawKind.RATINGS
    assert read_ratings([tmp_path / "r.csv"], Counter())["stars"].tolist() == [3.0]


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
    assert rated(path, dropped) == [(1, "Rust", 5.0), (2, "Rust", 1.0)]
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
    titles = [title for _, title, _ in rated(path, Counter())]
    assert titles == ["Rust", "Caf\N{REPLACEMENT CHARACTER}", "Brontë", "]0;ownedRust"]


def test_a_quoted_cell_may_hold_line_breaks(tmp_path):
    path = write(tmp_path / "r.csv", "ID,Name,Rating", ["1", 'Rust,\nand "Iron"', "liked it"])
    assert rated(path, Counter()) == [(1, 'Rust, and "Iron"', 3.0)]


@pytest.mark.parametrize("number", ["²", "9" * 19, "-1", "1.0", ""])
def test_a_reader_that_is_no_number_is_counted(tmp_path, number):
    dropped = Counter()
    path = write(tmp_path / "r.csv", "ID,Name,Rating", [number, "Rust", "liked it"])
    assert rated(path, dropped) == []
    assert dropped == {"rating row without a reader or a title": 1}


def test_a_quote_that_is_never_closed_is_one_row_however_long(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(b'ID,Name,Rating\n1,Rust,liked it\n2,"Iron,it was ok\n3,' + b"x" * (1 << 24))
    dropped = Counter()
    assert rated(path, dropped) == [(1, "Rust", 3.0)]
    assert dropped == {"row with another number of columns than its header": 1}


LAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = [
    *',,,,\n\n\n"\r\0 x7',
    "\r\n",
    '""',
    "it was ok",
    " Liked IT ",
    "This user doesn't have any rating",
    "Rust (Robots, #2)",
    "Brontë",
    "BrontÃ«",
    "1,Rust,it was ok\n",
    "2,Kelp,liked it\n",
    '"3","Ke""lp",\n',
]


@LAW
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_ratings_are_what_csv_and_a_loop_over_rows_make_of_them(tmp_path, monkeypatch, body):
    monkeypatch.setattr(chunks, "_CHUNK", 2)
    path = tmp_path / "r.csv"
    path.write_bytes(b"ID,Name,Rating\n" + body.encode())
    expected, counted = [], Counter()
    for cells in csv.reader(io.StringIO(body.replace("\0", ""), newline="")):
        if len(cells) != 3:
            counted["row with another number of columns than its header"] += bool(cells)
            continue
        reader, title, phrase = cells[0].strip(), fix_encoding(cells[1]), cells[2].strip().lower()
        if phrase == NO_RATING:
            counted["reader without ratings"] += 1
        elif phrase not in STARS_OF_PHRASE:
            counted["rating that is none of the five phrases"] += 1
        elif not reader.isdecimal() or not title:
            counted["rating row without a reader or a title"] += 1
        else:
            expected.append((int(reader), title, STARS_OF_PHRASE[phrase]))
    dropped = Counter()
    assert rated(path, dropped) == expected
    assert dropped == +counted


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
def test_a_row_is_read_as_if_it_stood_alone(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(chunks, "_CHUNK", 4)
    alone, together = Counter(), Counter()
    path = tmp_path / "m.csv"
    one_by_one = [
        e for row in rows for e in read_metadata(write(path, ",".join(CELLS), row), alone)
    ]
    assert list(read_metadata(write(path, ",".join(CELLS), *rows), together)) == one_by_one
    assert together == alone


def test_only_what_is_wanted_is_cleaned(tmp_path, monkeypatch):
    cleaned, asked, dropped = [], [], Counter()
    monkeypatch.setattr(book_files, "clean_description", lambda cell: cleaned.append(cell) or cell)
    rows = [["1", "Rust", "one", "9"], ["2", "Kelp", "two", "4"], ["3", "", "three", "4"]]
    path = write(tmp_path / "m.csv", "Id,Name,Description,Rating", *rows)
    kept = read_metadata(path, dropped, keep=lambda t: asked.append(t.full) or t.full == "kelp")
    assert [e.goodreads_id for e in kept] == ["2"]
    assert (asked, cleaned) == (["rust", "kelp"], ["two"])
    assert dropped == {
        "metadata row without a title": 1,
        "mean rating outside 1 to 5 (made unknown)": 1,  # of a row that is not kept, too
    }


def test_progress_is_in_bytes_to_the_last(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "_CHUNK", 2)
    steps = []
    path = write(tmp_path / "r.csv", "ID,Name,Rating", *[["1", "Brontë" * 999, "liked it"]] * 5)
    read_ratings([path, path], Counter(), steps.append)
    assert sum(steps) == 2 * path.stat().st_size
    assert len(steps) == 2 * 3


def test_no_ratings_are_an_empty_table(tmp_path):
    for paths in ([], [write(tmp_path / "r.csv", "ID,Name,Rating")]):
        found = read_ratings(paths, Counter())
        assert [len(found), *found] == [0, "reader", "title", "stars"]
        assert (found["reader"].dtype, found["stars"].dtype) == (np.int64, np.float64)


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
    assert isbn13(cell) == isbn
