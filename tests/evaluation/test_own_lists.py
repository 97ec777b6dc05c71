"""The lists that are measured are the lists that `recommend` prints."""

import numpy as np
import pytest
import tiny

from bookrec.catalogue.database import Catalogue
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_metrics import best
from bookrec.evaluation.own_lists import NOVELTIES, ListMaker
from bookrec.prediction.loaded import LoadedModel
from bookrec.stages import recommend

NOTHING = np.zeros(0, dtype=np.int64)


def ints(*values):
    return np.array(values, dtype=np.int64)


@pytest.fixture
def world(built):
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        yield LoadedModel.load(built, catalogue), {b.title: b for b in catalogue.all_books()}


def case_of(books, reader, titles):
    """The case of a reader who has read these titles and nothing else."""
    index = ints(*(books[t].index for t in titles))
    return ListCase(index, np.array([float(tiny.stars(reader, t)) for t in titles]), NOTHING)


@pytest.mark.parametrize("reader", [2, 3])
def test_books_of_the_loved_taste_come_first(world, reader):
    loaded, books = world
    titles = (*tiny.SEA_TITLES[6:10], *tiny.ROBOT_TITLES[6:10])
    case = case_of(books, reader, titles)
    maker = ListMaker(loaded)
    (scores,) = maker.scores(maker.taste(case), case, (0.0,))
    found = best(scores, np.isfinite(scores), 10)
    titles = {b.index: t for t, b in books.items()}
    loved = [tiny.loves(reader, titles[int(b)]) for b in found]
    assert all(loved[:5])
    assert sum(loved) >= 7  # all readers have read all books, so only stars separate the tastes
    assert not set(found.tolist()) & set(case.books.tolist())


def test_what_is_shown_is_what_recommend_prints(world, built):
    """A history file of the same books gives the same list, to the last place."""
    loaded, books = world
    titles = (*tiny.SEA_TITLES[2:9], *tiny.ROBOT_TITLES[4:8])
    case = case_of(books, 2, titles)
    maker = ListMaker(loaded)
    taste = maker.taste(case)
    (scores,) = maker.scores(taste, case, (0.0,))
    lines = [f"{t},{tiny.AUTHOR[t]},{tiny.stars(2, t)}" for t in titles]
    history = "\n".join(["title,author,rating", *lines]).encode()
    asked = tiny.ask(history=history, history_name="mine.csv", limit=20)
    printed = recommend.run(built, *asked).recommendations
    assert len(printed) > 5
    shown = maker.shown(taste, scores)
    assert shown.tolist() == [r.reasons.book.index for r in printed]
    assert shown.tolist() != best(scores, np.isfinite(scores), len(shown)).tolist()


def test_scores_for_many_novelties_are_those_for_each(world):
    loaded, books = world
    case = case_of(books, 2, tiny.SEA_TITLES[:5])
    maker = ListMaker(loaded)
    taste = maker.taste(case)
    at_once = maker.scores(taste, case, NOVELTIES)
    for novelty, scores in zip(NOVELTIES, at_once, strict=True):
        assert np.array_equal(scores, maker.scores(taste, case, (novelty,))[0])
    assert len({tuple(best(s, np.isfinite(s)).tolist()) for s in at_once}) > 2
