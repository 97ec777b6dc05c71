"""Ratings in order of time: dated histories, and files whose rows are in order."""

import csv
import datetime

import numpy as np
import pytest
import tiny
from dated_readers import FIRST_DAY, reading, write

from bookrec.catalogue.database import Catalogue
from bookrec.errors import UsageError
from bookrec.evaluation.dated import read_histories, read_in_order


def test_a_history_is_sorted_by_date_and_a_book_counts_once_at_its_earliest(bigger, tmp_path):
    rows = reading()
    title, stars, day = rows[5]
    again = [(title, 1, 900), ("A Book Nobody Knows", 5, 3), ("Kelp", 3, None)]
    mine = [row for row in rows if row[0] != "Kelp"]
    with Catalogue(bigger.path("catalogue.sqlite")) as catalogue:
        found = read_histories(catalogue, write(tmp_path / "mine.csv", [*again, *mine[::-1]]))
        titles = [b.title for b in catalogue.books(found.ratings.books)]
    assert sorted(titles) == sorted(t for t, _, _ in mine)
    assert (np.diff(found.days) >= 0).all()
    place = titles.index(title)
    assert found.days[place] == (FIRST_DAY + datetime.timedelta(days=day)).toordinal()
    assert found.ratings.stars[place] == stars


def test_a_folder_has_one_reader_per_file_and_other_files_are_named(bigger, tmp_path):
    for seed in (0, 1):
        write(tmp_path / f"reader_{seed}.csv", reading(seed))
    (tmp_path / "broken.json").write_text('{"title": ')
    with Catalogue(bigger.path("catalogue.sqlite")) as catalogue:
        found = read_histories(catalogue, tmp_path)
    assert np.unique(found.ratings.readers, return_counts=True)[1].tolist() == [48, 48]
    assert len(found.notes) == 1
    assert "broken.json" in found.notes[0]


def test_rows_in_order_stay_in_order(bigger, tmp_path):
    titles = [*tiny.ROBOT_TITLES, *tiny.SEA_TITLES]
    with (tmp_path / "order.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Name", "Rating"])
        for title in [*titles, titles[0]]:  # the first book once more, with other stars
            for reader in (8, 7):
                n = 2 if title == titles[0] else 4
                writer.writerow([reader, tiny.printed(title), tiny.PHRASE[n]])
    with Catalogue(bigger.path("catalogue.sqlite")) as catalogue:
        found = read_in_order(catalogue, tmp_path / "order.csv")
        read = [b.title for b in catalogue.books(found.ratings.books[found.ratings.readers == 8])]
    assert read == titles
    assert found.ratings.readers.tolist() == [7] * 36 + [8] * 36
    assert found.days.tolist() == [*range(36), *range(36)]


def test_if_all_histories_are_too_short_the_longest_is_named(bigger, tmp_path):
    write(tmp_path / "a.csv", reading()[:10])
    write(tmp_path / "b.csv", reading()[:30])
    refused = pytest.raises(UsageError, match=r"Of 2 histories, b\.csv has the most, 30")
    with Catalogue(bigger.path("catalogue.sqlite")) as catalogue, refused:
        read_histories(catalogue, tmp_path)
