"""No star that is predicted, or that chose something, reaches what is fitted: seen at the stages.

Each guard is also shown to fail where a leak is planted.
"""

import csv
import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.evaluation import list_evaluation, protocols
from bookrec.evaluation.split import Part, hold_out
from bookrec.evaluation.unseen import read_unseen
from bookrec.model import triplets
from bookrec.progress import Silent
from bookrec.stages import evaluate, fit_alpha, train_projection
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import record_of

STRANGER = 1000  # what is added to the ids of readers the model never saw


def rows_of(workspace, part):
    """The ratings, and the row numbers of a part of their split."""
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        ratings, described = catalogue.ratings(), catalogue.described
    return ratings, hold_out(ratings, ratings.books < described, 0).rows(part)


@pytest.fixture
def turned(built, tmp_path):
    """`turned(part)`: the built workspace with 6 - stars where the split says `part`."""

    def make(part):
        workspace = Workspace(Path(shutil.copytree(built.root, tmp_path / part.name)))
        ratings, rows = rows_of(built, part)
        pairs = zip(ratings.readers[rows].tolist(), ratings.books[rows].tolist(), strict=True)
        with sqlite3.connect(workspace.path("catalogue.sqlite")) as db:
            db.executemany(
                "UPDATE ratings SET stars = 6 - stars WHERE reader = ? AND book = ?", pairs
            )
        db.close()
        return workspace

    return make


@pytest.fixture
def again(built, tmp_path):
    """Another copy of the built workspace, as it is."""
    return Workspace(Path(shutil.copytree(built.root, tmp_path / "again")))


def fit(workspace):
    """Train and fit anew; what evaluate goes by: the maps' bytes, α with its curve, the order and
    what it was learned from."""
    judged, learn = [], fit_alpha.fit_order

    def watched(cases, features, *given):
        for case in (case for some in cases.values() for case in some):
            judged.append([case.books.tolist(), case.targets.tolist(), features(case).tobytes()])
        return learn(cases, features, *given)

    workspace.path("projection.safetensors").unlink()
    train_projection.run(workspace, config.ProjectionConfig(), Silent())
    workspace.path("model.json").unlink()
    with mock.patch.object(fit_alpha, "fit_order", watched):
        fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    model = json.loads(workspace.path("model.json").read_text("utf-8"))
    chosen = ("alpha", "constants", "curve", "validation_per_user_pearson", "order")
    maps = [workspace.path(n).read_bytes() for n in ("projection.safetensors", "vectors.npy")]
    # the untrained map is already the best of the tiny world: what tells is each epoch's loss
    curve = record_of(workspace, "projection.safetensors")["counts"]["curve"]
    return [*maps, curve], {"judged": judged, **{k: model[k] for k in chosen}}


def trial_of(workspace, monkeypatch, **settings):
    """What `evaluate` measures: held-out rows with every method's predictions of them."""
    kept, figures = [], evaluate.evaluate_stars
    with monkeypatch.context() as patch:
        patch.setattr(
            evaluate, "evaluate_stars", lambda t, *more: kept.append(t) or figures(t, *more)
        )
        evaluate.run(workspace, config.EvaluateConfig(samples=2, **settings), Silent())
    return kept[0]


def assert_blind(one, other):
    """Two trials whose held-out stars are each other's 6 - stars predict the same."""
    assert np.array_equal(one.held.stars, 6 - other.held.stars)
    assert len(set(one.held.stars)) > 2
    for method, predicted in one.predictions.items():
        assert np.array_equal(predicted, other.predictions[method]), method
    assert np.array_equal(one.confidence, other.confidence)


def test_flipping_every_test_star_changes_nothing_fitted_and_no_prediction(
    turned, again, monkeypatch
):
    other = turned(Part.TEST)
    assert fit(other) == fit(again)
    assert_blind(trial_of(again, monkeypatch), trial_of(other, monkeypatch))


@pytest.mark.parametrize("leak", ["plain_means", "bias_means"])
def test_means_of_all_rows_are_noticed(turned, again, monkeypatch, leak):
    fitted = getattr(evaluate, leak)
    everything = np.arange(len(rows_of(again, Part.TEST)[0]))
    monkeypatch.setattr(
        evaluate, leak, lambda ratings, rows, *more: fitted(ratings, everything, *more)
    )
    one, other = trial_of(again, monkeypatch), trial_of(turned(Part.TEST), monkeypatch)
    with pytest.raises(AssertionError):
        assert_blind(one, other)


def lists_of(workspace, monkeypatch):
    """Every method's lists as `evaluate` makes them, by the history they were made from."""
    kept, report = [], list_evaluation.list_report
    with monkeypatch.context() as patch:
        patch.setattr(
            list_evaluation, "list_report", lambda *given: kept.append(given) or report(*given)
        )
        evaluate.run(workspace, config.EvaluateConfig(samples=2), Silent())
    (made,) = (given for given in kept if "shown" in given[1])
    cases, by_method, *_ = made
    return {
        tuple(case.books.tolist()): {n: found[i].tolist() for n, found in by_method.items()}
        for i, case in enumerate(cases)
    }


def assert_lists_blind(one, other):
    both = one.keys() & other.keys()
    assert len(both) > 5
    assert {h: one[h] for h in both} == {h: other[h] for h in both}


def test_no_held_out_star_reaches_a_list(turned, again, monkeypatch):
    """What is to be found differs; what is found, from the same history, does not."""
    other = turned(Part.TEST)
    assert_lists_blind(lists_of(again, monkeypatch), lists_of(other, monkeypatch))
    fitted, everything = evaluate.bias_means, np.arange(len(rows_of(again, Part.TEST)[0]))
    monkeypatch.setattr(
        evaluate, "bias_means", lambda ratings, rows, *more: fitted(ratings, everything, *more)
    )
    with pytest.raises(AssertionError):
        assert_lists_blind(lists_of(again, monkeypatch), lists_of(other, monkeypatch))


def strangers(built, path, turn=False):
    """A file of readers the model never saw, the tiny world's under other ids; their test stars
    turned around."""
    rows = [
        (reader + STRANGER, tiny.printed(title), stars)
        for reader in range(1, 9)
        for title, stars in tiny.arrays(reader).items()
    ]

    def write(given):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["ID", "Name", "Rating"])
            writer.writerows((r, t, tiny.PHRASE[s]) for r, t, s in given)

    write(rows)
    if turn:
        with Catalogue(built.path("catalogue.sqlite")) as catalogue:
            ratings = read_unseen(catalogue, path)
            books = {b.title: b.index for b in catalogue.all_books()}
            test = hold_out(ratings, ratings.books < catalogue.described, 0).rows(Part.TEST)
        pairs = set(zip(ratings.readers[test].tolist(), ratings.books[test].tolist(), strict=True))
        plain = {tiny.printed(t): t for t in tiny.AUTHOR}
        write((r, t, 6 - s if (r, books[plain[t]]) in pairs else s) for r, t, s in rows)
    return path


def test_test_stars_of_readers_never_seen_are_not_seen(built, again, monkeypatch, tmp_path):
    files = [strangers(built, tmp_path / f"{turn}.csv", turn) for turn in (False, True)]
    assert_blind(*(trial_of(again, monkeypatch, ratings=file) for file in files))


STAGES = {
    fit_alpha: config.AlphaConfig(),
    evaluate: config.EvaluateConfig(samples=2),
}


def first_held(workspace, stage, monkeypatch):
    """The validation rows as a stage predicts them first, before it chose anything by them."""
    kept, curve = [], stage.alpha_curve
    workspace.path(stage.ARTEFACT).unlink(missing_ok=True)
    with monkeypatch.context() as patch:
        patch.setattr(stage, "alpha_curve", lambda h, *more: kept.append(h) or curve(h, *more))
        stage.run(workspace, STAGES[stage], Silent())
    return kept[0]


def assert_fitted_without(one, other):
    """Two predictions of rows whose stars are each other's 6 - stars are the same at any α."""
    assert np.array_equal(one.stars, 6 - other.stars)
    for alpha in (0.0, 1.0):
        assert np.array_equal(one.predicted(alpha), other.predicted(alpha))


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__.split(".")[-1])
def test_flipping_validation_stars_changes_nothing_that_is_fitted_before_alpha(
    turned, again, monkeypatch, stage
):
    other = turned(Part.VALIDATION)
    assert_fitted_without(
        first_held(again, stage, monkeypatch), first_held(other, stage, monkeypatch)
    )
    fitted = stage.bias_means
    everything = np.arange(len(rows_of(again, Part.TEST)[0]))
    monkeypatch.setattr(
        stage, "bias_means", lambda ratings, rows, *more: fitted(ratings, everything, *more)
    )
    with pytest.raises(AssertionError):
        assert_fitted_without(
            first_held(again, stage, monkeypatch), first_held(other, stage, monkeypatch)
        )


# --- who read what: that a book was rated at all -----------------------------------------------


@pytest.fixture
def exchanged(again, monkeypatch):
    """`exchanged(part)`: from now on the rows of a part tell of other books, of the same split."""

    def exchange(part):
        ratings, rows = rows_of(again, part)
        split = hold_out(ratings, ratings.books < described_of(again), 0)
        books = ratings.books.copy()
        rows = rows[books[rows] < described_of(again)]
        books[rows] = (books[rows] + 7) % described_of(again)
        other = replace(ratings, books=books)
        monkeypatch.setattr(Catalogue, "ratings", lambda catalogue: other)
        for stage in (train_projection, fit_alpha, evaluate, protocols):
            monkeypatch.setattr(stage, "hold_out", lambda *given: split)
        return rows

    return exchange


def described_of(workspace):
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        return catalogue.described


def neighbours_of(workspace, monkeypatch):
    """The neighbours that `evaluate` makes its lists by."""
    kept, fitted = [], evaluate.fit_neighbours
    with monkeypatch.context() as patch:
        patch.setattr(
            evaluate, "fit_neighbours", lambda *given: kept.append(fitted(*given)) or kept[-1]
        )
        evaluate.run(workspace, config.EvaluateConfig(samples=2), Silent())
    return kept[0].table


def test_that_a_test_book_was_rated_changes_nothing(again, exchanged, monkeypatch):
    """Neither the maps nor the weights of the order nor the neighbours of the lists know it; the
    neighbours that the workspace answers by do."""
    fitted, near = fit(again), neighbours_of(again, monkeypatch)
    loaded = np.load(again.path("neighbours.npy"))
    exchanged(Part.TEST)
    assert fit(again) == fitted
    assert np.array_equal(neighbours_of(again, monkeypatch), near)
    assert not np.array_equal(np.load(again.path("neighbours.npy")), loaded)


@pytest.mark.parametrize("part", [Part.TRAIN, Part.VALIDATION])
def test_that_other_books_were_rated_is_noticed(again, exchanged, part):
    fitted = fit(again)
    exchanged(part)
    other = fit(again)
    assert other[0] != fitted[0]
    assert fitted[1]["judged"]
    assert other[1]["judged"] != fitted[1]["judged"]


def read_in_training(workspace, monkeypatch):
    """What the training is given of who read what, a set of books a reader."""
    kept, train = [], triplets.train
    workspace.path("projection.safetensors").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(triplets, "train", lambda *given: kept.append(given[2]) or train(*given))
        train_projection.run(workspace, config.ProjectionConfig(epochs=1), Silent())
    return kept[0]


def test_training_reads_training_rows_alone(again, monkeypatch):
    ratings, rows = rows_of(again, Part.TRAIN)
    rows = rows[ratings.books[rows] < described_of(again)]
    read = read_in_training(again, monkeypatch)
    readers = np.unique(ratings.readers[rows])
    assert len(read) == len(readers)
    for reader, books in zip(readers, read, strict=True):
        own = ratings.books[rows[ratings.readers[rows] == reader]]
        assert sorted(books) == sorted(own)


def test_what_an_epoch_trains_on_has_no_validation_book_in_it(again, exchanged):
    """An epoch's loss is the training rows' alone. Only which epoch is kept may depend on the
    others."""
    curves = []
    for part in (None, Part.VALIDATION):
        if part is not None:
            exchanged(part)
        again.path("projection.safetensors").unlink()
        curves.append(train_projection.run(again, config.ProjectionConfig(), Silent()).curve)
    losses, scores = ([[p.get(key) for p in c] for c in curves] for key in ("loss", "score"))
    assert losses[0] == losses[1]
    assert len(set(losses[0])) == 1 + config.ProjectionConfig().epochs
    assert scores[0] != scores[1]


def judges_and_fitted(workspace, monkeypatch):
    """Of `fit-alpha`: the rows that each fit of neighbours saw, and those of the judged readers."""
    fits, cases = [], []
    fitted, of_lists = fit_alpha.fit_neighbours, fit_alpha.list_cases_of_rows
    workspace.path("model.json").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(
            fit_alpha, "fit_neighbours", lambda *given: fits.append(given[1]) or fitted(*given)
        )
        patch.setattr(
            fit_alpha,
            "list_cases_of_rows",
            lambda *given: cases.append(given[1]) or of_lists(*given),
        )
        fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    return fits, cases[0]


def test_the_order_is_judged_by_readers_that_its_neighbours_never_saw(again, monkeypatch):
    (first, last), judged = judges_and_fitted(again, monkeypatch)
    ratings, train = rows_of(again, Part.TRAIN)
    readers = ratings.readers
    assert len(first)
    assert len(judged)
    assert not set(readers[first]) & set(readers[judged])
    assert sorted([*first, *judged]) == train.tolist()
    assert np.array_equal(last, np.arange(len(ratings)))  # what is served knows all


def test_a_book_is_cold_when_no_row_that_was_fitted_on_rates_it(built, again, monkeypatch):
    """Of one book only test rows are left; all others have been rated."""
    ratings, rows = rows_of(built, Part.TEST)
    book = int(np.bincount(ratings.books[rows]).argmax())
    readers = ratings.readers[rows][ratings.books[rows] == book].tolist()
    with sqlite3.connect(again.path("catalogue.sqlite")) as db:
        marks = ",".join("?" * len(readers))
        sql = f"DELETE FROM ratings WHERE book = ? AND reader NOT IN ({marks})"
        db.execute(sql, (book, *readers))
    db.close()
    trial = trial_of(again, monkeypatch)
    assert np.array_equal(trial.cold, trial.held.books == book)
    assert trial.cold.sum() == len(readers) > 2
