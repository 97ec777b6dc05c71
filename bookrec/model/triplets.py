"""Training the learned map: a triplet loss with every other book as a negative.

Each epoch every reader's books are cut at random into a history H and targets. The history is the
anchor, a target the positive, all other books the negatives (Sohn 2016, "Improved deep metric
learning with multi-class N-pair loss"): the cross-entropy of the targets over the whole catalogue,

    loss = - mean over targets p of log softmax(score(H, .))_p
    score(H, i) = t * z_i . sum_j z_j / sqrt|H| + w * log10(ratings_i + 10)
                  + a * ln(1 + books of i's author in H) + s * ln(1 + books of i's series in H)

z = unit(inputs . W) is one linear map for both sides; t, w, a, s are learned beside it, so that the
map need not explain what author, series and popularity do. The number of negatives is what matters:
sampled triplets with a margin reach two thirds of the recall (docs/log.md).

Shapes: M books, F inputs, D output width, B readers of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.config import ProjectionConfig
from bookrec.progress import Progress

_SMALLEST = 5  # books of a reader: with fewer there is next to nothing to cut
_SHORT = 0.15  # share of the cuts that leave a history of one to five books: those count as well
_SIDE_RATE = 0.1  # learning rate of t, w, a, s, which are of the order of one
_SIDE_WEIGHTS = (5.0, 1.0, 0.5, 0.5)  # where they start
_WARM_UP = 0.1  # share of the steps in which the learning rate rises


@dataclass(frozen=True)
class SideFeatures:
    """What is learned beside the map, of M books: `authors` and `series` int64 (M,) ids, -1
    unknown; `popularity` float32 (M,), log10(ratings + 10)."""

    authors: np.ndarray
    series: np.ndarray
    popularity: np.ndarray


@dataclass(frozen=True)
class Epoch:
    """One point of the learning curve; `score` is the recall on validation rows."""

    epoch: int
    loss: float
    score: float


@dataclass(frozen=True)
class Trained:
    """`matrix` float32 (F, D) of the best epoch, and the curve."""

    matrix: np.ndarray
    curve: tuple[Epoch, ...]
    best: int


def train(
    inputs: np.ndarray,
    start: np.ndarray,
    read: Sequence[np.ndarray],
    beside: SideFeatures,
    config: ProjectionConfig,
    check: Callable[[Callable[[Sequence[np.ndarray]], np.ndarray]], float],
    progress: Progress,
) -> Trained:
    """Train a linear map (F, D) from `start` on inputs float32 (M, F).

    `read` holds each reader's books, int64. `check` gives the validation recall of a function from
    histories to scores float32 (B, M); the best epoch is kept, the untrained map among them.
    """
    import torch

    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    model = _Model(torch, inputs, start, beside)
    books_per_reader = [books for books in read if len(books) >= _SMALLEST]
    steps = config.epochs * -(-len(books_per_reader) // config.readers_per_batch)
    rates = [config.learning_rate, _SIDE_RATE]
    optimiser = torch.optim.Adam(
        [
            {"params": [model.matrix], "lr": rates[0]},
            {"params": [model.beside], "lr": rates[1]},
        ]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps + 1, pct_start=_WARM_UP
    )
    curve = [Epoch(0, float("nan"), check(model.scores))]
    best, kept = curve[0], start
    with progress.task("Training the projection", steps) as task:
        for epoch in range(1, config.epochs + 1 if books_per_reader else 1):
            losses = []
            order = rng.permutation(len(books_per_reader))
            for first in range(0, len(order), config.readers_per_batch):
                chosen = order[first : first + config.readers_per_batch]
                cuts = [_cut(books_per_reader[i], rng) for i in chosen]
                optimiser.zero_grad()
                loss = model.loss([c[0] for c in cuts], [c[1] for c in cuts])
                loss.backward()
                optimiser.step()
                schedule.step()
                losses.append(float(loss.detach()))
                task.advance()
            point = Epoch(epoch, float(np.mean(losses)), check(model.scores))
            curve.append(point)
            if point.score > best.score:
                best, kept = point, model.matrix.detach().numpy().copy()
            task.note(f"validation {point.score:.4f}, best {best.score:.4f}")
    return Trained(kept.astype(np.float32), tuple(curve), best.epoch)


def _cut(books: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A history and targets: at random, of any size, short ones now and then."""
    most = len(books) - 1
    if rng.random() < _SHORT:
        size = int(rng.integers(1, min(5, most) + 1))
    else:
        size = int(rng.integers(max(1, len(books) // 10), max(1, 9 * len(books) // 10) + 1))
    mixed = rng.permutation(books)
    return mixed[: min(size, most)], mixed[min(size, most) :]


class _Model:
    """The map and what is learned beside it, as tensors."""

    def __init__(
        self, torch: Any, inputs: np.ndarray, start: np.ndarray, beside: SideFeatures
    ) -> None:
        self._torch = torch
        self._inputs = torch.from_numpy(np.ascontiguousarray(inputs))
        self._popularity = torch.from_numpy(beside.popularity.astype(np.float32))
        # ids of no author or series share a last number, whose count stays nought
        self._ids = [
            (torch.from_numpy(np.where(ids < 0, last, ids)), last)
            for ids in (beside.authors, beside.series)
            for last in (int(ids.max(initial=-1)) + 1,)
        ]
        self.matrix = torch.from_numpy(start.copy()).requires_grad_(True)
        self.beside = torch.tensor(_SIDE_WEIGHTS, requires_grad=True)

    def loss(self, histories: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Any:
        """The loss at the head of this module. A reader counts as the root of their targets: who
        has read much says more, but of one reader only."""
        torch = self._torch
        scores = self._scores(histories)
        read = torch.zeros(scores.shape, dtype=torch.bool)
        for row, books in enumerate(histories):
            read[row, torch.from_numpy(books)] = True
        chances = torch.log_softmax(scores.masked_fill(read, -torch.inf), dim=1)
        worth = [len(t) ** 0.5 for t in targets]
        terms = [
            -w * chances[row, torch.from_numpy(t)].mean()
            for row, (t, w) in enumerate(zip(targets, worth, strict=True))
        ]
        return torch.stack(terms).sum() / sum(worth)

    def scores(self, histories: Sequence[np.ndarray]) -> np.ndarray:
        """score(H, i) float32 (B, M) of B histories of books."""
        with self._torch.no_grad():
            return np.asarray(self._scores(histories).numpy())

    def _scores(self, histories: Sequence[np.ndarray]) -> Any:
        torch = self._torch
        z = torch.nn.functional.normalize(self._inputs @ self.matrix, dim=1)
        rows = torch.from_numpy(np.repeat(np.arange(len(histories)), [len(h) for h in histories]))
        books = torch.from_numpy(np.concatenate(histories))
        size = torch.tensor([float(max(1, len(h))) for h in histories])
        query = torch.zeros(len(histories), z.shape[1]).index_add(0, rows, z[books])
        t, w, *weights = self.beside
        found = t * (query / size.sqrt()[:, None]) @ z.T + w * self._popularity
        for weight, (ids, last) in zip(weights, self._ids, strict=True):
            counts = torch.zeros(len(histories), last + 1)
            counts.index_put_((rows, ids[books]), torch.ones(len(books)), accumulate=True)
            counts[:, last] = 0.0
            found = found + weight * torch.log1p(counts)[:, ids]
        return found
