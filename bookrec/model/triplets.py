"""Training the map of genres: triplet loss on cosine, weighed by what the prediction lacks.

Every book a of a reader's shelf is in turn predicted from the others (its own rating left out of
its mean), by the very formula of `scoring.predict`. With e_a the error, t_a the smoothed taste,
and d the residuals of the others, weighing book j more would help where

    u_aj = e_a · (d_j - t_a) / (Σw + λ)

is positive: p is then a positive of a, and n with u_an < 0 a negative.

    loss = Σ_apn u_ap · |u_an| / Σ_j |u_aj| · softplus((w_an - w_ap + margin) / T) · T

w_aj holds the cosine of the mapped genres. Triplets as in Schroff et al. (2015), "FaceNet", all of
a shelf as in Hermans et al. (2017), "In defense of the triplet loss", graded by u, the gradient of
the squared leave-one-out error. Triplets graded by residuals alone overfit at once.

Shapes: L books of a shelf, G genres, D output width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bookrec.config import ProjectionConfig
from bookrec.data.split import reader_slices
from bookrec.progress import Progress
from bookrec.scoring.predict import (
    Constants,
    History,
    Shelf,
    kinship,
    same_time,
    weight_of,
    weights,
)


@dataclass(frozen=True)
class Tastes:
    """Training rows sorted by reader: `readers` and `books` int64 (R,), `residuals` float64 (R,)
    in stars, each against a mean without the rating itself, less the reader's offset."""

    readers: np.ndarray
    books: np.ndarray
    residuals: np.ndarray


@dataclass(frozen=True)
class Epoch:
    """One point of the learning curve. `score` is the validation correlation of the prediction
    itself, `accuracy` that of `accuracy` on validation rows."""

    epoch: int
    loss: float
    accuracy: float
    score: float


@dataclass(frozen=True)
class Trained:
    """`matrix` float32 (G, D) of the best epoch, and the curve."""

    matrix: np.ndarray
    curve: tuple[Epoch, ...]
    best: int


def train(
    inputs: np.ndarray,
    start: np.ndarray,
    shelf: Shelf,
    tastes: Tastes,
    config: ProjectionConfig,
    constants: Constants,
    check: Callable[[np.ndarray], tuple[float, float]],
    progress: Progress,
) -> Trained:
    """Train a linear map (G, D) from `start` on genre inputs float32 (N, G).

    `shelf` gives the rest of the similarity, which stays as it is. `check` gives the validation
    correlation of a matrix and its held-out triplet accuracy; when the correlation has not risen
    for `config.patience` epochs, training stops.
    """
    import torch

    torch.manual_seed(config.seed)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a shelf is small: threads wait for each other longer than they work
    rng = np.random.default_rng(config.seed)
    weight = torch.from_numpy(start.copy()).requires_grad_(True)
    optimiser = torch.optim.Adam([weight], lr=config.learning_rate)
    shelves = [s for s in reader_slices(tastes.readers) if s.stop - s.start >= _SMALLEST_SHELF]
    score, accuracy = check(start)
    curve = [Epoch(0, float("nan"), accuracy, score)]
    best, best_matrix = curve[0], start
    with progress.task("Training the projection", config.epochs) as task:
        for epoch in range(1, config.epochs + 1):
            losses = []
            order = rng.permutation(len(shelves))
            for first in range(0, len(order), config.readers_a_batch):
                optimiser.zero_grad()
                for i in order[first : first + config.readers_a_batch]:
                    rows = np.arange(shelves[i].start, shelves[i].stop)
                    if len(rows) > config.shelf:
                        rows = rng.choice(rows, config.shelf, replace=False)
                    loss = _loss(inputs, weight, shelf, tastes, rows, config, constants)
                    (loss / config.readers_a_batch).backward()
                    losses.append(float(loss.detach()))
                optimiser.step()
            matrix = weight.detach().numpy().copy()
            score, accuracy = check(matrix)
            point = Epoch(
                epoch, float(np.mean(losses)) if losses else float("nan"), accuracy, score
            )
            curve.append(point)
            if point.score > best.score:
                best, best_matrix = point, matrix
            task.advance()
            task.note(f"validation {point.score:.4f}, best {best.score:.4f}")
            if epoch - best.epoch >= config.patience:
                break
    torch.set_num_threads(threads)
    return Trained(best_matrix.astype(np.float32), tuple(curve), best.epoch)


_SMALLEST_SHELF = 8  # a shelf of fewer books has next to no triplets


def _loss(  # type: ignore[no-untyped-def]
    inputs: np.ndarray,
    weight,
    shelf: Shelf,
    tastes: Tastes,
    rows: np.ndarray,
    config: ProjectionConfig,
    constants: Constants,
):
    """The loss at the head of this module for one shelf."""
    import torch

    books = tastes.books[rows]
    d = torch.from_numpy(tastes.residuals[rows]).float()
    own = shelf.vectors[books]
    fixed = weight_of(own @ own.T, constants) + kinship(shelf, books, books, constants)
    others = 1.0 - np.eye(len(books))
    scale = torch.from_numpy(same_time(shelf, books, books, constants) * others).float()
    keep = (torch.rand(inputs.shape[1]) >= config.dropout).float()
    z = torch.nn.functional.normalize((torch.from_numpy(inputs[books]) * keep) @ weight, dim=1)
    alike = constants.same_genres * torch.relu(z @ z.T) ** 2
    w = (torch.from_numpy(fixed).float() + alike) * scale  # (a, j)
    with torch.no_grad():
        total = w.sum(dim=1) + constants.shrinkage
        taste = (w @ d) / total
        u = (d - constants.alpha * taste)[:, None] * (d[None] - taste[:, None]) / total[:, None]
        u = u * torch.from_numpy(others).float()
        positive, negative = u.clamp(min=0), (-u).clamp(min=0)
        share = 1.0 / u.abs().sum(dim=1).clamp(min=1e-9)
        graded = positive[:, :, None] * negative[:, None, :] * share[:, None, None]
    slack = w[:, None, :] - w[:, :, None] + config.margin  # (a, p, n)
    terms = torch.nn.functional.softplus(slack / config.temperature) * config.temperature
    # √L: a long shelf says more, but of one reader only
    return (graded * terms).sum() / len(books) ** 0.5


def accuracy(shelf: Shelf, held_out: Tastes, constants: Constants) -> float:
    """Share of held-out triplets with w_ap > w_an, a tie half, NaN when there is none.

    Of each reader's held-out books, p fared more like the anchor a than n did; a triplet counts
    |d_a| · (s_a·(d_p - d_n))₊ with s_a the sign of d_a, whatever the prediction makes of it: so
    epochs compare.
    """
    right = total = 0.0
    for rows in reader_slices(held_out.readers):
        books, d = held_out.books[rows], held_out.residuals[rows]
        w = weights(shelf, History(books, d, 0.0), books, constants)
        gain = np.sign(d)[:, None, None] * (d[None, :, None] - d[None, None, :])
        graded = np.abs(d)[:, None, None] * np.maximum(0.0, gain)
        place = np.arange(len(books))
        graded[place, place, :] = graded[place, :, place] = 0.0
        ahead = (1.0 + np.sign(w[:, :, None] - w[:, None, :])) / 2.0
        right += float((graded * ahead).sum())
        total += float(graded.sum())
    return right / total if total else float("nan")
