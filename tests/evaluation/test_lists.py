"""Lists over the whole catalogue: the measures in closed form, and that what is measured is what
`recommend` serves."""

import math

import numpy as np
import pytest
import tiny

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation import cases as split
from bookrec.evaluation.list_cases import (
    READERS,
    ListCase,
    list_cases,
    shortened_to,
    with_targets_in,
)
from bookrec.evaluation.list_figures import figures_of, lift, measure
from bookrec.evaluation.list_metrics import best, ndcg, recall, stratified_recall
from bookrec.evaluation.list_protocol import Candidates, list_report
from bookrec.evaluation.lists import NOVELTIES, Lister
from bookrec.prediction.loaded import LoadedModel
from bookrec.stages import recommend

NOTHING = np.zeros(0, dtype=np.int64)


def ints(*values):
    return np.array(values, dtype=np.int64)


def rng():
    return np.random.default_rng(0)


def test_the_measures_in_closed_form():
    found, targets = ints(7, 1, 8, 2), ints(7, 8, 9)
    assert recall(found, targets) == pytest.approx(2 / 3)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(found, targets) == pytest.approx((1 + 1 / math.log2(4)) / ideal)
    counts = np.zeros(10)
    counts[[7, 8, 9]] = 90, 9990, 390  # worth 1/10, 1/100, 1/20
    assert stratified_recall(found, targets, counts) == pytest.approx(0.11 / 0.16)


def test_more_targets_than_places_can_all_be_found():
    found, targets = np.arange(20), np.arange(50)
    assert (recall(found, targets), ndcg(found, targets)) == pytest.approx((1.0, 1.0))
    counts = 1000.0 - np.arange(50.0)  # the best twenty are the last
    assert stratified_recall(found, targets, counts) < 1.0
    assert stratified_recall(np.arange(30, 50), targets, counts) == pytest.approx(1.0)
    assert recall(np.arange(25), ints(21, 22, 23)) == 0.0  # beyond the twentieth place


def test_the_best_are_in_order_and_ties_go_to_the_lower_index():
    scores = np.array([1.0, 3.0, 3.0, -1.0, 9.0, 3.0, 2.0])
    allowed = np.array([1, 1, 1, 1, 0, 1, 1], dtype=bool)
    assert best(scores, allowed, 2).tolist() == [1, 2]
    assert best(scores, allowed, 4).tolist() == [1, 2, 5, 6]
    assert best(scores, allowed, 20).tolist() == [1, 2, 5, 6, 0, 3]
    assert best(scores, np.zeros(7, dtype=bool)).tolist() == []


def test_popularity_coverage_and_repeated_works():
    works = ints(0, 1, 1, 3, 4, 5)
    counts = np.array([90.0, 990.0, 990.0, 90.0, 90.0, 90.0])
    cases = [ListCase(ints(0), np.array([5.0]), ints(3, 4, 5))] * 2
    works[3] = 0  # a printing of the book that is read
    lists = [ints(1, 2, 3, 4), ints(1)]
    found = figures_of(cases, lists, counts, works)
    assert found.duplicates.tolist() == [0.5, 0.0]
    assert found.popularity.tolist() == [2.5, 3.0]
    field = Candidates(np.arange(6) > 0, np.zeros(6, dtype=bool), counts, works)
    said = list_report(cases, {"personal": lists, "ease": lists[::-1]}, field, rng)
    assert said["methods"]["personal"]["coverage"] == pytest.approx(4 / 5)
    assert (said["readers"], said["targets"]) == (2, 6)
    assert said["lift"]["recall_at_20"]["difference"] == pytest.approx(0.0)
    one = list_report(cases[:1], {"personal": lists[:1], "ease": lists[1:]}, field, rng)
    assert one["methods"]["personal"]["hits"] == 2
    assert one["lift"]["recall_at_20"]["difference"] == pytest.approx(2 / 3)
    assert math.isnan(one["lift"]["recall_at_20"]["low"])  # one reader is no sample of readers
    again = measure(cases, lambda books, stars: lists[0], counts, works)
    assert lift(again, again, rng)["stratified_recall_at_20"]["difference"] == 0.0


def a_shelf(readers=3, books=30, seed=0):
    """Each reader's 20 earlier books and 10 later ones, in the order of time."""
    draw = np.random.default_rng(seed)
    order = np.concatenate([draw.permutation(books) for _ in range(readers)])
    ratings = Ratings(np.repeat(np.arange(readers), books), order, draw.integers(1, 6, len(order)))
    return ratings, split.one_cut(ratings, share=2 / 3)


def test_targets_are_liked_and_may_be_recommended():
    ratings, rows = a_shelf()
    allowed = np.arange(30) % 3 > 0
    for row, case in zip(rows, list_cases(ratings, rows, allowed, rng()), strict=True):
        wanted = {int(ratings.books[r]) for r in row.target if ratings.stars[r] >= 4}
        assert set(case.targets.tolist()) == {b for b in wanted if b % 3}
        assert case.read.tolist() == ratings.books[row.past].tolist()
    assert list_cases(ratings, rows, np.arange(30) < 1, rng()) == []


def test_so_many_readers_are_drawn_by_the_seed():
    ratings, rows = a_shelf(READERS + 200)
    allowed = np.ones(30, dtype=bool)
    some, same = (list_cases(ratings, rows, allowed, rng()) for _ in range(2))
    other = list_cases(ratings, rows, allowed, np.random.default_rng(1))
    assert len(some) == len(other) == READERS
    books = [[case.books.tolist() for case in cases] for cases in (some, same, other)]
    assert books[0] == books[1] != books[2]


def test_a_short_history_is_of_liked_books_and_bars_all_that_is_read():
    ratings, rows = a_shelf()
    cases = list_cases(ratings, rows, np.ones(30, dtype=bool), rng())
    few = shortened_to(cases, 2, rng())
    assert len(few) == len(cases) == 3
    for short, whole in zip(few, cases, strict=True):
        assert len(short.books) == 2
        assert short.stars.min() >= 4
        assert set(short.books.tolist()) <= set(whole.books.tolist())
        assert short.read.tolist() == whole.read.tolist()
        assert short.targets is whole.targets
    assert shortened_to(cases, 20, rng()) == []


def test_readers_without_a_wanted_target_are_left_out():
    cases = [ListCase(NOTHING, np.zeros(0), ints(1, 2)), ListCase(NOTHING, np.zeros(0), ints(3))]
    found = with_targets_in(cases, np.arange(5) == 2)
    assert {i: case.targets.tolist() for i, case in found.items()} == {0: [2]}


# --- what is served -----------------------------------------------------------------------------


@pytest.fixture
def world(built):
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        yield LoadedModel.load(built, catalogue), {b.title: b for b in catalogue.all_books()}


def case_of(books, reader, titles):
    """A reader who has read these titles and nothing else."""
    index = ints(*(books[t].index for t in titles))
    return ListCase(index, np.array([float(tiny.stars(reader, t)) for t in titles]), NOTHING)


@pytest.mark.parametrize("reader", [2, 3])
def test_the_taste_that_is_loved_comes_first(world, reader):
    loaded, books = world
    told_of = (*tiny.SEA_TITLES[6:10], *tiny.ROBOT_TITLES[6:10])
    case = case_of(books, reader, told_of)
    lister = Lister(loaded)
    (scores,) = lister.scores(lister.taste(case), case, (0.0,))
    found = best(scores, np.isfinite(scores), 10)
    titles = {b.index: t for t, b in books.items()}
    loved = [tiny.loves(reader, titles[int(b)]) for b in found]
    assert all(loved[:5])
    assert sum(loved) >= 7  # everybody has read everything: stars alone tell the tastes apart
    assert not set(found.tolist()) & set(case.books.tolist())


def test_what_is_shown_is_what_recommend_prints(world, built):
    """The list of a history file of the same books, to the last place."""
    loaded, books = world
    titles = (*tiny.SEA_TITLES[2:9], *tiny.ROBOT_TITLES[4:8])
    case = case_of(books, 2, titles)
    lister = Lister(loaded)
    taste = lister.taste(case)
    (scores,) = lister.scores(taste, case, (0.0,))
    lines = [f"{t},{tiny.AUTHOR[t]},{tiny.stars(2, t)}" for t in titles]
    history = "\n".join(["title,author,rating", *lines]).encode()
    asked = tiny.ask(history=history, history_name="mine.csv", limit=20)
    printed = recommend.run(built, *asked).recommendations
    assert len(printed) > 5
    shown = lister.shown(taste, scores)
    assert shown.tolist() == [r.reasons.book.index for r in printed]
    assert shown.tolist() != best(scores, np.isfinite(scores), len(shown)).tolist()


def test_the_dial_at_once_is_the_dial_at_each_setting(world):
    loaded, books = world
    case = case_of(books, 2, tiny.SEA_TITLES[:5])
    lister = Lister(loaded)
    taste = lister.taste(case)
    at_once = lister.scores(taste, case, NOVELTIES)
    for novelty, scores in zip(NOVELTIES, at_once, strict=True):
        assert np.array_equal(scores, lister.scores(taste, case, (novelty,))[0])
    assert len({tuple(best(s, np.isfinite(s)).tolist()) for s in at_once}) > 2


def test_printings_share_an_author_and_a_title(tmp_path):
    from bookrec.catalogue.grouping import build_works
    from bookrec.catalogue.writing import write_catalogue

    editions = [
        tiny.edition("Emma", "Jane Austen", ratings=5),
        tiny.edition("Emma", "Another Hand", ratings=4),
        tiny.edition("Persuasion", "Jane Austen", ratings=3),
        tiny.edition("Persuasion: A Story of the Navy", "Jane Austen", ratings=2),
    ]
    works = [work for one in editions for work in build_works([one])]
    path = tmp_path / "catalogue.sqlite"
    nobody = Ratings(NOTHING, NOTHING, np.zeros(0))
    write_catalogue(path, works, [], nobody, {})
    with Catalogue(path) as catalogue:
        found = printings(catalogue).tolist()
    assert found[2] == found[3]
    assert len(set(found)) == 3
