"""`bookrec evaluate`: its JSON, its protocols, and what it refuses."""

import csv
import json
import re
import shutil
from functools import partial

import pytest
import tiny
from dated_readers import reading, write
from running import in_this_process, on

from bookrec import config
from bookrec.workspace.folder import Workspace


@pytest.fixture(scope="module", autouse=True)
def few_samples():
    """A tenth of the bootstrap samples: intervals are tested where they are computed."""
    few = partial(config.EvaluateConfig, samples=config.EvaluateConfig.samples // 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "EvaluateConfig", few)
        yield


@pytest.fixture(scope="module")
def evaluated(built, tmp_path_factory):
    """The workspace after `evaluate --json`, and what was printed."""
    workspace = Workspace(tmp_path_factory.mktemp("evaluated") / "workspace")
    shutil.copytree(built.root, workspace.root)
    done = in_this_process("evaluate", "--json", *on(workspace))
    assert done.returncode == 0, done.stderr
    return workspace, json.loads(done.stdout)


def test_json_keeps_the_contract(evaluated):
    found = evaluated[1]
    assert set(found) >= {"readers", "ratings", "protocol", "data", "methods", "lift", "segments"}
    assert (found["readers"], found["protocol"]) == (tiny.READERS, "held-out")
    a_fifth = [round(0.2 * len(tiny.arrays(r))) for r in range(1, tiny.READERS + 1)]
    assert found["ratings"] == sum(a_fifth)
    assert set(found["methods"]) >= {"mean", "reader_mean", "bias", "text", "personal"}
    for method in found["methods"].values():
        assert method["coverage"] == 1.0
        for name in ("per_user_pearson", "per_user_spearman", "pooled_pearson", "rmse"):
            figure = method[name]
            assert figure["low"] <= figure["value"] <= figure["high"]
    lift = found["lift"]["per_user_pearson"]
    pearson = {n: m["per_user_pearson"]["value"] for n, m in found["methods"].items()}
    assert lift["difference"] == pytest.approx(pearson["personal"] - pearson["mean"], abs=2e-4)


def test_personal_predictions_beat_the_mean_where_taste_is_all(evaluated):
    found = evaluated[1]
    pearson = {n: m["per_user_pearson"]["value"] for n, m in found["methods"].items()}
    assert pearson["personal"] > 0.8 > 0.3 > pearson["mean"]
    assert pearson["reader_mean"] == 0.0  # a constant prediction counts 0
    assert found["lift"]["per_user_pearson"]["low"] > 0


def test_ratings_without_hindsight_are_reported_apart(evaluated):
    apart = evaluated[1]["segments"]["without_hindsight"]
    assert 0 < apart["ratings"] < evaluated[1]["ratings"]


def test_the_figures_are_kept_and_the_same_every_time(bookrec, evaluated):
    workspace, found = evaluated
    assert json.loads(workspace.path("metrics.json").read_text()) == found
    assert json.loads(bookrec("evaluate", "--json", *on(workspace)).stdout) == found


def test_unseen_readers_are_evaluated_with_shortened_histories(bookrec, copied, tmp_path):
    rows = [
        (9000 + reader, tiny.printed(title), tiny.PHRASE[n])
        for reader in (2, 4, 5, 7, 9)
        for title, n in tiny.arrays(reader).items()
    ]
    new = tiny.write_csv(tmp_path / "new.csv", "ID,Name,Rating", *rows)
    args = ("evaluate", "--ratings", new, "--max-history", "10", "--json")
    done = bookrec(*args, *on(copied))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["readers"]) == ("unseen-readers", 5)
    assert found["methods"]["personal"]["per_user_pearson"]["value"] > 0.8


def test_readers_with_too_few_ratings_are_refused(bookrec, copied, tmp_path):
    fifteen = [(7, tiny.printed(title), tiny.PHRASE[4]) for title in tiny.SEA_TITLES[:15]]
    few = tiny.write_csv(tmp_path / "few.csv", "ID,Name,Rating", *fifteen)
    for form in ("table", "json"):
        done = bookrec("evaluate", "--ratings", few, "--format", form, *on(copied))
        assert (done.returncode, done.stdout) == (2, "")
        assert "No reader has 5 held-out ratings" in done.stderr
        assert "23 ratings of described books" in done.stderr


@pytest.fixture
def writable(bigger, tmp_path):
    return Workspace(shutil.copytree(bigger.root, tmp_path / "workspace"))


def assert_lists(lists):
    """Check the keys of the contract, and that figures are within their bounds."""
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


def test_a_folder_of_dated_histories_is_evaluated_forward_in_time(bookrec, writable, tmp_path):
    folder = tmp_path / "histories"
    folder.mkdir()
    for seed in range(4):
        write(folder / f"reader_{seed}.csv", reading(seed))
    asked = ("evaluate", "--histories", folder, *on(writable))
    done = bookrec(*asked, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["histories"]) == ("forward", "dated")
    assert (found["readers"], found["interval_over"]) == (4, "readers")
    assert found["ratings"] == 4 * 28
    assert found["methods"]["personal"]["per_user_pearson"]["value"] > 0.8
    lists = found["lists"]
    assert_lists(lists)
    assert (lists["readers"], lists["history"]) == (4, 34.0)
    assert set(lists["by_history"]) == {"1", "5"}  # no reader has liked twenty by then
    recall = {n: f["ndcg_at_20"]["value"] for n, f in lists["methods"].items()}
    assert recall["personal"] > 0.8 > recall["popularity"]
    assert lists["cold_books"]["candidates"] == 20
    assert list(lists["cold_books"]["methods"]) == ["site_popularity", "text", "personal"]
    table = bookrec(*asked, "--format", "table", COLUMNS="80")
    shown = set(re.findall(r"^(\w+) +\d\.\d{3} ", table.stdout, re.MULTILINE))
    assert shown == {*found["methods"], *lists["methods"]}  # a narrow terminal loses no column
    assert "duplicates" in table.stdout
    assert "Lists of 20 out of" in table.stdout
    assert "each predicted from those of earlier days" in table.stdout
    rows = bookrec(*asked, "--format", "csv").stdout.splitlines()
    named = [row["method"] for row in csv.DictReader(rows)]
    assert sorted(named) == sorted({*found["methods"], *lists["methods"]})


def test_one_export_gets_sentences_before_tables(bookrec, writable, tmp_path):
    mine = write(tmp_path / "mine.csv", reading())
    asked = ("evaluate", "--histories", mine, *on(writable))
    found = json.loads(bookrec(*asked, "--json").stdout)
    assert (found["readers"], found["interval_over"]) == (1, "days")
    figure = found["methods"]["personal"]["per_user_pearson"]
    assert figure["low"] <= figure["value"] <= figure["high"]
    assert found["lists"]["methods"]["personal"]["recall_at_20"]["low"] is None
    hits = {name: f["hits"] for name, f in found["lists"]["methods"].items()}
    done = bookrec(*asked, "--format", "table")
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert f"hold {hits['personal']} that this reader went on to read and like" in words
    assert "over this reader's days" in words
    assert words.index("Correlation of") < words.index("Stars:")  # sentences before tables
    assert f"perfect): {figure['value']:.3f}" in words


def test_a_ratings_file_in_order_is_cut_once(bookrec, writable, tmp_path):
    rows = [
        (seed, tiny.printed(title), tiny.PHRASE[stars])
        for seed in range(3)
        for title, stars, _ in reading(seed, 10)
    ]
    file = tiny.write_csv(tmp_path / "order.csv", "ID,Name,Rating", *rows)
    done = bookrec("evaluate", "--ratings", file, "--in-order", "--json", *on(writable))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["histories"]) == ("forward", "in-order")
    assert (found["readers"], found["ratings"]) == (3, 3 * (46 - round(0.7 * 46)))
    assert_lists(found["lists"])


def test_histories_that_cannot_be_predicted_forward_are_refused(bookrec, writable, tmp_path):
    rows = [(t, s, day if i % 2 else None) for i, (t, s, day) in enumerate(reading())]
    few = write(tmp_path / "few.csv", rows)
    at_once = write(tmp_path / "at_once.csv", [(t, s, 3) for t, s, _ in reading()])
    empty = tmp_path / "empty"
    empty.mkdir()
    for options, message in (
        (("--histories", few), "needs 40 dated ratings"),
        (("--histories", few), "48 rows, 48 with stars, 24 of those with a date, 24 of those"),
        (("--histories", at_once), "on several days"),
        (("--histories", empty), "holds no reading history"),
        (("--histories", tmp_path / "none.csv"), "There is no"),
        (("--histories", few, "--in-order"), "--histories cannot be combined"),
        (("--in-order",), "--ratings PATH --in-order"),
    ):
        done = bookrec("evaluate", *options, *on(writable))
        assert (done.returncode, done.stdout) == (2, ""), options
        assert message in " ".join(done.stderr.split()), options
