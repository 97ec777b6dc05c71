"""Reasons: the parts add up to the prediction, for any book and any history."""

from dataclasses import replace

import numpy as np
import pytest
import tiny
from checks import adds_up
from hypothesis import given
from hypothesis import strategies as st

from bookrec.catalogue.database import Catalogue
from bookrec.histories.request import read_seeds
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.reasons import reasons
from bookrec.prediction.taste import taste_of
from bookrec.stages import recommend

TITLES = st.sampled_from((*tiny.SEA_TITLES, *tiny.ROBOT_TITLES))


STARS = st.none() | st.sampled_from([n / 2 for n in range(2, 11)])


@pytest.fixture(scope="module")
def loaded(built):
    with Catalogue(built.need("catalogue.sqlite")) as catalogue:
        yield LoadedModel.load(built, catalogue)


@given(st.dictionaries(TITLES, STARS, min_size=1), TITLES, st.sampled_from([0, 1, 3, None]))
def test_any_history_adds_up_for_any_book(loaded, history, title, named):
    asked = tiny.ask(seeds=tuple(history.items()))
    taste = taste_of(
        loaded, read_seeds(loaded.catalogue, asked[0]), asked[0], loaded.workspace.root
    )
    rows = loaded.catalogue.rows("SELECT book FROM books WHERE title = ? AND described", (title,))
    (book,) = loaded.catalogue.books(rows[0])
    parts = adds_up(reasons(loaded, taste, book, named))
    assert parts["expected"] == pytest.approx(loaded.means[book.index], abs=0.0005)
    assert len(parts["because"]) + parts["because_others"]["books"] == len(history)


@pytest.mark.parametrize(("stars", "shift"), [(5.0, 2.0), (1.0, -2.0)])
def test_a_prediction_beyond_the_scale_reports_what_was_clipped(loaded, stars, shift):
    moved = replace(loaded, means=loaded.means + shift)
    asked = tiny.ask(seeds=(("Kelp", stars), ("Rust", stars)))
    taste = taste_of(moved, read_seeds(moved.catalogue, asked[0]), asked[0], moved.workspace.root)
    every = moved.catalogue.books(range(moved.described))
    parts = [adds_up(reasons(moved, taste, book)) for book in every]
    raw = [book["expected"] + book["personal"] for book in parts]
    for book, before in zip(parts, raw, strict=True):
        assert book["predicted_rating"] == pytest.approx(min(5.0, max(1.0, before)))
    assert {np.sign(book["clipped"]) for book in parts} == {0.0, -np.sign(shift)}


SITE_MEAN = {row["title"]: float(row["rating"]) for row in tiny.book_rows()}


def test_mean_rating_is_the_sites_mean_and_expected_is_the_models(loaded, built):
    seeds = (("Kelp", 5.0), ("Assembly", 1.0))
    asked = tiny.ask(seeds=seeds, limit=36, series="any", max_per_author=36)
    found = recommend.run(built, *asked).recommendations
    assert len(found) == 34
    for r in found:
        book = adds_up(r.reasons)
        site = SITE_MEAN[book["title"]]
        assert book["mean_rating"] == (site if site <= 5 else None)  # 38.2 is not a mean
        assert book["expected"] == pytest.approx(loaded.means[r.reasons.book.index], abs=0.0005)
