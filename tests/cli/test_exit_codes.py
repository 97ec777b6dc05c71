"""Exit codes, and messages that say what to type next."""

import re
import sqlite3
from contextlib import closing

import pytest
from running import on


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("recommend", "nothing to go by"),
        ("recommend Kelp --format yaml", "yaml"),
        ("recommend Kelp --series last", "first, next, any, none"),
        ("recommend Kelp --year soon", "1950-2020"),
        ("recommend Kelp=9", "0.5 to 5"),
        ("recommend Kelp --genre Robos", "Robots"),
        ("recommend Kelp --language Klingon", "Languages of the catalogue: English"),
        ("recommend Kelp --year 2020-1950", "--year 1950-2020"),
        ("recommend Kelp --pages 0-0", "100-400"),
        ("recommend Kelp --pages 0", "100-400"),
        (
            "recommend Kelp --min-ratings 5 --max-ratings 1",
            "--min-ratings 1 --max-ratings 5",
        ),
        ("explain Kelp Rust --genre robot --not-genre Robots", "exclude each other"),
        ("recommend --history no-such-file.csv", "no-such-file.csv"),
        ("recommend --titles - --history -", "stdin"),
        ("recommend Kelp --fields titel", "title"),
        ("evaluate --seed 5", "seed 0, not 5"),
        ("fit-alpha --seed 5", "train-projection --seed 5"),
        ("evaluate --ratings no-such-folder", "no-such-folder"),
        ("reccommend Kelp", "No such command"),
    ],
)
def test_a_usage_error_is_2(bookrec, built, line, message):
    done = bookrec(*line.split(), BOOKREC_HOME=str(built.root))
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_an_unknown_title_is_3_and_the_nearest_are_listed(bookrec, built):
    done = bookrec("recommend", "The Lighthouse in Wintertime", *on(built))
    assert (done.returncode, done.stdout) == (3, "")
    assert "1. The Lighthouse Winter by Ida Brandt" in done.stderr


@pytest.mark.parametrize("typed", [("Brandt",), ("--author", "Brandt"), ("-a", "ida brant")])
def test_an_author_instead_of_a_title_is_3_and_their_books_are_listed(bookrec, built, typed):
    done = bookrec("recommend", *typed, *on(built))
    assert (done.returncode, done.stdout) == (3, "")
    assert "is an author" in done.stderr
    lines = [line for line in done.stderr.splitlines() if re.match(r"\s+\d\. ", line)]
    assert len(lines) == 6
    assert all("by Ida Brandt" in line for line in lines)


def test_an_ambiguous_title_is_3_and_an_author_decides(bookrec, copied):
    with closing(sqlite3.connect(copied.path("catalogue.sqlite"))) as db, db:
        db.execute("UPDATE names SET full = 'rust', core = 'rust' WHERE full = 'iron sleep'")
        db.execute("UPDATE books SET ratings_count = 9 WHERE title = 'Rust'")
        db.execute("UPDATE books SET title = 'Rust', ratings_count = 5 WHERE title = 'Iron Sleep'")
    rust = ("recommend", "Rust", *on(copied))
    done = bookrec(*rust)
    assert (done.returncode, done.stdout) == (3, "")
    lines = [line for line in done.stderr.splitlines() if re.match(r"\s+\d\. ", line)]
    assert [re.sub(r" \(.*", "", line) for line in lines] == [
        "  1. Rust by Kei Tanaka",
        "  2. Rust by Rosa Vidal",
    ]
    assert "--author" in done.stderr
    assert bookrec(*rust, "-a", "vidal").returncode == 0


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("merge", "download"),
        ("embed", "merge"),
        ("train-projection", "merge"),
        ("fit-alpha", "merge"),
        ("evaluate", "merge"),
    ],
)
def test_missing_data_is_4_and_the_command_that_makes_it_is_named(
    bookrec, tmp_path, command, needed
):
    done = bookrec(command, "--data-dir", tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (4, "")
    assert f"`bookrec {needed}`" in done.stderr
