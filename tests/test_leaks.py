"""No star that is predicted, or that chose something, reaches what is fitted: seen at the stages.

Each guard is also shown to fail where a leak is planted.
"""

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.data.catalogue import Catalogue
from bookrec.data.split import Part, hold_out
from bookrec.data.unseen import read_unseen
from bookrec.model import triplets
from bookrec.progress import Silent
from bookrec.scoring.heldout import without_loyalty
from bookrec.scoring.means import Means
from bookrec.scoring.predict import Constants
from bookrec.serving import lists
from bookrec.stages import evaluate, fit_alpha, train_projection
from bookrec.workspace import Workspace

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
    """Train and fit anew; what evaluate goes by: the maps' bytes, and α with its curve."""
    workspace.path("projection.safetensors").unlink()
    train_projection.run(workspace, config.ProjectionConfig(), Silent())
    workspace.path("model.json").unlink()
    fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    model = json.loads(workspace.path("model.json").read_text("utf-8"))
    fitted = {k: model[k] for k in ("alpha", "constants", "curve", "validation_per_user_pearson")}
    return workspace.path("projection.safetensors").read_bytes(), fitted


def trial_of(workspace, monkeypatch, **settings):
    """What `evaluate` measures: held-out rows with every method's predictions of them."""
    kept, measured = [], evaluate.measured
    with monkeypatch.context() as patch:
        patch.setattr(evaluate, "measured", lambda t, *more: kept.append(t) or measured(t, *more))
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
    kept, told = [], lists.told
    with monkeypatch.context() as patch:
        patch.setattr(lists, "told", lambda *given: kept.append(given) or told(*given))
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
        for title, stars in tiny.shelf(reader).items()
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
    train_projection: config.ProjectionConfig(epochs=1),
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


def test_what_an_epoch_trains_on_has_no_validation_star_in_it(turned, again):
    """An epoch's loss is that of the matrix before it: both are the training rows' alone. Only
    which epoch is kept may depend on the others."""
    curves = []
    for workspace in (again, turned(Part.VALIDATION)):
        workspace.path("projection.safetensors").unlink()
        curves.append(train_projection.run(workspace, config.ProjectionConfig(), Silent()).curve)
    losses, scores = ([[p.get(key) for p in c] for c in curves] for key in ("loss", "score"))
    assert losses[0] == losses[1]
    assert len(set(losses[0])) == 4
    assert scores[0][0] > 0.5 > scores[1][0]


def mean_against(workspace, monkeypatch, row):
    """The mean that the star of this row (of the catalogue's ratings) is trained against."""
    kept, train = [], triplets.train
    workspace.path("projection.safetensors").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(triplets, "train", lambda *given: kept.append(given) or train(*given))
        train_projection.run(workspace, config.ProjectionConfig(epochs=1), Silent())
    (tastes,) = (a for a in kept[0] if isinstance(a, triplets.Tastes))
    (kin,) = (a.kin for a in kept[0] if isinstance(a, triplets.Shelf))
    ratings, rows = rows_of(workspace, Part.TRAIN)
    own = ratings.readers[rows] == ratings.readers[row]
    # with t = r - m - b and b = Σ(r - m) / (n + pull), Σt / pull is b
    offset = tastes.residuals[own].sum() / Constants().reader_pull
    stars = without_loyalty(ratings, rows, kin, Constants())
    place = int(np.flatnonzero(rows == row)[0])
    return stars[place] - tastes.residuals[place] - offset


def assert_own_star_is_out(workspaces, monkeypatch, row):
    """The mean moves by a hundredth (with the mean of all), not with its own rating."""
    one, other = (mean_against(w, monkeypatch, row) for w in workspaces)
    assert abs(one - other) < 0.02


def test_a_star_is_not_trained_against_a_mean_that_holds_it(built, again, monkeypatch):
    """Effects of author, series and text are left out: what of its own star a book lends its
    author is shared by all of them."""
    kind_of = train_projection.kind_of

    def plain(*given):
        kind = kind_of(*given)
        kind.features[:], kind.kin[:] = 0.0, -1
        return kind

    monkeypatch.setattr(train_projection, "kind_of", plain)
    ratings, rows = rows_of(built, Part.TRAIN)
    row = int(rows[ratings.stars[rows] == 5.0][0])
    other = Workspace(Path(shutil.copytree(built.root, again.root.with_name("other"))))
    with sqlite3.connect(other.path("catalogue.sqlite")) as db:
        pair = (int(ratings.readers[row]), int(ratings.books[row]))
        db.execute("UPDATE ratings SET stars = 1 WHERE reader = ? AND book = ?", pair)
    db.close()
    assert_own_star_is_out((again, other), monkeypatch, row)
    monkeypatch.setattr(Means, "without", lambda means, books, _: means.book[books])
    with pytest.raises(AssertionError):
        assert_own_star_is_out((again, other), monkeypatch, row)


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
