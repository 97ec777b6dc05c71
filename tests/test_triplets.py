"""The loss of one shelf against its formula, written out."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from bookrec.config import ProjectionConfig
from bookrec.model.triplets import Tastes, _loss
from bookrec.scoring.predict import Constants, Shelf

PLAIN = replace(Constants(), alpha=0.8, threshold=0.0, power=1.0, shrinkage=0.5, same_genres=0.4)
SETTINGS = ProjectionConfig(dropout=0.0, margin=0.2, temperature=0.5)


def by_hand(cosine, genres, d, constants, config):
    """The head of the module, a loop a letter."""
    n = len(d)
    w = np.maximum(0, cosine) + constants.same_genres * np.maximum(0, genres) ** 2
    loss = 0.0
    for a in range(n):
        others = [j for j in range(n) if j != a]
        total = sum(w[a][j] for j in others) + constants.shrinkage
        taste = sum(w[a][j] * d[j] for j in others) / total
        error = d[a] - constants.alpha * taste
        u = {j: error * (d[j] - taste) / total for j in others}
        share = sum(abs(v) for v in u.values())
        for p in others:
            for x in others:
                if u[p] > 0 > u[x]:
                    slack = (w[a][x] - w[a][p] + config.margin) / config.temperature
                    term = math.log1p(math.exp(slack)) * config.temperature
                    loss += u[p] * -u[x] / share * term
    return loss / n**0.5


def test_the_loss_is_its_formula():
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(7, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kinds = np.abs(rng.normal(size=(7, 4))).astype(np.float32)
    unknown = np.full(7, -1)
    shelf = Shelf(vectors, unknown, unknown)
    books = np.array([0, 2, 3, 5, 6])
    d = rng.normal(size=5)
    found = _loss(
        kinds,
        torch.eye(4),
        shelf,
        Tastes(np.zeros(5, dtype=np.int64), books, d),
        np.arange(5),
        SETTINGS,
        PLAIN,
    )
    kinds /= np.linalg.norm(kinds, axis=1, keepdims=True)
    cosine, genres = (m[books] @ m[books].T for m in (vectors, kinds))
    assert float(found) == pytest.approx(by_hand(cosine, genres, d, PLAIN, SETTINGS), rel=1e-4)
