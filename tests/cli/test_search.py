"""`bookrec search` and `bookrec show`: formats, exit codes and output that is safe to print."""

import csv
import io
import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from running import on

from bookrec.workspace.folder import Workspace

ROW = [
    "book_id",
    "title",
    "author",
    "series",
    "volume",
    "year",
    "genres",
    "mean_rating",
    "ratings_count",
    "pages",
    "language",
    "kind",
    "described",
]


def test_the_formats_have_the_same_books(bookrec, small):
    asked = ("search", "harbour", *on(small), "--format")
    books = json.loads(bookrec(*asked, "json").stdout)
    assert list(books[0]) == ROW
    titles = [book["title"] for book in books]
    assert titles[:2] == ["The Harbour", "Harbour"]
    lines = bookrec(*asked, "ndjson").stdout.splitlines()
    assert [json.loads(line) for line in lines] == books
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = csv.DictReader(io.StringIO(bookrec(*asked, format).stdout), delimiter=delimiter)
        assert [row["title"] for row in rows] == titles
    table = bookrec(*asked, "table", COLUMNS="120").stdout
    places = [table.index(f"\n{title} ") for title in ("The Harbour", "Harbour", "Low Tide")]
    assert places == sorted(places)
    assert "set" in table
    assert "no description" in bookrec("search", "ropes", *on(small), "--format", "table").stdout


def test_in_a_pipe_it_is_tsv_and_notes_go_to_stderr(bookrec_process, small):
    done = bookrec_process("search", "harbuor", "-n", "1", "--fields", "title,year", *on(small))
    assert (done.returncode, done.stdout) == (0, "title\tyear\nThe Harbour\t1950\n")
    assert "'harbuor' is taken as harbour." in done.stderr
    assert "1 of 7 books. -n 7 lists more." in done.stderr
    nothing = bookrec_process("search", "qqqqqq", "--json", *on(small))
    assert (nothing.returncode, nothing.stdout) == (3, "")
    assert "Check the spelling" in nothing.stderr


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("search", 2, "nothing to search for"),
        ("search --genres --languages", 2, "exclude each other"),
        ("search --genres --author marlow", 2, "Leave out the filters"),
        ("search harbour --genre Robos", 2, "Robots"),
        ("search harbour --fields titel", 2, "Choose from: book_id"),
        ("search harbour --year soon", 2, "1950-2020"),
        ("search --series qqqqqq", 3, "no series"),
        ("show qqqqqq", 3, "No 'qqqqqq'"),
    ],
)
def test_errors_say_what_to_type(bookrec, small, line, code, message):
    done = bookrec(*line.split(), *on(small))
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_genres_and_languages_are_lists_of_counts(bookrec, small):
    genres = json.loads(bookrec("search", "--genres", "--json", *on(small)).stdout)
    assert {"genre": "Robots", "books": 1} in genres
    languages = bookrec("search", "--languages", "--format", "csv", *on(small)).stdout
    assert languages.splitlines()[:2] == ["language,books", "English,9"]


def test_show_prints_a_page_a_row_and_an_object(bookrec, small):
    asked = ("show", "The Harbour", "-a", "Marlow", *on(small))
    page = bookrec(*asked, "--format", "table", COLUMNS="70").stdout
    assert page.startswith("The Harbour (Harbour Tales #1) by Ann Marlow\n")
    assert "▸" in page
    assert "https://openlibrary.org/isbn/9780441013593" in page
    description = page[page.index("A tale of salt") :].split("\n\n")[0]
    assert len(description.splitlines()) == 2
    header, row = bookrec(*asked).stdout.splitlines()
    assert header.split("\t")[:2] == ["book_id", "title"]
    assert row.split("\t")[:2] == ["101", "The Harbour"]
    found = json.loads(bookrec(*asked, "--json").stdout)
    assert [e["goodreads_id"] for e in found["editions"]] == ["101", "102"]
    fields = bookrec(*asked, "--json", "--fields", "title,isbn").stdout
    assert json.loads(fields) == {"title": "The Harbour", "isbn": "9780441013593"}


def test_a_long_series_is_cut_around_the_book(bookrec, tmp_path, small):
    workspace = Workspace(shutil.copytree(small.root, tmp_path / "workspace"))
    with closing(sqlite3.connect(workspace.path("catalogue.sqlite"))) as db, db:
        db.execute("DELETE FROM series")
        copy = "INSERT INTO books SELECT ?, ?, ?" + "".join(
            f", {name[1]}" for name in list(db.execute("PRAGMA table_info(books)"))[3:]
        )
        for n in range(100, 140):
            db.execute(f"{copy} FROM books WHERE title = 'Low Tide'", (n, f"b{n}", f"Wave{n}"))
            db.execute("INSERT INTO names VALUES (?, ?, ?)", (n, f"wave{n}", f"wave{n}"))
            db.execute("INSERT INTO series VALUES (?, 'saga', 'Saga', ?)", (n, n))
    page = bookrec("show", "Wave120", "--format", "table", *on(workspace)).stdout
    listed = [line.split()[-2] for line in page.splitlines() if " Wave" in line]
    assert listed == [f"Wave{n}" for n in range(113, 128)]
    assert '15 of 40. All: bookrec search --series "Saga"' in page


def test_text_of_files_and_words_cannot_command_the_terminal(bookrec, tmp_path, small):
    workspace = Workspace(shutil.copytree(small.root, tmp_path / "workspace"))
    evil = "\x1b]0;owned\x07[bold]Knots\x9b31m\u202e[/]"
    with closing(sqlite3.connect(workspace.path("catalogue.sqlite"))) as db, db:
        for column in ("title", "description", "series", "language"):
            db.execute(f"UPDATE books SET {column} = ? WHERE title = 'Knots'", (evil,))
            db.execute(f"UPDATE books SET {column} = ? WHERE title = ?", (evil, evil))
        db.execute("UPDATE editions SET title = ? WHERE title = 'Knots'", (evil,))
    for asked in (("search", "okoro"), ("show", "Knots"), ("search", "okoro", "\x1b[31m[red]")):
        for format in ("table", "json", "csv", "tsv"):
            done = bookrec(*asked, "--format", format, *on(workspace))
            printed = done.stdout + done.stderr
            assert not any(c in printed for c in "\x1b\x07\x9b\u202e"), (asked, format)
    assert "[bold]Knots" in bookrec("search", "okoro", "--format", "table", *on(workspace)).stdout
