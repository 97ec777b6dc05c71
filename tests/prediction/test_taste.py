"""Taste: from what a reader gives to residuals, above all for books without stars."""

from dataclasses import replace

import numpy as np
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

from bookrec.catalogue.ids import BookIds
from bookrec.histories.reading import HistoryItem, Reading, uncatalogued_book
from bookrec.histories.request import Request
from bookrec.histories.rows import MILD_DISLIKE, MILD_LIKING
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.neighbours import Neighbours, empty_table
from bookrec.prediction.order import OrderWeights
from bookrec.prediction.ranking import features_of
from bookrec.prediction.stars import predict
from bookrec.prediction.taste import taste_of
from bookrec.stages import explain
from bookrec.workspace.folder import Workspace

# 14 books of one author, with two series, in one direction; 6 books of others in another
BY_ONE, ALL = 14, 20
STRANGERS = range(BY_ONE, ALL)
REQUEST = Request()


@pytest.fixture(scope="module")
def loaded():
    axis = np.array([0] * BY_ONE + [1] * (ALL - BY_ONE))
    arrays = BookArrays(
        np.tile(np.eye(2, dtype=np.float32), 2)[axis] * np.float32(0.5**0.5),  # both halves
        BookIds(
            authors=np.array([0] * BY_ONE + list(range(1, ALL - BY_ONE + 1))),
            series=np.array([0] * 6 + [1] * 6 + [-1] * (ALL - 12)),
            volumes=np.array([1, 2, 3, 4, 5, 6] * 2 + [np.nan] * (ALL - 12)),
        ),
    )
    counts = np.full(ALL, 1000)
    means = np.linspace(3.0, 4.5, ALL)
    no_neighbours = Neighbours(empty_table(ALL, 1))
    nowhere = Workspace("nowhere")
    return LoadedModel(
        nowhere, None, arrays, no_neighbours, means, counts, Constants(), OrderWeights(), 3.8
    )


def seen(index, stars=None, **more):
    return HistoryItem(replace(uncatalogued_book(f"Book {index}"), index=index), stars, **more)


def history_of(loaded, *books, outside=()):
    reading = Reading(tuple(books), tuple(outside))
    return taste_of(loaded, reading, REQUEST, None).history


@pytest.mark.parametrize("usual", [None, 1.0, 2.0, 3.0, 5.0])
def test_twelve_unrated_books_of_an_author_are_no_dislike(loaded, usual):
    """A reader of twelve books of an author is expected to like the next one.

    That expectation must not turn an unrated book into a disappointment.
    """
    unrated = [seen(i, implicit_offset=MILD_LIKING) for i in range(12)]
    rated = [] if usual is None else [seen(i, usual) for i in STRANGERS[:4]]
    history = history_of(loaded, *unrated, *rated)
    one = np.array([12])
    found = predict(loaded.arrays, history, one, loaded.means[one], loaded.constants)
    assert found.personal[0] - found.loyalty[0] > history.offset
    if usual is None:
        both = np.array([12, ALL - 1])
        near = features_of(loaded, taste_of(loaded, Reading(tuple(unrated)), REQUEST, None), both)[
            :, 0
        ]
        assert near[0] > near[1]


@given(st.data())
def test_an_unrated_book_counts_from_the_readers_own_level(loaded, data):
    """Its residual is on its own side of b_u, whatever else was read and rated."""
    whole = st.lists(st.integers(0, ALL - 1), min_size=1, unique=True)
    kinds = st.sampled_from([None, "loved", MILD_LIKING, MILD_DISLIKE])
    books = []
    for index in data.draw(whole):
        kind = data.draw(kinds)
        if kind is None:
            books.append(seen(index, data.draw(st.sampled_from([0.5, 1.0, 2.5, 4.0, 5.0]))))
        else:
            books.append(
                seen(index, loved=True)
                if kind == "loved"
                else seen(index, implicit_offset=float(kind))
            )
    strangers = data.draw(st.lists(st.sampled_from([1.0, 3.5, 5.0]), max_size=3))
    outside = [
        HistoryItem(uncatalogued_book(f"Out {i}"), stars) for i, stars in enumerate(strangers)
    ]
    history = history_of(loaded, *books, outside=outside)
    offsets = np.array([s.implicit_offset for s in (*books, *outside)])
    side = np.sign(history.residuals - history.offset)
    assert np.array_equal(side[offsets != 0], np.sign(offsets[offsets != 0]))
    usual = (history.residuals - offsets)[offsets != 0]
    assert usual == pytest.approx(np.broadcast_to(usual[:1], usual.shape))  # one for all


def test_a_residual_is_the_stars_less_what_this_reader_was_expected_to_give(loaded):
    """Loyalty counts unrated books too, b_u is shrunk, and a book outside has the global mean."""
    books = [seen(3, 4.0), seen(12, implicit_offset=MILD_LIKING)]
    stranger = HistoryItem(uncatalogued_book("Out"), 2.0)
    history = history_of(loaded, *books, outside=[stranger])
    c = loaded.constants
    loyalty = c.per_author * np.log(2) + c.per_volume * np.log(1 / 4)
    rated = [4.0 - loaded.means[3] - loyalty, 2.0 - loaded.global_mean]
    usual = sum(rated) / (2 + c.reader_damping)
    wanted = [rated[0], usual + MILD_LIKING, rated[1]]
    assert history.residuals == pytest.approx(wanted)
    assert history.offset == pytest.approx(sum(wanted) / (3 + c.reader_damping))


def preference(built, stars, status):
    """How many stars more a reader would give a sea story than a robot story.

    The reader rated two sea stories and two robot stories equally, has one more sea story with the
    given status, and knows neither of the two authors asked about.
    """
    rated = ("Nine Fathoms", "Gull Rock", "The Brass Mind", "Circuit Garden")
    rows = ["title,rating,status", *(f"{t},{stars},read" for t in rated), f"Fog Horn,,{status}"]
    asked = tiny.ask(history="\n".join(rows).encode())
    sea, robot = (explain.run(built, title, "", *asked).reasons for title in ("Kelp", "Assembly"))
    assert sea.loyalty == robot.loyalty == 0
    return sea.personal - robot.personal


@pytest.mark.parametrize("stars", [1, 3, 5])
def test_an_abandoned_book_counts_against_similar_books_and_a_finished_one_does_not(built, stars):
    """From the file to the prediction, however harsh the reader."""
    assert preference(built, stars, "dnf") < preference(built, stars, "read") - 0.02
