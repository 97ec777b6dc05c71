"""Rankers of the whole catalogue from irspack, implicit and LensKit.

Shapes: R readers and B books in the matrix, n readers to rank for.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from irspack.recommenders import (
    CosineKNNRecommender,
    DenseSLIMRecommender,
    IALSRecommender,
    RP3betaRecommender,
    SLIMRecommender,
    TopPopRecommender,
)
from lenskit.als import ImplicitMFScorer
from lenskit.data import ItemList, RecQuery, from_interactions_df
from lenskit.knn import ItemKNNScorer
from lenskit.training import TrainingOptions
from methods import Ranker, Scores, Settings
from scipy.sparse import csr_matrix, issparse


def _irspack(model: type, threads: bool = True, seed_name: str = "") -> Callable[..., Scores]:
    def fit(matrix: csr_matrix, settings: Settings, seed: int) -> Scores:
        extra: dict[str, Any] = {"n_threads": 1} if threads else {}
        if seed_name:
            extra[seed_name] = seed
        with contextlib.redirect_stdout(io.StringIO()):  # it prints a progress bar
            fitted = model(matrix, **settings, **extra).learn()

        def scores(histories: csr_matrix, rows: np.ndarray) -> np.ndarray:
            table = fitted.get_score_cold_user(histories)
            return table.toarray() if issparse(table) else np.asarray(table)

        return scores

    return fit


def _als(matrix: csr_matrix, settings: Settings, seed: int) -> Scores:
    model = AlternatingLeastSquares(**settings, random_state=seed, num_threads=1)
    model.fit(matrix, show_progress=False)

    def scores(histories: csr_matrix, rows: np.ndarray) -> np.ndarray:
        return model.recalculate_user(rows, histories) @ model.item_factors.T

    return scores


def _bpr(matrix: csr_matrix, settings: Settings, seed: int) -> Scores:
    """BPR cannot fold in new readers: the library has factors only for readers in the fit."""
    model = BayesianPersonalizedRanking(**settings, random_state=seed, num_threads=1)
    model.fit(matrix, show_progress=False)
    return lambda histories, rows: model.user_factors[rows] @ model.item_factors.T


def _lenskit(make: Callable[[Settings], Any]) -> Callable[[csr_matrix, Settings, int], Scores]:
    def fit(matrix: csr_matrix, settings: Settings, seed: int) -> Scores:
        readers, books = matrix.nonzero()
        interactions = from_interactions_df(pd.DataFrame({"user_id": readers, "item_id": books}))
        model = make(settings)
        model.train(interactions, TrainingOptions(rng=seed))
        all_books = ItemList(item_ids=np.arange(matrix.shape[1]))

        def scores(histories: csr_matrix, rows: np.ndarray) -> np.ndarray:
            table = np.zeros(histories.shape)  # a book without neighbours keeps 0
            for row, history in enumerate(_rows(histories)):
                if len(history):
                    query = RecQuery(history_items=ItemList(item_ids=history))
                    table[row] = model(query, all_books).scores()
            return np.nan_to_num(table)

        return scores

    return fit


def _rows(matrix: csr_matrix) -> Iterator[np.ndarray]:
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        yield matrix.indices[start:end]


def _knn(settings: Settings) -> ItemKNNScorer:
    return ItemKNNScorer(feedback="implicit", **settings)


def _mf(settings: Settings) -> ImplicitMFScorer:
    return ImplicitMFScorer(**settings)


def _grid(names: tuple[str, ...], *values: tuple[float | str, ...]) -> tuple[Settings, ...]:
    """Return the library's defaults, then one entry per row of values.

    A row shorter than `names` leaves the remaining settings at their defaults.
    """
    return ({}, *(dict(zip(names, row, strict=False)) for row in values))


_ALS_NAMES = ("factors", "regularization", "alpha")

PEERS = (
    Ranker("irspack TopPop", "irspack", ({},), _irspack(TopPopRecommender, threads=False)),
    Ranker(
        "irspack ItemKNN (cosine)",
        "irspack",
        _grid(
            ("normalize", "shrinkage", "top_k", "feature_weighting"),
            (True, 10.0),
            (True, 10.0, 30),
            (True, 10.0, 15),
            (True, 10.0, 8),
            (True, 5.0, 15),
            (True, 10.0, 15, "TF_IDF"),
            (True, 10.0, 30, "TF_IDF"),
        ),
        _irspack(CosineKNNRecommender),
    ),
    Ranker(
        "irspack RP3beta",
        "irspack",
        _grid(
            ("beta", "normalize_weight", "top_k"),
            (0.2,),
            (0.3,),
            (0.4,),
            (0.4, True),
            (0.3, False, 1000),
            (0.4, False, 1000),
            (0.4, False, 500),
        ),
        _irspack(RP3betaRecommender),
    ),
    Ranker(
        "irspack SLIM",
        "irspack",
        _grid(("alpha", "l1_ratio"), (0.01,), (0.005,), (0.0025,), (0.01, 0.003), (0.005, 0.003)),
        _irspack(SLIMRecommender),
    ),
    Ranker(
        "irspack EASE",
        "irspack",
        _grid(("reg",), (30.0,), (60.0,), (100.0,), (200.0,), (400.0,)),
        _irspack(DenseSLIMRecommender, threads=False),
    ),
    Ranker(
        "irspack iALS",
        "irspack",
        _grid(
            ("alpha0", "reg", "n_components"),
            (0.3, 0.003, 64),
            (0.1, 0.003, 128),
            (0.2, 0.003, 128),
            (0.3, 0.003, 128),
            (0.3, 0.001, 128),
            (0.3, 0.003, 256),
        ),
        _irspack(IALSRecommender, seed_name="random_seed"),
        stochastic=True,
    ),
    Ranker(
        "implicit ALS",
        "implicit",
        _grid(
            _ALS_NAMES,
            (100, 1.0, 10.0),
            (32, 10.0, 10.0),
            (64, 10.0, 3.0),
            (128, 10.0, 3.0),
            (64, 30.0, 3.0),
            (64, 10.0, 1.0),
        ),
        _als,
        stochastic=True,
    ),
    Ranker(
        "implicit BPR",
        "implicit",
        _grid(
            ("factors", "learning_rate", "regularization"),
            (200,),
            (50,),
            (100, 0.02),
            (100, 0.01, 0.03),
        ),
        _bpr,
        stochastic=True,
        folds_in=False,
    ),
    Ranker(
        "LensKit ItemKNN",
        "lenskit",
        _grid(("max_nbrs",), (60,), (200,), (500,)),
        _lenskit(_knn),
    ),
    Ranker(
        "LensKit ImplicitMF",
        "lenskit",
        _grid(
            ("embedding_size", "weight", "regularization"),
            (50, 10.0, 1.0),
            (32, 5.0, 5.0),
            (32, 5.0, 10.0),
            (64, 5.0, 10.0),
            (64, 5.0, 30.0),
            (128, 5.0, 10.0),
        ),
        _lenskit(_mf),
        stochastic=True,
    ),
)
