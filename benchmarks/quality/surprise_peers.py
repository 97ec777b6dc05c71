"""Surprise's BaselineOnly (ALS), SVD, SVD++ and item-based KNNBaseline (pearson_baseline)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from methods import Job, Peer, Run, Settings, Stopwatch
from surprise import SVD, AlgoBase, BaselineOnly, Dataset, KNNBaseline, Reader, SVDpp, Trainset

_LIBRARY = "scikit-surprise"
# KNNBaseline holds five dense book × book arrays: 190 GB for all books, 5 GB for books with three
# ratings or more. A book with one rating has no similarity by definition, and shrinkage leaves a
# book with two next to none.
_MIN_RATINGS = 3


class _SharedBaselines(KNNBaseline):
    """KNNBaseline on books with enough ratings, with baselines fitted on all ratings."""

    def __init__(self, baseline: BaselineOnly, **options: Any) -> None:
        super().__init__(verbose=False, **options)
        self._baseline = baseline

    def compute_baselines(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the full trainset's baselines under the inner ids of this smaller trainset."""
        full, own = self._baseline.trainset, self.trainset
        own._global_mean = full.global_mean
        users = [full.to_inner_uid(own.to_raw_uid(u)) for u in own.all_users()]
        items = [full.to_inner_iid(own.to_raw_iid(i)) for i in own.all_items()]
        self.bu, self.bi = self._baseline.bu[users], self._baseline.bi[items]
        return self.bu, self.bi


def _trainset(job: Job, kept: np.ndarray) -> Trainset:
    table = pd.DataFrame({"u": job.readers[kept], "i": job.books[kept], "r": job.stars[kept]})
    return Dataset.load_from_df(table, Reader(rating_scale=(1, 5))).build_full_trainset()


def _predict(model: AlgoBase, job: Job) -> np.ndarray:
    pairs = zip(job.target_readers.tolist(), job.target_books.tolist(), strict=True)
    return np.array([model.predict(u, i).est for u, i in pairs], dtype=np.float64)


def _run(make: Callable[[Job, Settings], AlgoBase]) -> Callable[[Job, Settings], Run]:
    def run(job: Job, settings: Settings) -> Run:
        watch = Stopwatch()
        with watch("fit"):
            model = make(job, settings).fit(_trainset(job, np.ones(len(job.stars), dtype=bool)))
        with watch("predict"):
            predicted = _predict(model, job)
        return Run(predicted, watch.seconds["fit"], watch.seconds["predict"])

    return run


def _baseline(job: Job, settings: Settings) -> BaselineOnly:
    return BaselineOnly(bsl_options={"method": "als", **settings}, verbose=False)


def _svd(job: Job, settings: Settings) -> SVD:
    return SVD(random_state=job.seed, **settings)


def _svdpp(job: Job, settings: Settings) -> SVDpp:
    return SVDpp(random_state=job.seed, cache_ratings=True, **settings)


def _knn(job: Job, settings: Settings) -> Run:
    """Run KNNBaseline on books with enough ratings, and its baseline elsewhere.

    KNNBaseline itself returns the baseline for a book without neighbours.
    """
    watch = Stopwatch()
    biases = {"method": "als", "reg_u": settings["reg_u"], "reg_i": settings["reg_i"]}
    similarity = {
        "name": "pearson_baseline",
        "user_based": False,
        "shrinkage": settings["shrinkage"],
    }
    enough = np.bincount(job.books)[job.books] >= _MIN_RATINGS
    with watch("fit"):
        baseline = BaselineOnly(bsl_options=biases, verbose=False)
        baseline.fit(_trainset(job, np.ones(len(job.stars), dtype=bool)))
        sizes = {"k": int(settings["k"]), "min_k": int(settings["min_k"])}
        model = _SharedBaselines(baseline, sim_options=similarity, **sizes)
        model.fit(_trainset(job, enough))
    with watch("predict"):
        known = np.isin(job.target_books, job.books[enough])
        known &= np.isin(job.target_readers, job.readers[enough])
        predicted = np.where(known, _predict(model, job), _predict(baseline, job))
    return Run(predicted, watch.seconds["fit"], watch.seconds["predict"])


_BIASES = ((15, 10), (15, 5), (5, 5), (15, 3), (5, 3))
_SVD = (
    (100, 20, 0.02),
    *product((100, 20), (20, 40), (0.1,)),
    (100, 40, 0.2),
    (100, 80, 0.1),
)
_KNN = (  # k, min_k, shrinkage, reg_u, reg_i
    (40, 1, 100, 15, 10),
    *(
        (40, min_k, shrinkage, 15, i)
        for i in (5, 3)
        for min_k in (1, 3, 5, 10)
        for shrinkage in (100, 1000)
    ),
    *((k, min_k, 1000, 15, 3) for k, min_k in ((40, 20), (100, 5), (100, 10), (100, 20))),
)
_KNN_NAMES = ("k", "min_k", "shrinkage", "reg_u", "reg_i")

PEERS = (
    Peer(
        "Surprise BaselineOnly",
        _LIBRARY,
        tuple({"reg_u": u, "reg_i": i} for u, i in _BIASES),
        _run(_baseline),
    ),
    Peer(
        "Surprise SVD",
        _LIBRARY,
        tuple({"n_factors": f, "n_epochs": e, "reg_all": r} for f, e, r in _SVD),
        _run(_svd),
    ),
    Peer(
        "Surprise SVD++",
        _LIBRARY,
        tuple({"n_factors": 20, "n_epochs": 20, "reg_all": r} for r in (0.02, 0.1, 0.2)),
        _run(_svdpp),
    ),
    Peer(
        "Surprise KNNBaseline",
        _LIBRARY,
        tuple(dict(zip(_KNN_NAMES, values, strict=True)) for values in _KNN),
        _knn,
    ),
)
