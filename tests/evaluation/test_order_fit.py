"""The weights of the order are fitted so that lists of unread books get better."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from bookrec.evaluation import order_fit
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.order_fit import SHORT_HISTORIES, fit_order, with_short_histories
from bookrec.prediction.order import OrderWeights, rank_scores

BOOKS = 60
PLANTED = replace(
    OrderWeights(), map=OrderWeights().map / 4, neighbours=4 * OrderWeights().neighbours
)
ALLOWED = np.ones(BOOKS, dtype=bool)
NOBODY = np.zeros(BOOKS)


@pytest.fixture(autouse=True)
def lists_of_three(monkeypatch):
    for name in ("best", "recall", "stratified_recall"):
        whole = getattr(order_fit, name)
        monkeypatch.setattr(order_fit, name, lambda *given, f=whole: f(*given, k=3))


def choices(cases=150, seed=0):
    """Cases whose targets are the three best unread books by planted weights; their features."""
    rng = np.random.default_rng(seed)
    made, of = [], {}
    for table in rng.normal(size=(cases, BOOKS, 6)):
        read = rng.choice(BOOKS, 3, replace=False)
        scores = rank_scores(table, PLANTED)
        scores[read] = -np.inf
        case = ListCase(read, np.full(3, 5.0), np.argsort(-scores)[:3])
        made.append(case)
        of[id(case)] = table
    return made, lambda case: of[id(case)]


def test_planted_weights_are_approached():
    """Recall has steps, so a weight stops as soon as the lists are right."""
    cases, features = choices()
    ticks = []
    found = fit_order(
        {0: cases[:75], 1: cases[75:]}, features, NOBODY, ALLOWED, lambda: ticks.append(1)
    )
    assert len(ticks) == len(cases)
    planted, before, now = asdict(PLANTED), asdict(OrderWeights()), asdict(found)
    for name in ("map", "neighbours"):
        gone = np.log(now[name] / before[name]) / np.log(planted[name] / before[name])
        assert 0.4 < gone < 1.3, name
    assert now["popularity"] == before["popularity"]  # the scale


def test_read_and_excluded_books_do_not_compete():
    """Features of such books that would turn all weights around change nothing."""
    cases, features = choices(60)
    allowed = ALLOWED.copy()
    allowed[:10] = False

    def loud(case):
        table = features(case).copy()
        table[case.books] = 50.0
        table[:10] = 50.0
        return table

    quiet = fit_order({0: cases}, features, NOBODY, allowed)
    assert fit_order({0: cases}, loud, NOBODY, allowed) == quiet
    assert quiet != fit_order({0: cases}, loud, NOBODY, ALLOWED)


def two_tastes(counts, groups):
    """Fit the order for two groups of readers whom no weights serve both; return who is served.

    "m": their three targets are near by the map alone. "n": theirs are nearer, by neighbours alone.
    """
    table = np.zeros((BOOKS, 6))
    table[:3, 0] = 1.0 / OrderWeights().map
    table[3:6, 1] = 1.1 / OrderWeights().neighbours
    by_map = ListCase(np.array([50]), np.array([5.0]), np.arange(3))
    by_neighbours = ListCase(np.array([51]), np.array([5.0]), np.arange(3, 6))
    cases = {"m": by_map, "n": by_neighbours}
    cases_by_size = {size: [cases[c] for c in group] for size, group in enumerate(groups)}
    found = fit_order(cases_by_size, lambda _: table, counts, ALLOWED)
    scores = rank_scores(table, found)
    return "m" if scores[0] > scores[3] else "n"


def test_every_size_of_history_counts_the_same():
    """Readers of one size are averaged first, however many they are."""
    assert two_tastes(NOBODY, ["n" * 20 + "m" * 10]) == "n"
    assert two_tastes(NOBODY, ["m" * 20 + "n" * 10]) == "m"
    assert two_tastes(NOBODY, ["n" * 50, "m" * 10, "m" * 10]) == "m"


def test_a_difference_of_a_few_readers_moves_nothing():
    assert two_tastes(NOBODY, ["mmn"]) == "n"  # the default


def test_little_read_targets_count_more_than_bestsellers():
    """The bestseller has a few more readers. Without weights it would stay first."""
    table = np.zeros((BOOKS, 6))
    table[:3, 0] = 1.0 / OrderWeights().map
    table[3:6, 1] = 0.9 / OrderWeights().neighbours
    counts = np.full(BOOKS, 1e6)
    counts[3] = 0.0
    much = ListCase(np.array([50]), np.array([5.0]), np.array([0, 30, 31]))
    little = ListCase(np.array([51]), np.array([5.0]), np.array([3, 30, 31]))

    def first(counts, readers):
        found = fit_order({0: readers}, lambda _: table, counts, ALLOWED)
        scores = rank_scores(table, found)
        return "much" if scores[0] > scores[3] else "little"

    assert first(NOBODY, [much] * 32 + [little] * 28) == "much"
    assert first(counts, [much] * 32 + [little] * 28) == "little"


def test_without_cases_the_weights_keep_their_defaults():
    assert fit_order({0: []}, lambda _: pytest.fail("asked"), NOBODY, ALLOWED) == OrderWeights()
    case = ListCase(np.array([1]), np.array([5.0]), np.array([2]))
    nowhere = np.zeros(BOOKS, dtype=bool)
    assert fit_order({0: [case]}, lambda _: pytest.fail("asked"), NOBODY, nowhere) == OrderWeights()


def test_short_histories_are_of_liked_books():
    books, stars = np.arange(8), np.array([5.0, 1, 4, 4, 5, 2, 4, 4])
    some = ListCase(books, stars, np.array([20, 21]))
    few = ListCase(books[:2], stars[:2], np.array([22]))
    found = with_short_histories([some, few], np.random.default_rng(0))
    assert found[0] == [some, few]
    assert list(found) == [0, *SHORT_HISTORIES]
    for size in SHORT_HISTORIES:
        (case,) = found[size]  # `few` has only one liked book
        assert len(case.books) == size
        assert (case.stars >= 4).all()
        assert np.array_equal(case.stars, stars[case.books])
        assert np.array_equal(case.targets, some.targets)
        assert np.array_equal(case.read, books)  # all read books stay excluded
