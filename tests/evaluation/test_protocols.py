"""Predicting forward in time: what is read of dates, what the past may hold, what is told of it."""

import csv
import datetime
import json
import shutil

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.errors import UsageError
from bookrec.evaluation import protocols
from bookrec.evaluation.cases import day_by_day
from bookrec.evaluation.dated import read_histories, read_in_order
from bookrec.progress import Silent
from bookrec.stages import embed, evaluate, fit_alpha, merge, train_projection
from bookrec.workspace.folder import Workspace

# Books that no known reader has rated.
MORE_SEA = "Anchor Barnacle Compass Dory Estuary Flotsam Halyard Inlet Jetty Keelson Lagoon".split()
MORE_ROBOTS = "Actuator Bearing Capacitor Diode Encoder Flywheel Gasket Inverter Lathe".split()
FIRST_DAY = datetime.date(2019, 1, 1)


def of_the_sea(title):
    return title in tiny.SEA_TITLES or title in MORE_SEA


def author(title):
    return tiny.AUTHOR.get(title, "Nils Aker" if of_the_sea(title) else "Mei Arai")


def given(title):
    """Stars of a reader who loves the sea, with some variety."""
    return (4 if of_the_sea(title) else 1) + len(title) % 2


@pytest.fixture(scope="module")
def bigger(tmp_path_factory):
    """A built workspace of the tiny world with twenty more books; not to be written to."""
    raw = tiny.write_raw(tmp_path_factory.mktemp("bigger") / "raw")
    with (raw / "books.csv").open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tiny.BOOKS_HEADER)
        for n, title in enumerate((*MORE_SEA, *MORE_ROBOTS)):
            like = "Kelp" if of_the_sea(title) else "Rust"
            one = {"title": title, "bookId": f"{700 + n}-x", "author": author(title)}
            writer.writerow(tiny._book(like, 60 + n, series="", **one))
    workspace = Workspace(tmp_path_factory.mktemp("forward"))
    merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    train_projection.run(workspace, config.ProjectionConfig(), Silent())
    fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    return workspace


def reading(seed=0, last=12):
    """(title, stars, day) of 48 of the 56 books, two a day, ends with books nobody has rated."""
    draw = np.random.default_rng(seed)
    old = draw.permutation([*tiny.SEA_TITLES, *tiny.ROBOT_TITLES]).tolist()
    new = draw.permutation([*MORE_SEA, *MORE_ROBOTS]).tolist()[:last]
    return [(t, given(t), i // 2) for i, t in enumerate((*old, *new))]


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Title", "Author", "My Rating", "Date Read"])
        for title, stars, day in rows:
            when = "" if day is None else FIRST_DAY + datetime.timedelta(days=day)
            writer.writerow([title, author(title), stars, when])
    return path


# --- reading ------------------------------------------------------------------------------------


def test_a_history_is_in_the_order_of_time_and_a_book_counts_at_its_earliest(bigger, tmp_path):
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


def test_a_folder_is_a_reader_a_file_and_what_is_no_history_is_named(bigger, tmp_path):
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


# --- what the past may hold ---------------------------------------------------------------------


def predictions(workspace, folder, name, rows):
    """Each predicted book's day and what every method says of it."""
    path = write(folder / f"{name}.csv", rows)
    trial = evaluate.trial_of(workspace, config.EvaluateConfig(histories=path), Silent())
    return trial.days, trial.predictions, trial.held.stars


def assert_future_is_unseen(one, other, from_day):
    """Of two readers who differ from that day on: earlier predictions are the same, and so are
    those of that very day, whose stars alone differ."""
    first = FIRST_DAY.toordinal() + from_day
    assert np.array_equal(one[0], other[0])
    until, after = one[0] <= first, one[0] > first
    assert np.array_equal(one[2][until], other[2][until]) is False
    for method in one[1]:
        assert np.array_equal(one[1][method][until], other[1][method][until]), method
    assert not np.array_equal(one[1]["personal"][after], other[1]["personal"][after])


def test_no_later_star_reaches_a_prediction(bigger, tmp_path, monkeypatch):
    rows = reading()
    turned = [(t, 6 - s if day >= 15 else s, day) for t, s, day in rows]

    def both():
        return (
            predictions(bigger, tmp_path, "one", rows),
            predictions(bigger, tmp_path, "other", turned),
        )

    assert_future_is_unseen(*both(), from_day=15)

    def with_ties(ratings, days):
        """A leak: what was read on the same day is known."""
        for case in day_by_day(ratings, days):
            day = np.flatnonzero(days == days[case.target[0]])
            past = np.concatenate([case.past, np.setdiff1d(day, case.target[:1])])
            yield protocols.Case(past, case.target[:1])

    monkeypatch.setattr(protocols, "day_by_day", with_ties)
    with pytest.raises(AssertionError):
        assert_future_is_unseen(*both(), from_day=15)


# --- one reader ---------------------------------------------------------------------------------


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def writable(bigger, tmp_path):
    return Workspace(shutil.copytree(bigger.root, tmp_path / "workspace"))


def assert_lists(lists):
    """The keys and bounds of the contract."""
    assert lists["k"] == 20
    methods = ("popularity", "itemknn", "ease", "text", "personal", "shown")
    assert tuple(lists["methods"]) == methods
    parts = [lists, *lists["by_history"].values(), lists["cold_books"]]
    for figures in [f for part in parts for f in part["methods"].values()]:
        for name in ("recall_at_20", "ndcg_at_20", "stratified_recall_at_20"):
            assert 0 <= figures[name]["value"] <= 1
        assert 0 < figures["coverage"] <= 1
        assert 0 <= figures["duplicates"] < 1
        assert figures["popularity"] > 1
    for part in lists["by_history"].values():
        assert set(part["methods"]) >= {"popularity", "ease", "personal"}
    assert lists["lift"]["over"] == "ease"
    assert set(lists["lift"]) == {"over", "recall_at_20", "stratified_recall_at_20"}
    popularity = [point["popularity"] for point in lists["frontier"]]
    assert popularity == sorted(popularity, reverse=True)


def test_a_folder_of_histories(bookrec, writable, tmp_path):
    folder = tmp_path / "histories"
    folder.mkdir()
    for seed in range(4):
        write(folder / f"reader_{seed}.csv", reading(seed))
    on = ("--data-dir", writable.root)
    done = bookrec("evaluate", "--histories", folder, "--json", *on)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["histories"]) == ("forward", "dated")
    assert (found["readers"], found["interval_over"]) == (4, "readers")
    assert found["ratings"] == 4 * 28
    assert found["methods"]["personal"]["per_user_pearson"]["value"] > 0.8
    lists = found["lists"]
    assert_lists(lists)
    assert (lists["readers"], lists["history"]) == (4, 34.0)
    assert set(lists["by_history"]) == {"1", "5"}  # nobody has liked twenty by then
    recall = {n: f["ndcg_at_20"]["value"] for n, f in lists["methods"].items()}
    assert recall["personal"] > 0.8 > recall["popularity"]
    assert lists["cold_books"]["candidates"] == 20
    assert list(lists["cold_books"]["methods"]) == ["site_popularity", "text", "personal"]
    table = bookrec("evaluate", "--histories", folder, "--format", "table", *on)
    assert "Lists of 20 out of" in table.stdout
    assert "each predicted from what was dated earlier" in table.stdout
    rows = bookrec("evaluate", "--histories", folder, "--format", "csv", *on).stdout.splitlines()
    named = [row["method"] for row in csv.DictReader(rows)]
    assert sorted(named) == sorted({*found["methods"], *lists["methods"]})


def test_one_export_is_answered_in_words(bookrec, writable, tmp_path):
    mine = write(tmp_path / "mine.csv", reading())
    on = ("--histories", mine, "--data-dir", writable.root)
    found = json.loads(bookrec("evaluate", "--json", *on).stdout)
    assert (found["readers"], found["interval_over"]) == (1, "days")
    figure = found["methods"]["personal"]["per_user_pearson"]
    assert figure["low"] <= figure["value"] <= figure["high"]
    assert found["lists"]["methods"]["personal"]["recall_at_20"]["low"] is None
    hits = {name: f["hits"] for name, f in found["lists"]["methods"].items()}
    report = tmp_path / "page"
    said = bookrec("evaluate", "--format", "table", "--report", report, *on)
    assert said.returncode == 0, said.stderr
    words = " ".join(said.stdout.split())
    assert f"went on to read and like {hits['personal']}; of the 20 that" in words
    assert "over this reader's days" in words
    assert words.index("How far") < words.index("Stars:")  # the answer first, then the tables
    assert f"perfect): {figure['value']:.3f}" in words
    assert "of one reader" in (report / "index.html").read_text("utf-8")


def test_a_file_in_order_is_cut_once(bookrec, writable, tmp_path):
    file = tmp_path / "order.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["ID", "Name", "Rating"])
        for seed in range(3):
            writer.writerows(
                (seed, tiny.printed(t), tiny.PHRASE[s]) for t, s, _ in reading(seed, 10)
            )
    on = ("--data-dir", writable.root)
    done = bookrec("evaluate", "--ratings", file, "--in-order", "--json", *on)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["histories"]) == ("forward", "in-order")
    assert (found["readers"], found["ratings"]) == (3, 3 * (46 - round(0.7 * 46)))
    assert_lists(found["lists"])


def test_what_cannot_be_predicted_forward_is_refused_in_words(bookrec, writable, tmp_path):
    rows = [(t, s, day if i % 2 else None) for i, (t, s, day) in enumerate(reading())]
    few = write(tmp_path / "few.csv", rows)
    at_once = write(tmp_path / "at_once.csv", [(t, s, 3) for t, s, _ in reading()])
    empty = tmp_path / "empty"
    empty.mkdir()
    for options, told in (
        (("--histories", few), "takes 40 dated ratings"),
        (("--histories", few), "48 rows, 48 with stars, 24 of those with a date, 24 of those"),
        (("--histories", at_once), "on several days"),
        (("--histories", empty), "holds no reading history"),
        (("--histories", tmp_path / "none.csv"), "There is no"),
        (("--histories", few, "--in-order"), "--histories goes without"),
        (("--in-order",), "--ratings PATH --in-order"),
    ):
        done = bookrec("evaluate", *options, "--data-dir", writable.root)
        assert (done.returncode, done.stdout) == (2, ""), options
        assert told in " ".join(done.stderr.split()), options


def test_the_best_of_several_that_are_too_few_is_named(bigger, tmp_path):
    write(tmp_path / "a.csv", reading()[:10])
    write(tmp_path / "b.csv", reading()[:30])
    said = pytest.raises(UsageError, match=r"best of 2, b\.csv, has 30")
    with Catalogue(bigger.path("catalogue.sqlite")) as catalogue, said:
        read_histories(catalogue, tmp_path)
