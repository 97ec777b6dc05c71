"""Ratings shards: phrases become stars, and every dropped row is counted."""

import csv
import io
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import write_csv

from bookrec.sources import chunks
from bookrec.sources.rating_files import read_ratings
from bookrec.stars import NO_RATING, STARS_OF_PHRASE
from bookrec.text import fix_encoding


def rated(path, dropped):
    return list(read_ratings([path], dropped).itertuples(index=False, name=None))


def test_phrases_become_stars_and_other_rows_are_counted(tmp_path):
    dropped = Counter()
    path = write_csv(
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


def test_nul_bytes_and_broken_encodings_are_repaired(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(
        b"ID,Name,Rating\n"
        b"1,Ru\0st,liked it\n"
        b"2,Caf\xe9,liked it\n" + "3,BrontÃ«,liked it\n4,\x1b]0;owned\x07Rust,liked it\n".encode()
    )
    titles = [title for _, title, _ in rated(path, Counter())]
    assert titles == ["Rust", "Caf\N{REPLACEMENT CHARACTER}", "Brontë", "]0;ownedRust"]


def test_a_quoted_cell_may_contain_line_breaks(tmp_path):
    path = write_csv(tmp_path / "r.csv", "ID,Name,Rating", ["1", 'Rust,\nand "Iron"', "liked it"])
    assert rated(path, Counter()) == [(1, 'Rust, and "Iron"', 3.0)]


@pytest.mark.parametrize("number", ["²", "9" * 19, "-1", "1.0", ""])
def test_a_reader_id_that_is_not_a_number_is_counted(tmp_path, number):
    dropped = Counter()
    path = write_csv(tmp_path / "r.csv", "ID,Name,Rating", [number, "Rust", "liked it"])
    assert rated(path, dropped) == []
    assert dropped == {"rating row without a reader or a title": 1}


def test_an_unclosed_quote_costs_one_row(tmp_path):
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
def test_any_file_is_read_as_by_a_plain_loop_over_its_rows(tmp_path, monkeypatch, body):
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


def test_progress_counts_every_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "_CHUNK", 2)
    steps = []
    path = write_csv(tmp_path / "r.csv", "ID,Name,Rating", *[["1", "Brontë" * 999, "liked it"]] * 5)
    read_ratings([path, path], Counter(), steps.append)
    assert sum(steps) == 2 * path.stat().st_size
    assert len(steps) == 2 * 3


def test_without_ratings_the_table_is_empty_and_typed(tmp_path):
    for paths in ([], [write_csv(tmp_path / "r.csv", "ID,Name,Rating")]):
        found = read_ratings(paths, Counter())
        assert [len(found), *found] == [0, "reader", "title", "stars"]
        assert (found["reader"].dtype, found["stars"].dtype) == (np.int64, np.float64)
