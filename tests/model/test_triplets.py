"""Training: the loss equals its formula, and the best epoch is kept."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from bookrec.config import ProjectionConfig
from bookrec.evaluation.list_metrics import best, recall
from bookrec.model import triplets
from bookrec.model.triplets import BookMetadata, train
from bookrec.progress import Silent


def model_of(inputs, matrix, beside):
    return triplets._Model(torch, inputs.astype(np.float32), matrix.astype(np.float32), beside)


def plain(books, authors=None):
    """No metadata: unknown authors and series, equal popularity."""
    unknown = np.full(books, -1)
    return BookMetadata(
        unknown if authors is None else authors, unknown, np.zeros(books, np.float32)
    )


def scores_by_hand(z, beside, history):
    """The formula in the module's docstring, as loops."""
    t, w, a, s = triplets._INITIAL_WEIGHTS
    found = []
    for i in range(len(z)):
        near = sum(z[i] @ z[j] for j in history) / math.sqrt(len(history))
        of_author = sum(beside.authors[i] == beside.authors[j] >= 0 for j in history)
        of_series = sum(beside.series[i] == beside.series[j] >= 0 for j in history)
        shared = a * math.log1p(of_author) + s * math.log1p(of_series)
        found.append(t * near + w * float(beside.popularity[i]) + shared)
    return found


def test_scores_and_loss_equal_their_formula():
    rng = np.random.default_rng(3)
    inputs, matrix = rng.normal(size=(7, 4)), rng.normal(size=(4, 3))
    authors, series = np.array([0, 0, 1, 0, 1, -1, -1]), np.array([0, 0, -1, -1, 2, 2, -1])
    beside = BookMetadata(authors, series, rng.normal(size=7).astype(np.float32))
    histories = [np.array([0, 1, 4, 5]), np.array([2])]
    targets = [np.array([3, 6]), np.array([0, 1, 4, 5])]
    z = inputs @ matrix
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    model = model_of(inputs, matrix, beside)
    by_hand = [scores_by_hand(z, beside, history) for history in histories]
    assert model.scores(histories) == pytest.approx(np.array(by_hand), rel=1e-4)

    loss = worth = 0.0
    for scores, history, wanted in zip(by_hand, histories, targets, strict=True):
        total = sum(math.exp(v) for i, v in enumerate(scores) if i not in history)
        own = [-math.log(math.exp(scores[p]) / total) for p in wanted]
        loss += math.sqrt(len(wanted)) * sum(own) / len(wanted)
        worth += math.sqrt(len(wanted))
    assert float(model.loss(histories, targets).detach()) == pytest.approx(loss / worth, rel=1e-4)


def test_read_books_are_not_negatives():
    """Book 0 is read, 1 is the positive, 2 the only negative: log(1 + e^(s₂ - s₁)), s₁ = t / √2."""
    corner = np.array([[1, 0], [1, 1], [0, 1]])
    found = model_of(corner, np.eye(2), plain(3)).loss([np.array([0])], [np.array([1])])
    t = triplets._INITIAL_WEIGHTS[0]
    assert float(found.detach()) == pytest.approx(math.log1p(math.exp(-t / math.sqrt(2))), rel=1e-5)


def test_books_of_unknown_authors_share_no_author():
    model = model_of(np.eye(4), np.eye(4), plain(4, authors=np.array([-1, -1, 5, 5])))
    unknown, known = model.scores([np.array([0]), np.array([2])])
    assert unknown[1:] == pytest.approx(np.zeros(3))
    assert known[3] == pytest.approx(triplets._INITIAL_WEIGHTS[2] * math.log(2))


@pytest.mark.parametrize("size", [5, 6, 40])
def test_a_random_split_divides_all_books_into_history_and_targets(size):
    rng = np.random.default_rng(0)
    cuts = [triplets._random_split(np.arange(size), rng) for _ in range(300)]
    for history, targets in cuts:
        assert len(history)
        assert len(targets)
        assert sorted([*history, *targets]) == list(range(size))
    assert len({len(history) for history, _ in cuts}) >= min(4, size - 1)
    assert any(len(history) == 1 for history, _ in cuts)


# --- training ---------------------------------------------------------------------------------

FAST = ProjectionConfig(epochs=3, learning_rate=0.1, readers_per_batch=8)
BOOKS = 80


@pytest.fixture(scope="module")
def planted():
    """80 books whose first of 13 inputs is their taste, the others louder noise.

    40 readers have 20 books of one taste each, of which 5 are withheld.
    """
    rng = np.random.default_rng(1)
    taste = np.where(np.arange(BOOKS) % 2 == 0, 0.3, -0.3)
    inputs = np.c_[taste, rng.normal(size=(BOOKS, 12)) * 0.5].astype(np.float32)
    drawn = [rng.choice(np.arange(n % 2, BOOKS, 2), 20, replace=False) for n in range(40)]
    return inputs, [d[:15] for d in drawn], [d[15:] for d in drawn]


def judge(planted):
    _, read, withheld = planted

    def check(scores):
        found = []
        for row, books, targets in zip(scores(read), read, withheld, strict=True):
            unread = np.ones(BOOKS, dtype=bool)
            unread[books] = False
            found.append(recall(best(row, unread), targets))
        return float(np.mean(found))

    return check


def trained(planted, check=None, config=FAST, read=None):
    inputs = planted[0]
    start = np.eye(inputs.shape[1], dtype=np.float32)
    read = planted[1] if read is None else read
    return train(inputs, start, read, plain(BOOKS), config, check or judge(planted), Silent())


def test_a_planted_taste_is_learned(planted):
    found = trained(planted, config=replace(FAST, epochs=6))
    scores = [point.score for point in found.curve]
    assert found.best > 0
    assert scores[found.best] == max(scores) > scores[0] + 0.2
    assert found.curve[-1].loss < found.curve[1].loss - 0.2
    taste, *noise = np.linalg.norm(found.matrix, axis=1)
    assert taste > 1.5 * max(noise)


def test_the_best_epoch_is_kept(planted):
    """With made-up scores, the matrix of the epoch with the highest score is kept."""
    seen = []

    def given(*values):
        values = iter(values)

        def check(scores):
            seen.append(scores([np.arange(5)])[0])
            return next(values)

        return check

    second = trained(planted, given(0.1, 0.2, 0.5, 0.4))
    assert second.best == 2
    last = trained(planted, given(0.1, 0.2, 0.3, 0.4))
    assert last.best == 3
    first = trained(planted, given(0.5, 0.2, 0.5, 0.4))  # of equal scores, the earlier epoch
    assert first.best == 0
    assert np.array_equal(first.matrix, np.eye(13))
    assert len({m.matrix.tobytes() for m in (first, second, last)}) == 3

    z = planted[0] @ second.matrix
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    near = z @ z[:5].sum(axis=0)
    likeness = [abs(np.corrcoef(near, scores)[0, 1]) for scores in seen[:4]]
    assert likeness[2] == pytest.approx(1.0, abs=1e-5)
    assert max(likeness[:2] + likeness[3:]) < 0.9999


def test_the_same_seed_gives_the_same_matrix(planted):
    def of(seed):
        return trained(planted, config=ProjectionConfig(epochs=1, readers_per_batch=8, seed=seed))

    one, again, other = of(0), of(0), of(1)
    assert np.array_equal(one.matrix, again.matrix)
    assert one.curve[1:] == again.curve[1:]
    assert not np.array_equal(one.matrix, other.matrix)


def test_readers_with_too_few_books_are_not_trained_on(planted):
    found = trained(planted, read=[np.arange(4), np.array([7])])
    assert (found.best, len(found.curve)) == (0, 1)
    assert np.array_equal(found.matrix, np.eye(13))
