"""LensKit's Bias, explicit-feedback ItemKNN and UserKNN, and BiasedMF."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
from lenskit import Pipeline
from lenskit.als import BiasedMFScorer
from lenskit.basic import BiasScorer
from lenskit.batch import predict
from lenskit.data import ItemListCollection, from_interactions_df
from lenskit.knn import ItemKNNScorer, UserKNNScorer
from lenskit.pipeline import predict_pipeline
from lenskit.training import TrainingOptions
from methods import Job, Peer, Run, Settings, Stopwatch

_LIBRARY = "lenskit"


def _run(make: Callable[[Settings], Pipeline]) -> Callable[[Job, Settings], Run]:
    def run(job: Job, settings: Settings) -> Run:
        ratings = pd.DataFrame(
            {"user_id": job.readers, "item_id": job.books, "rating": job.stars.astype(np.float32)}
        )
        pairs = pd.DataFrame({"user_id": job.target_readers, "item_id": job.target_books})
        watch = Stopwatch()
        with watch("fit"):
            pipeline = make(settings)
            pipeline.train(from_interactions_df(ratings), TrainingOptions(rng=job.seed))
        with watch("predict"):
            targets = ItemListCollection.from_df(pairs, ["user_id"])
            table = predict(pipeline, targets, n_jobs=1).to_df()
        scores = table.set_index(["user_id", "item_id"])["score"]
        predicted = scores.loc[pd.MultiIndex.from_frame(pairs)].to_numpy(dtype=np.float64)
        return Run(predicted, watch.seconds["fit"], watch.seconds["predict"])

    return run


def _damping(settings: Settings) -> dict[str, float]:
    return {"user": float(settings["damping_user"]), "item": float(settings["damping_item"])}


def _with_fallback(scorer: object, settings: Settings) -> Pipeline:
    """Fall back to a bias model where the scorer has no prediction, as LensKit recommends."""
    return predict_pipeline(scorer, fallback=BiasScorer(damping=_damping(settings)))


def _bias(settings: Settings) -> Pipeline:
    return predict_pipeline(BiasScorer(damping=_damping(settings)), fallback=False)


def _neighbours(scorer: type) -> Callable[[Settings], Pipeline]:
    def make(settings: Settings) -> Pipeline:
        counts = {"max_nbrs": int(settings["max_nbrs"]), "min_nbrs": int(settings["min_nbrs"])}
        return _with_fallback(scorer(feedback="explicit", **counts), settings)

    return make


def _biased_mf(settings: Settings) -> Pipeline:
    model = BiasedMFScorer(
        embedding_size=int(settings["embedding_size"]),
        regularization=float(settings["regularization"]),
        epochs=int(settings["epochs"]),
        damping=_damping(settings),
    )
    return _with_fallback(model, settings)


def _damped(user: float, item: float) -> Settings:
    return {"damping_user": user, "damping_item": item}


_COUNTS = ((20, 1), *product((60,), (1, 2, 5, 10, 20)), *product((200,), (5, 10, 20)))
_NEIGHBOURS = tuple({"max_nbrs": k, "min_nbrs": min_k, **_damped(5, 5)} for k, min_k in _COUNTS)

PEERS = (
    Peer(
        "LensKit Bias",
        _LIBRARY,
        tuple(_damped(u, i) for u, i in ((5, 5), (0, 0), (0, 5), (5, 2), (5, 10), (10, 10))),
        _run(_bias),
    ),
    Peer("LensKit ItemKNN", _LIBRARY, _NEIGHBOURS, _run(_neighbours(ItemKNNScorer))),
    Peer("LensKit UserKNN", _LIBRARY, _NEIGHBOURS, _run(_neighbours(UserKNNScorer))),
    Peer(
        "LensKit BiasedMF",
        _LIBRARY,
        tuple(
            {"embedding_size": size, "regularization": reg, "epochs": 10, **_damped(5, 5)}
            for size, reg in product((50, 10), (0.1, 0.3, 0.6))
        ),
        _run(_biased_mf),
    ),
)
