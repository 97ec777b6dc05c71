"""implicit's ALS, whose scores are not stars, and a minimal content-based recommender."""

from __future__ import annotations

from itertools import product

import numpy as np
from implicit.als import AlternatingLeastSquares
from methods import Job, Peer, Run, Settings, Stopwatch
from scipy.sparse import csr_matrix

from bookrec.catalogue.ratings import reader_slices

_LIKED = 4.0


def _als(job: Job, settings: Settings) -> Run:
    """Use stars as confidence, as the library's tutorials do. Books absent from the fit score 0."""
    watch = Stopwatch()
    kept = job.stars >= (_LIKED if settings["from"] == "liked" else 0.0)
    shape = (
        int(max(job.readers.max(), job.target_readers.max())) + 1,
        int(max(job.books.max(), job.target_books.max())) + 1,
    )
    with watch("fit"):
        matrix = csr_matrix(
            (job.stars[kept].astype(np.float32), (job.readers[kept], job.books[kept])), shape
        )
        model = AlternatingLeastSquares(
            factors=int(settings["factors"]),
            regularization=float(settings["regularization"]),
            alpha=float(settings["alpha"]),
            random_state=job.seed,
            num_threads=1,
        )
        model.fit(matrix, show_progress=False)
    with watch("predict"):
        users, items = model.user_factors, model.item_factors
        scores = np.sum(users[job.target_readers] * items[job.target_books], axis=1)
        scores[~np.isin(job.target_books, job.books[kept])] = 0.0
    return Run(scores.astype(np.float64), watch.seconds["fit"], watch.seconds["predict"])


def _raw_cosine(job: Job, settings: Settings) -> Run:
    """Predict Σ cos·r / Σ cos over the whole history: no centring, threshold or residuals."""
    watch = Stopwatch()
    vectors = np.load(job.text_vectors, mmap_mode="r")
    predicted = np.full(len(job.target_books), job.stars.mean())
    with watch("predict"):
        histories = {int(job.readers[s.start]): s for s in reader_slices(job.readers)}
        for rows in reader_slices(job.target_readers):
            past = histories.get(int(job.target_readers[rows.start]))
            if past is None:
                continue
            cosine = vectors[job.target_books[rows]] @ vectors[job.books[past]].T
            weight = np.maximum(cosine.astype(np.float64), 1e-9)
            predicted[rows] = weight @ job.stars[past] / weight.sum(axis=1)
    return Run(predicted, None, watch.seconds["predict"])


PEERS = (
    Peer(
        "implicit ALS",
        "implicit",
        tuple(
            {"factors": f, "regularization": 0.01, "alpha": a, "from": source}
            for f, a, source in product((100, 16, 8), (1.0, 10.0), ("all", "liked"))
        ),
        _als,
        predicts_stars=False,
    ),
    Peer("MiniLM cosine, raw ratings", "", ({},), _raw_cosine, cacheable=False),
)
