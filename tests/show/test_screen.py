"""Output: five formats with the same content, and no character that a terminal would obey."""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from running import environment, in_this_process, on

RECOMMENDATION = {
    "rank",
    "book_id",
    "title",
    "author",
    "series",
    "volume",
    "year",
    "genres",
    "mean_rating",
    "ratings_count",
    "predicted_rating",
    "personal",
    "confidence",
    "because",
}


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def listed(built):
    """One question asked in all five formats: its output by format."""
    asked = ("recommend", "Kelp=5", "Rust=2", "-n", "5", *on(built))
    forms = ("table", "json", "ndjson", "csv", "tsv")
    done = {form: in_this_process(*asked, "--format", form, COLUMNS="200") for form in forms}
    assert [d.returncode for d in done.values()] == [0] * 5
    return {form: d.stdout for form, d in done.items()}


def test_all_formats_have_the_same_books_in_the_same_order(listed):
    whole = json.loads(listed["json"])
    assert [json.loads(line) for line in listed["ndjson"].splitlines()] == whole
    assert len(whole) == 5
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(listed[form]), delimiter=delimiter))
        assert [(r["title"], r["author"], float(r["predicted_rating"])) for r in rows] == [
            (b["title"], b["author"], b["predicted_rating"]) for b in whole
        ]
        assert set(rows[0]) == set(whole[0])
        assert [r["genres"] for r in rows] == ["; ".join(b["genres"]) for b in whole]
        assert [json.loads(r["because"]) for r in rows] == [b["because"] for b in whole]
    places = [listed["table"].index(b["title"]) for b in whole]
    assert places == sorted(places)
    assert "Kelp" in listed["table"]  # the reason


def test_json_keeps_the_contract(listed):
    for book in json.loads(listed["json"]):
        assert set(book) >= RECOMMENDATION
        # `clipped` is the part beyond the scale of 1 to 5
        total = book["expected"] + book["personal"] + book["clipped"]
        assert total == pytest.approx(book["predicted_rating"], abs=1e-9)
        assert 1 <= book["predicted_rating"] <= 5
        assert 0 < book["confidence"] < 1
        for reason in book["because"]:
            assert set(reason) >= {"title", "author", "rating", "share"}
            assert reason["title"] in ("Kelp", "Rust")


def test_fields_are_chosen_and_ordered(bookrec, built):
    asked = ("recommend", "Kelp", "-n", "2", "--fields", "author,title", *on(built))
    rows = bookrec(*asked, "--no-header").stdout.splitlines()
    assert [len(row.split("\t")) for row in rows] == [2, 2]
    assert bookrec(*asked, "--format", "csv").stdout.splitlines()[0] == "author,title"


def test_a_pipe_gets_tsv_and_nothing_but_data(bookrec_process, built):
    done = bookrec_process("recommend", "Kelpp", "-n", "3", *on(built))
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))
    assert [r["rank"] for r in rows] == ["1", "2", "3"]
    assert "taken as Kelp" in done.stderr
    quiet = bookrec_process("recommend", "Kelpp", "-n", "3", "--quiet", *on(built))
    assert (quiet.stdout, quiet.stderr) == (done.stdout, "")


def test_columns_sets_a_tables_width_if_it_is_a_positive_number(bookrec, built):
    def width(columns):
        asked = ("recommend", "Kelp", "-n", "2", "--format", "table", *on(built))
        done = bookrec(*asked, COLUMNS=columns)
        assert done.returncode == 0
        return max(map(len, done.stdout.splitlines()))

    assert width("60") <= 60 < width("")
    assert width("wide") == width("0") == width("-8") == width("")


def on_terminal(*args, **env):
    """What appears on a terminal that stdout and stderr share."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bookrec", *args]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**environment(), "TERM": "xterm-256color", **env},
    ):
        os.close(theirs)
        seen = b""
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            try:
                while chunk := terminal.read(65536):
                    seen += chunk
            except OSError:  # on Linux, when the other end is closed
                pass
    return seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_gets_a_table_in_colour(built):
    seen = on_terminal("recommend", "Kelp", "-n", "2", *on(built))
    assert "\x1b[" in seen
    assert "\t" not in seen
    assert re.search(r"(?m)^ *1 +\S", seen)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_color_and_dumb_terminals_get_no_escape_codes(built, env):
    assert "\x1b" not in on_terminal("recommend", "Kelp", "-n", "2", *on(built), **env)


@pytest.mark.parametrize("form", ["table", "ndjson"])
def test_a_closed_pipe_is_quiet(built, form):
    """As `bookrec recommend … | head -1`, when no byte is read."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "bookrec", "recommend", "Kelp", "--format", form, *on(built)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=environment())
    os.close(write)
    assert done.stderr == b""
    assert done.returncode in (0, 1, 141)


@pytest.fixture
def evil(copied):
    """A catalogue whose titles and names contain control and direction characters."""
    text = "\x1b]0;owned\x07Islands\x9b31m of \u202eGlass\x00\r"
    with closing(sqlite3.connect(copied.path("catalogue.sqlite"))) as db, db:
        kelp = "(SELECT book FROM names WHERE full = 'kelp')"
        db.execute("UPDATE books SET title = ?, authors = ?", (text, json.dumps([text])))
        db.execute(f"UPDATE books SET title = 'Kelp' WHERE book IN {kelp}")
    return copied


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "tsv"])
def test_no_control_character_of_a_catalogue_reaches_a_terminal(bookrec, evil, form):
    done = bookrec("recommend", "Kelp", "-n", "1", "--format", form, *on(evil))
    assert done.returncode == 0
    assert "Islands" in done.stdout
    assert CONTROL.findall(done.stdout.replace("\t", "")) == []


def test_no_control_character_reaches_a_terminal_in_an_error(bookrec, evil):
    done = bookrec("recommend", "Kelp", "--author", "Nobody", *on(evil))
    assert done.returncode == 3
    assert CONTROL.findall(done.stderr) == []


def test_a_table_without_headings_has_no_head():
    from rich.console import Console

    from bookrec.show.tables import make_table

    def printed(heading):
        console = Console(width=20, record=True)
        console.print(make_table([(heading, "left")], [["Kelp"]], 20)[0])
        return console.export_text().split()

    assert printed("") == ["Kelp"]
    assert printed("title") != ["Kelp"]
