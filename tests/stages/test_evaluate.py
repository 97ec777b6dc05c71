"""What `evaluate` counts, what it refuses, and what the history gives away."""

import csv
import json

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.held_out import predict_held_out
from bookrec.prediction.bias_model import bias_means
from bookrec.prediction.book_arrays import BookArrays, load_book_arrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.covariates import prior_covariates
from bookrec.prediction.loyalty import read_past
from bookrec.progress import Silent
from bookrec.stages import fit_alpha


def test_readers_with_too_few_ratings_are_refused_in_words(bookrec, copied, tmp_path):
    few = tmp_path / "few.csv"
    with few.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Name", "Rating"])
        for title in (*tiny.SEA_TITLES, *tiny.ROBOT_TITLES)[:15]:
            writer.writerow([7, tiny.printed(title), tiny.PHRASE[4]])
    for form in ("table", "json"):
        done = bookrec("evaluate", "--ratings", few, "--format", form, "--data-dir", copied.root)
        assert done.returncode == 2
        assert "No reader has the 5 held-out ratings" in done.stderr
        assert "23 of described books" in done.stderr
        assert not done.stdout


def test_the_site_line_is_fitted_on_the_stars_that_the_means_are_fitted_on(copied):
    """A catalogue without ratings is judged by the line that the bias model itself starts from."""
    fit_alpha.run(copied, config.AlphaConfig(), Silent())
    model = json.loads(copied.path("model.json").read_text())
    with Catalogue(copied.path("catalogue.sqlite")) as catalogue:
        ratings, site = catalogue.ratings(), catalogue.site_figures()
        arrays = load_book_arrays(copied, catalogue)
        covariates = prior_covariates(np.load(copied.path("text_vectors.npy")), catalogue)
        covariates.components[:] = (
            0.0  # and of books by nobody, so that the prior is the line alone
        )
        covariates.ids.authors[:] = covariates.ids.series[:] = -1
        everything = np.arange(len(ratings))
        fitted = bias_means(ratings, everything, site, covariates, arrays.ids, Constants())
    known = np.isfinite(site.mean) & (site.count > 300)
    intercept, slope = model["prior_line"]
    on_the_line = intercept + slope * site.mean[known]
    assert fitted.prior[known] == pytest.approx(on_the_line, abs=0.02)


def test_hindsight_is_a_later_volume_in_the_history():
    """Volumes 1 to 4 of one series and a book of none: only from the fourth is the second told."""
    volumes = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    series = np.array([0, 0, 0, 0, -1])
    ids = BookIds(np.full(5, -1), series, volumes)
    books = np.arange(5)
    assert read_past(ids, np.array([3]), books).tolist() == [True, True, True, False, False]
    assert not read_past(ids, np.array([0, 4]), books).any()

    arrays = BookArrays(np.eye(5, dtype=np.float32), ids)
    ratings = Ratings(np.array([0] * 4), np.array([0, 1, 3, 4]), np.full(4, 4.0))
    past, target = np.array([0, 2]), np.array([1, 3])
    held = predict_held_out(arrays, ratings, past, target, np.full(5, 3.0), Constants())
    assert held.hindsight.tolist() == [True, False]


def test_rows_without_hindsight_are_reported_apart(bookrec, copied):
    found = json.loads(bookrec("evaluate", "--json", "--data-dir", copied.root).stdout)
    apart = found["segments"]["without_hindsight"]
    assert 0 < apart["ratings"] < found["ratings"]
