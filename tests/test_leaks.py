"""No leaks: neither held-out stars nor held-out books reach what is fitted, at every stage.

Each check is also shown to fail where a leak is planted.
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

STRANGER = 1000  # added to the ids of unseen readers


def rows_of(workspace, part):
    """Return the ratings, and the row numbers of a part of their split."""
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        ratings, described = catalogue.ratings(), catalogue.described
    return ratings, hold_out(ratings, ratings.books < described, 0).rows(part)


@pytest.fixture
def turned(built, tmp_path):
    """`turned(part)`: a copy of the built workspace with 6 - stars in a part of the split."""

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
    """A copy of the built workspace."""
    return Workspace(Path(shutil.copytree(built.root, tmp_path / "again")))


def fit(workspace):
    """Train and fit again; return the maps with their curve, and what fit-alpha chose and saw."""
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
    # the untrained map is the best one in the tiny world, so each epoch's loss is compared
    curve = record_of(workspace, "projection.safetensors")["counts"]["curve"]
    return [*maps, curve], {"judged": judged, **{k: model[k] for k in chosen}}


def trial_of(workspace, **settings):
    """Return what `evaluate` measures: held-out rows with predictions of every method."""
    return evaluate.trial_of(workspace, config.EvaluateConfig(**settings), Silent())


def assert_blind(one, other):
    """Check that two trials with stars s and 6 - s have the same predictions."""
    assert np.array_equal(one.held.stars, 6 - other.held.stars)
    assert len(set(one.held.stars)) > 2
    for method, predicted in one.predictions.items():
        assert np.array_equal(predicted, other.predictions[method]), method
    assert np.array_equal(one.confidence, other.confidence)


def test_test_stars_change_nothing_fitted_and_no_prediction(turned, again):
    other = turned(Part.TEST)
    assert fit(other) == fit(again)
    assert_blind(trial_of(again), trial_of(other))


@pytest.mark.parametrize("leak", ["plain_means", "bias_means"])
def test_means_fitted_on_all_rows_would_be_noticed(turned, again, monkeypatch, leak):
    fitted = getattr(evaluate, leak)
    everything = np.arange(len(rows_of(again, Part.TEST)[0]))
    monkeypatch.setattr(
        evaluate, leak, lambda ratings, rows, *more: fitted(ratings, everything, *more)
    )
    one, other = trial_of(again), trial_of(turned(Part.TEST))
    with pytest.raises(AssertionError):
        assert_blind(one, other)


def lists_of(workspace, monkeypatch):
    """Return the lists of every method, by the history they were made from."""
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
    """The targets differ, but the lists from equal histories do not."""
    other = turned(Part.TEST)
    assert_lists_blind(lists_of(again, monkeypatch), lists_of(other, monkeypatch))
    fitted, everything = evaluate.bias_means, np.arange(len(rows_of(again, Part.TEST)[0]))
    monkeypatch.setattr(
        evaluate, "bias_means", lambda ratings, rows, *more: fitted(ratings, everything, *more)
    )
    with pytest.raises(AssertionError):
        assert_lists_blind(lists_of(again, monkeypatch), lists_of(other, monkeypatch))


def strangers(built, path, turn=False):
    """Write a file of unseen readers: those of the tiny world with other ids.

    `turn` replaces their test stars s by 6 - s.
    """
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


def test_test_stars_of_unseen_readers_change_no_prediction(built, again, tmp_path):
    files = [strangers(built, tmp_path / f"{turn}.csv", turn) for turn in (False, True)]
    assert_blind(*(trial_of(again, ratings=file) for file in files))


def first_held(workspace, stage, monkeypatch):
    """Return the validation rows as a stage first predicts them, before it chooses anything."""
    kept, curve = [], stage.alpha_curve
    with monkeypatch.context() as patch:
        patch.setattr(stage, "alpha_curve", lambda h, *more: kept.append(h) or curve(h, *more))
        if stage is evaluate:
            trial_of(workspace)
        else:
            workspace.path("model.json").unlink()
            fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    return kept[0]


def assert_fitted_without(one, other):
    """Check that two predictions of rows with stars s and 6 - s are the same for any α."""
    assert np.array_equal(one.stars, 6 - other.stars)
    for alpha in (0.0, 1.0):
        assert np.array_equal(one.predicted(alpha), other.predicted(alpha))


@pytest.mark.parametrize(
    "stage", [fit_alpha, evaluate], ids=lambda stage: stage.__name__.split(".")[-1]
)
def test_validation_stars_change_nothing_fitted_before_alpha_is_chosen(
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


# --- that a book was rated at all, whatever the stars -----------------------------------------


@pytest.fixture
def exchanged(again, monkeypatch):
    """`exchanged(part)`: from now on the rows of a part are about other books. The split stays."""

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
    """Return the neighbour table of the lists that `evaluate` measures."""
    kept, fitted = [], evaluate.fit_neighbours
    with monkeypatch.context() as patch:
        patch.setattr(
            evaluate, "fit_neighbours", lambda *given: kept.append(fitted(*given)) or kept[-1]
        )
        evaluate.run(workspace, config.EvaluateConfig(samples=2), Silent())
    return kept[0].table


def test_which_books_are_in_the_test_rows_changes_nothing_fitted_for_evaluation(
    again, exchanged, monkeypatch
):
    """Neither maps, weights nor the neighbours of the measured lists change.

    The neighbours that are served do.
    """
    fitted, near = fit(again), neighbours_of(again, monkeypatch)
    loaded = np.load(again.path("neighbours.npy"))
    exchanged(Part.TEST)
    assert fit(again) == fitted
    assert np.array_equal(neighbours_of(again, monkeypatch), near)
    assert not np.array_equal(np.load(again.path("neighbours.npy")), loaded)


@pytest.mark.parametrize("part", [Part.TRAIN, Part.VALIDATION])
def test_which_books_are_in_other_rows_changes_what_is_fitted(again, exchanged, part):
    fitted = fit(again)
    exchanged(part)
    other = fit(again)
    assert other[0] != fitted[0]
    assert fitted[1]["judged"]
    assert other[1]["judged"] != fitted[1]["judged"]


def read_in_training(workspace, monkeypatch):
    """Return the set of read books that training gets for each reader."""
    kept, train = [], triplets.train
    workspace.path("projection.safetensors").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(triplets, "train", lambda *given: kept.append(given[2]) or train(*given))
        train_projection.run(workspace, config.ProjectionConfig(epochs=1), Silent())
    return kept[0]


def test_training_uses_training_rows_only(again, monkeypatch):
    ratings, rows = rows_of(again, Part.TRAIN)
    rows = rows[ratings.books[rows] < described_of(again)]
    read = read_in_training(again, monkeypatch)
    readers = np.unique(ratings.readers[rows])
    assert len(read) == len(readers)
    for reader, books in zip(readers, read, strict=True):
        own = ratings.books[rows[ratings.readers[rows] == reader]]
        assert sorted(books) == sorted(own)


def test_validation_books_do_not_change_an_epochs_loss(again, exchanged):
    """They may only change which epoch is kept."""
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
    """Return the rows of each fit of neighbours in `fit-alpha`, and those of the judged readers."""
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
    assert np.array_equal(last, np.arange(len(ratings)))  # the model that is served uses all rows


def test_a_book_is_cold_if_no_fitted_row_rates_it(built, again):
    """One book has test rows only."""
    ratings, rows = rows_of(built, Part.TEST)
    book = int(np.bincount(ratings.books[rows]).argmax())
    readers = ratings.readers[rows][ratings.books[rows] == book].tolist()
    with sqlite3.connect(again.path("catalogue.sqlite")) as db:
        marks = ",".join("?" * len(readers))
        sql = f"DELETE FROM ratings WHERE book = ? AND reader NOT IN ({marks})"
        db.execute(sql, (book, *readers))
    db.close()
    trial = trial_of(again)
    assert np.array_equal(trial.cold, trial.held.books == book)
    assert trial.cold.sum() == len(readers) > 2
