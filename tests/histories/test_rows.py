"""History files of any shape: what is read, what a bad row reports, and what is refused."""

import csv
import datetime
import io
import json

import ftfy
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bookrec.errors import UsageError
from bookrec.histories.rows import HistoryRow, read_history


def read(text: str | bytes) -> tuple[HistoryRow, ...]:
    return read_history(text.encode() if isinstance(text, str) else text, "books.csv").rows


def titled(rows: tuple[HistoryRow, ...]) -> list[tuple[str, str, float | None]]:
    return [(row.title, row.author, row.stars) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "title,author,rating\nDune,Frank Herbert,5\n",
        "\ufeffTitle;Author;Rating\r\nDune;Frank Herbert;5,0\r\n",
        "sep=;\r\nTitle;Author;Rating\r\nDune;Frank Herbert;5\r\n",
        "Rating\tBook Title\tAuthors\n5\tDune\tFrank Herbert\n",
        "ID,Name,Writer,Score\n1,Dune,Frank Herbert,it was amazing\n",
        "title|author|stars\nDune|Frank Herbert|★★★★★\n",
        "Dune\tFrank Herbert\t5\n",
        "Dune,Frank Herbert,5",
        "Dune;Frank Herbert;5,0\n",
        "\n\n Dune , Frank Herbert , 5★ \n",
        "D\0une,Frank\x1b Herbert,5",
        '{"title": "Dune", "author": "Frank Herbert", "rating": 5}',
        '{"name": "Dune", "authors": ["Frank Herbert", "Other"], "stars": "5"}\n',
        '[{"Title": "Dune", "author": {"name": "Frank Herbert"}, "My Rating": 5.0}]',
    ],
)
def test_one_book_is_read_from_plain_files_of_every_shape(text):
    history = read_history(text.encode(), "-")
    assert history.format == "plain"
    assert titled(history.rows) == [("Dune", "Frank Herbert", 5.0)]
    assert history.rows[0].problem == ""


def test_without_a_header_a_second_cell_is_an_author_or_a_rating():
    text = "Dune,5\nEmma,Jane Austen\nThe Lion, the Witch,C. S. Lewis,4\nUlysses\nIt,7\n"
    rows = read(text)
    assert titled(rows) == [
        ("Dune", "", 5.0),
        ("Emma", "Jane Austen", None),
        ("The Lion, the Witch", "C. S. Lewis", 4.0),
        ("Ulysses", "", None),
        ("It", "", None),
    ]
    assert [row.use for row in rows] == ["rated", "read", "rated", "read", "unusable"]


def test_a_title_may_contain_a_comma_and_a_book_may_be_called_name():
    assert titled(read("Emma\nThe Lion, the Witch and the Wardrobe\nUlysses\n"))[1][0].endswith(
        "robe"
    )
    assert titled(read("Name\tAnn Marlow\t4\n")) == [("Name", "Ann Marlow", 4.0)]
    assert [row.title for row in read("title\nEmma\nMine, Yours\n")] == ["Emma", "Mine, Yours"]


def test_descriptions_genres_statuses_and_isbns_are_read():
    text = (
        "title,author,rating,description,genres,status,isbn,date\n"
        'Tides,Ann Marlow,,"One.<br />Two.","Fantasy; Sea|[\'Old\']",to_read,0-14-303994-6,\n'
        "Reefs,Ann Marlow,,,,,,2020-01-01\n"
    )
    first, second = read(text)
    assert first.description == "One.\nTwo."
    assert first.genres == ("Fantasy", "Sea", "Old")
    assert (first.status, second.status) == ("to-read", "read")
    assert first.isbns == ("9780143039945",)


@pytest.mark.parametrize(
    ("isbn", "expected"),
    [
        ("0143039946", 1),
        ("143039946", 1),
        ("9780143039945.0", 1),
        ("0143039947", 0),
        ("9.78E+12", 0),
    ],
)
def test_an_invalid_isbn_is_dropped(isbn, expected):
    (row,) = read(f"title,isbn\nTides,{isbn}\n")
    assert row.isbns == ("9780143039945",) * expected


def test_a_bad_row_reports_its_problem_and_line():
    rows = read("title,author,rating\n,Ann Marlow,4\nTides,Ann Marlow,abc\nReefs,A,4,5\nEbb,A,9\n")
    assert [row.problem for row in rows] == [
        "no title",
        "rating 'abc' is not a number from 0 to 5",
        "4 cells instead of 3: is a quote missing?",
        "rating '9' is not a number from 0 to 5",
    ]
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert {row.use for row in rows} == {"unusable"}


@pytest.mark.parametrize(
    "rows",
    [
        '"Tides,Ann Marlow,4\nReefs,Ann Marlow,5\n',
        '"Tides,Ann Marlow,4\n"Reefs",Ann Marlow,5\n',
        'Tides,"Ann Marlow,4\nReefs,Ann Marlow,5\n',
    ],
)
def test_an_unclosed_quote_is_reported(rows):
    (row,) = read("title,author,rating\n" + rows)
    assert row.use == "unusable"
    assert "is there an unclosed quote?" in row.problem


def test_a_title_may_contain_a_line_break():
    rows = read('title,author,rating\n"Tides, or\nEbb and Flow",Ann,4\nReefs,Ann,5\n')
    assert titled(rows) == [("Tides, or Ebb and Flow", "Ann", 4.0), ("Reefs", "Ann", 5.0)]
    assert [row.line for row in rows] == [2, 4]


def test_a_broken_json_line_is_reported_as_a_row():
    rows = read(
        '{"title": "Tides", "rating": 4}\n{"title": oops}\n["x"]\n\n{"title": "\\ud800Ebb"}\n'
    )
    assert [row.title for row in rows] == ["Tides", "", "", "Ebb"]
    assert [row.line for row in rows] == [1, 2, 3, 5]
    assert rows[1].problem.startswith("not valid JSON")
    assert rows[2].problem == "not an object with a title"


def test_cp1252_and_stray_bytes_in_utf8_are_read():
    assert read("title,author\nCafé,Zoë\n".encode("cp1252"))[0].title == "Café"
    stray = "title,author\nCafé à la Ýr,Zoë\nEbb,".encode() + b"\xe9\n"
    assert [(r.title, r.author) for r in read(stray)] == [("Café à la Ýr", "Zoë"), ("Ebb", "é")]


def test_long_reviews_and_formulas_are_plain_text():
    text = f'title,author,review,rating\n"=HYPERLINK(""x"")",A,"{"long, " * 50_000}",3\n'
    assert titled(read(text)) == [('=HYPERLINK("x")', "A", 3.0)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "contains no books"),
        (b"\xef\xbb\xbf \r\n\n", "contains no books"),
        (b"title,author,rating\n", "contains no books"),
        (b"[]", "contains no books"),
        (b"PK\x03\x04\x14\x00 xl/workbook.xml", "a spreadsheet"),
        (b"PK\x03\x04\x14\x00 books.csv", "a zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a text file"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b'[{"title": "Tides", "auth', "not valid JSON"),
        (b'[{"title": ' + b"[" * 200_000, "not valid JSON"),
        (b"author,isbn,rating\nA,1,4\n", "no title column (its columns: author, isbn, rating)"),
        (b'{"books": 3}', "no title column"),
    ],
)
def test_a_file_without_books_is_refused_with_a_hint(data, says):
    with pytest.raises(UsageError) as caught:
        read_history(data, "mine.csv")
    assert caught.value.message.startswith("mine.csv")
    assert says in caught.value.message
    assert caught.value.hint


# Any text a line may hold; line breaks inside a title are turned to spaces on reading.
LINES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff"),
    max_size=20,
).map(str.strip)


ROWS = st.lists(
    st.tuples(LINES.filter(bool), LINES, st.none() | st.integers(1, 20).map(lambda q: q / 4)),
    min_size=1,
    max_size=5,
)


def as_table(rows, delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([("title", "author", "rating"), *rows])
    return out.getvalue()


def as_ndjson(rows) -> str:
    return "".join(
        json.dumps({"title": t, "author": a, "rating": s}, ensure_ascii=False) + "\n"
        for t, a, s in rows
    )


@settings(deadline=None)
@given(ROWS)
@example([('"quoted"', 'a "b', 0.25), ("-", '"', None), ("0", "5", 5.0)])
def test_any_rows_survive_writing_and_reading(rows):
    for title, author, _ in rows:  # text that looks like mojibake is repaired
        assume(ftfy.fix_encoding(title) == title and ftfy.fix_encoding(author) == author)
    for text in (*(as_table(rows, d) for d in ",\t;"), as_ndjson(rows)):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            assert titled(read(text.encode(encoding))) == rows


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_usage_error(data):
    try:
        rows = read_history(data, "x").rows
    except UsageError:
        return
    assert rows
    assert all(row.title or row.problem for row in rows)


def test_a_row_has_its_date():
    text = "title,author,rating,date read\nA,X,5,13/02/2020\nB,X,4,01/03/2020\nC,X,4,\n"
    rows = read_history(text.encode(), "mine.csv").rows
    assert [row.day for row in rows] == [
        datetime.date(2020, 2, 13),
        datetime.date(2020, 3, 1),
        None,
    ]
