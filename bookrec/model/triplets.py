"""Training the projection: triplet loss on cosine, anchors, positives and negatives from taste.

Within one reader, an anchor is a rated book, a positive one that fared alike against its mean, a
negative one that fared the other way: residuals, not raw stars, else every positive is merely a
popular book. All triplets of a sampled shelf count, each weighed by how much its ratings say:

    loss = Σ |d_a| · (s_a·(d_p - d_n))₊ · softplus((cos(a,n) - cos(a,p) + margin) / T) · T / Σ weights

with d the residual r - m - b_u and s_a the sign of d_a: "batch all" of Hermans et al. (2017), "In
defense of the triplet loss", with a soft margin and graded labels.

Shapes: B readers a batch, L books of each, K input width, D output width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bookrec.config import ProjectionConfig
from bookrec.data.split import reader_slices
from bookrec.progress import Progress


@dataclass(frozen=True)
class Tastes:
    """Training rows sorted by reader: `readers` and `books` int64 (R,), `residuals` float64 (R,)
    in stars. `kin` int64 (N, 2) are author and series ids, -1 unknown."""

    readers: np.ndarray
    books: np.ndarray
    residuals: np.ndarray
    kin: np.ndarray


@dataclass(frozen=True)
class Epoch:
    """One point of the learning curve. `accuracy` is the weighted share of held-out triplets with
    cos(a,p) > cos(a,n); `score` the validation correlation of the prediction itself."""

    epoch: int
    loss: float
    accuracy: float
    score: float


@dataclass(frozen=True)
class Trained:
    """`matrix` float32 (K, D) of the best epoch, and the curve."""

    matrix: np.ndarray
    curve: tuple[Epoch, ...]
    best: int


def train(
    inputs: np.ndarray,
    start: np.ndarray,
    tastes: Tastes,
    held_out: Tastes,
    config: ProjectionConfig,
    score: Callable[[np.ndarray], float],
    progress: Progress,
) -> Trained:
    """Train a linear map (K, D) from `start` on centred inputs float32 (N, K).

    `score` gives the validation correlation of a matrix. Training stops when it has not risen for
    `config.patience` epochs, and the best matrix is returned: the triplet loss goes on falling
    long after the prediction has begun to overfit.
    """
    import torch

    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    x = torch.from_numpy(np.ascontiguousarray(inputs))
    anchor = torch.from_numpy(np.ascontiguousarray(start))
    weight = anchor.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([weight], lr=config.learning_rate)
    popularity = np.bincount(tastes.books, minlength=len(inputs))
    shelves = [s for s in reader_slices(tastes.readers) if s.stop - s.start >= _SMALLEST_SHELF]
    checks = [s for s in reader_slices(held_out.readers) if s.stop - s.start >= _SMALLEST_SHELF]
    curve = [Epoch(0, float("nan"), _accuracy(x, weight, held_out, checks), score(start))]
    best, best_matrix = curve[0], start
    with progress.task("Training the projection", config.epochs) as task:
        for epoch in range(1, config.epochs + 1):
            losses = []
            for batch in _batches(shelves, config.readers_a_batch, rng):
                books, residuals = _sample(tastes, batch, popularity, config.shelf, rng)
                loss = _loss(x[books], residuals, tastes.kin[books], weight, config)
                loss = loss + config.pull_to_start * (weight - anchor).square().sum()
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                losses.append(float(loss.detach()))
            matrix = weight.detach().numpy().copy()
            accuracy = _accuracy(x, weight, held_out, checks)
            curve.append(Epoch(epoch, float(np.mean(losses)), accuracy, score(matrix)))
            if curve[-1].score > best.score:
                best, best_matrix = curve[-1], matrix
            task.advance()
            task.note(f"validation {curve[-1].score:.4f}, best {best.score:.4f}")
            if epoch - best.epoch >= config.patience:
                break
    return Trained(best_matrix.astype(np.float32), tuple(curve), best.epoch)


_SMALLEST_SHELF = 5  # a shelf of fewer books has next to no triplets


def _batches(shelves: list[slice], size: int, rng: np.random.Generator):  # type: ignore[no-untyped-def]
    order = rng.permutation(len(shelves))
    for start in range(0, len(order), size):
        yield [shelves[i] for i in order[start : start + size]]


def _sample(
    tastes: Tastes,
    shelves: list[slice],
    popularity: np.ndarray,
    size: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Books (B, L) and residuals (B, L), each shelf drawn ∝ 1/√popularity; short ones padded with
    residual 0, which weighs nothing. What everybody has read would else teach popularity."""
    books = np.zeros((len(shelves), size), dtype=np.int64)
    residuals = np.zeros((len(shelves), size))
    for row, shelf in enumerate(shelves):
        own = tastes.books[shelf]
        odds = 1.0 / np.sqrt(np.maximum(1, popularity[own]))
        count = min(size, len(own))
        chosen = rng.choice(len(own), count, replace=False, p=odds / odds.sum())
        books[row, :count] = own[chosen]
        residuals[row, :count] = tastes.residuals[shelf][chosen]
    return books, residuals


def _loss(x, residuals: np.ndarray, kin: np.ndarray, weight, config: ProjectionConfig):  # type: ignore[no-untyped-def]
    """The loss at the head of this module; x (B, L, K), residuals (B, L), kin (B, L, 2)."""
    import torch

    d = torch.from_numpy(residuals).float()
    z = torch.nn.functional.normalize(x @ weight, dim=-1)  # (B, L, D)
    cosine = z @ z.transpose(1, 2)  # (B, L, L)
    gain = torch.sign(d)[:, :, None, None] * (d[:, None, :, None] - d[:, None, None, :])
    w = d.abs()[:, :, None, None] * gain.clamp(min=0)  # (B, a, p, n)
    far = ~torch.eye(d.shape[1], dtype=torch.bool)
    real = (d != 0).float()
    w = w * real[:, None, :, None] * real[:, None, None, :]
    w = w * far[None, :, :, None] * far[None, :, None, :]
    same = ((kin[:, :, None] == kin[:, None, :]) & (kin[:, :, None] >= 0)).any(axis=-1)
    close = torch.from_numpy(same).float()
    # pairs of one author or series are easy: at full weight they make the loss look solved
    w = w * (1 - (1 - config.kin_weight) * close)[:, :, :, None]
    slack = cosine[:, :, None, :] - cosine[:, :, :, None] + config.margin
    terms = torch.nn.functional.softplus(slack / config.temperature) * config.temperature
    return (w * terms).sum() / w.sum().clamp(min=1e-6)


def _accuracy(x, weight, held_out: Tastes, shelves: list[slice]) -> float:  # type: ignore[no-untyped-def]
    """Weighted share of held-out triplets that the vectors order rightly."""
    right = total = 0.0
    with_grad = weight.detach().numpy()
    for shelf in shelves:
        z = x[held_out.books[shelf]].numpy() @ with_grad
        z /= np.maximum(1e-12, np.linalg.norm(z, axis=1, keepdims=True))
        d, cosine = held_out.residuals[shelf], z @ z.T
        gain = np.sign(d)[:, None, None] * (d[None, :, None] - d[None, None, :])
        w = np.abs(d)[:, None, None] * np.maximum(0, gain)
        i = np.arange(len(d))
        w[i, i, :] = 0
        w[i, :, i] = 0
        right += float((w * (cosine[:, :, None] > cosine[:, None, :])).sum())
        total += float(w.sum())
    return right / total if total else float("nan")
