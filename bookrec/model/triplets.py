"""Training the learned map: a triplet loss in which every other book is a negative.

In each epoch the books of each reader u are split at random into a history H_u and n_u targets T_u.
The history is the anchor and each target a positive. All books outside the history are in the
softmax, so every other book is a negative (Sohn 2016, "Improved deep metric learning with
multi-class N-pair loss objective"):

    loss = Σ_u √n_u L_u / Σ_u √n_u
    L_u = -(1 / n_u) Σ_{i in T_u} ln softmax_i score(H_u, ·)
    score(H, i) = t·z_i·(Σ_{j in H} z_j) / √|H| + p·log₁₀(ratings_i + 10)
                  + a·ln(1 + books of i's author in H) + s·ln(1 + books of i's series in H)

z = unit(x W) is the learned half of a book vector (`projection.py`) with the map W. The weights t,
p, a and s are learned with it, so that the map need not explain popularity, author and series. A
reader counts by √n_u: many targets make L_u more precise, but they are still one reader's.

A preliminary experiment with a margin and sampled negatives reached a lower recall (docs/log.md).

Shapes: M books, F inputs, D outputs of the map, B readers in a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.config import ProjectionConfig
from bookrec.progress import Progress

_MIN_BOOKS = 5  # readers with fewer books are left out
_SHORT_SHARE = 0.15  # share of the splits with a short history, of one to five books
_INITIAL_WEIGHTS = (5.0, 1.0, 0.5, 0.5)  # t, p, a, s
_WEIGHTS_RATE = 0.1  # learning rate of t, p, a, s, which are of order one
_WARM_UP = 0.1  # share of the steps in which the learning rate rises

# Scores float32 (B, M) of B histories of books.
Scorer = Callable[[Sequence[np.ndarray]], np.ndarray]


@dataclass(frozen=True)
class BookMetadata:
    """What the score takes from M books beside the map.

    `authors` and `series` are int64 (M,) ids, -1 where unknown; `popularity` is float32 (M,),
    log₁₀(ratings + 10).
    """

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
    """The map of the best epoch, `matrix` float32 (F, D), its number `best`, and the curve."""

    matrix: np.ndarray
    curve: tuple[Epoch, ...]
    best: int


def train(
    inputs: np.ndarray,
    start: np.ndarray,
    read: Sequence[np.ndarray],
    metadata: BookMetadata,
    config: ProjectionConfig,
    validate: Callable[[Scorer], float],
    progress: Progress,
) -> Trained:
    """Train a linear map (F, D) from `start` on inputs float32 (M, F).

    `read` holds the books of each reader, int64. `validate` returns the validation recall of a
    scorer. The best epoch is kept; epoch 0 is the untrained map.
    """
    import torch

    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    model = _Model(torch, inputs, start, metadata)
    readers = [books for books in read if len(books) >= _MIN_BOOKS]
    steps = config.epochs * -(-len(readers) // config.readers_per_batch)
    rates = [config.learning_rate, _WEIGHTS_RATE]
    optimiser = torch.optim.Adam(
        [{"params": [model.matrix], "lr": rates[0]}, {"params": [model.weights], "lr": rates[1]}]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps + 1, pct_start=_WARM_UP
    )
    curve = [Epoch(0, float("nan"), validate(model.scores))]
    best, kept = curve[0], start
    with progress.task("Training the projection", steps) as task:
        for epoch in range(1, config.epochs + 1 if readers else 1):
            losses = []
            for histories, targets in _batches(readers, config.readers_per_batch, rng):
                optimiser.zero_grad()
                loss = model.loss(histories, targets)
                loss.backward()
                optimiser.step()
                schedule.step()
                losses.append(float(loss.detach()))
                task.advance()
            point = Epoch(epoch, float(np.mean(losses)), validate(model.scores))
            curve.append(point)
            if point.score > best.score:
                best, kept = point, model.matrix.detach().numpy().copy()
            task.note(f"validation {point.score:.4f}, best {best.score:.4f}")
    return Trained(kept.astype(np.float32), tuple(curve), best.epoch)


def _batches(
    readers: Sequence[np.ndarray], size: int, rng: np.random.Generator
) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
    """Yield the histories and the targets of one epoch, in batches of readers in random order."""
    order = rng.permutation(len(readers))
    for first in range(0, len(order), size):
        splits = [_random_split(readers[i], rng) for i in order[first : first + size]]
        yield [history for history, _ in splits], [targets for _, targets in splits]


def _random_split(books: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Split the books of a reader at random into a history and targets, neither empty.

    The history is short with a probability of `_SHORT_SHARE`; otherwise its size is uniform from
    10 % to 90 % of the books.
    """
    most = len(books) - 1
    if rng.random() < _SHORT_SHARE:
        size = int(rng.integers(1, min(5, most) + 1))
    else:
        size = int(rng.integers(max(1, len(books) // 10), max(1, 9 * len(books) // 10) + 1))
    mixed = rng.permutation(books)
    return mixed[: min(size, most)], mixed[min(size, most) :]


class _Model:
    """The map (`matrix`) and the weights t, p, a, s (`weights`) as trainable tensors."""

    def __init__(
        self, torch: Any, inputs: np.ndarray, start: np.ndarray, metadata: BookMetadata
    ) -> None:
        self._torch = torch
        self._inputs = torch.from_numpy(np.ascontiguousarray(inputs))
        self._popularity = torch.from_numpy(metadata.popularity.astype(np.float32))
        # unknown ids (-1) become an extra last id, which never counts as shared
        self._ids = [
            (torch.from_numpy(np.where(ids < 0, last, ids)), last)
            for ids in (metadata.authors, metadata.series)
            for last in (int(ids.max(initial=-1)) + 1,)
        ]
        self.matrix = torch.from_numpy(start.copy()).requires_grad_(True)
        self.weights = torch.tensor(_INITIAL_WEIGHTS, requires_grad=True)

    def loss(self, histories: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Any:
        """Return the loss of B readers, see the head of this module."""
        torch = self._torch
        scores = self._scores(histories)
        read = torch.zeros(scores.shape, dtype=torch.bool)
        for row, books in enumerate(histories):
            read[row, torch.from_numpy(books)] = True
        log_softmax = torch.log_softmax(scores.masked_fill(read, -torch.inf), dim=1)
        roots = [len(t) ** 0.5 for t in targets]
        terms = [
            -root * log_softmax[row, torch.from_numpy(t)].mean()
            for row, (t, root) in enumerate(zip(targets, roots, strict=True))
        ]
        return torch.stack(terms).sum() / sum(roots)

    def scores(self, histories: Sequence[np.ndarray]) -> np.ndarray:
        """Return score(H, i) float32 (B, M) of B histories."""
        with self._torch.no_grad():
            return np.asarray(self._scores(histories).numpy())

    def _scores(self, histories: Sequence[np.ndarray]) -> Any:
        torch = self._torch
        z = torch.nn.functional.normalize(self._inputs @ self.matrix, dim=1)
        rows = torch.from_numpy(np.repeat(np.arange(len(histories)), [len(h) for h in histories]))
        books = torch.from_numpy(np.concatenate(histories))
        size = torch.tensor([float(max(1, len(h))) for h in histories])
        query = torch.zeros(len(histories), z.shape[1]).index_add(0, rows, z[books])
        t, p, *shared_id_weights = self.weights
        scores = t * (query / size.sqrt()[:, None]) @ z.T + p * self._popularity
        for weight, (ids, last) in zip(shared_id_weights, self._ids, strict=True):
            counts = torch.zeros(len(histories), last + 1)
            counts.index_put_((rows, ids[books]), torch.ones(len(books)), accumulate=True)
            counts[:, last] = 0.0
            scores = scores + weight * torch.log1p(counts)[:, ids]
        return scores
