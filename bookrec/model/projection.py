"""The projection: text vectors (n, 2E) and genres → book vectors (n, 2D); NumPy alone.

A book vector has two halves of D: what its texts say (their leading principal directions), and
where readers place it (a linear map of texts and genres, trained on who reads what). Trained with
torch (`triplets.py`), applied without it: centre, multiply, scale to unit length.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Projection:
    """`centre` float32 (2E,) is the mean text vector, `directions` float32 (2E, D) the leading
    directions of texts; `genres` are the G genres that are seen, each with its weight,
    `genre_centre` float32 (G,) their mean, and `matrix` float32 (2E + G, D) the learned map."""

    centre: np.ndarray
    directions: np.ndarray
    genres: dict[str, float]
    genre_centre: np.ndarray
    matrix: np.ndarray

    def inputs(self, vectors: np.ndarray, genres: Iterable[Sequence[str]]) -> np.ndarray:
        """What the learned map sees, float32 (n, 2E + G): text vectors (n, 2E) and n lists of
        genres, both centred; the part that a book lacks is zero."""
        kinds = genre_inputs(genres, self.genres)
        kinds -= self.genre_centre * np.any(kinds, axis=1, keepdims=True)
        return np.concatenate([centred(vectors, self.centre), _GENRE_SHARE * kinds], axis=1)

    def apply(self, vectors: np.ndarray, genres: Iterable[Sequence[str]]) -> np.ndarray:
        """Book vectors float32 (n, 2D) of unit length from text vectors (n, 2E) and n lists of
        genres: the texts' half, then the readers'."""
        inputs = self.inputs(vectors, genres)
        texts = unit_rows(inputs[:, : len(self.centre)] @ self.directions)
        return unit_rows(np.concatenate([texts, unit_rows(inputs @ self.matrix)], axis=1))

    def save(self, path: Path) -> None:
        """Write as safetensors, the genres in its metadata."""
        from safetensors.numpy import save_file

        names = ("centre", "directions", "genre_centre", "matrix")
        tensors = {name: np.ascontiguousarray(getattr(self, name)) for name in names}
        save_file(tensors, path, metadata={"genres": json.dumps(self.genres, ensure_ascii=False)})

    @classmethod
    def load(cls, path: Path) -> Projection:
        """Read what `save` wrote.

        Raises:
            ValueError, LookupError, TypeError: it wrote something else.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                genres = json.loads(file.metadata()["genres"])
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        return cls(genres=genres, **tensors)


_GENRE_SHARE = 0.7  # length of a book's genres beside its texts', which have length 1


def texts(vectors: np.ndarray) -> np.ndarray:
    """The texts' half of book vectors (n, 2D), float32 (n, D)."""
    return vectors[..., : vectors.shape[-1] // 2]


def learned(vectors: np.ndarray) -> np.ndarray:
    """The readers' half of book vectors (n, 2D), float32 (n, D)."""
    return vectors[..., vectors.shape[-1] // 2 :]


def centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Vectors less the centre; a half that is all zero (no description) stays zero.

    The centre of the corpus is what every text has in common: without it, every cosine is large
    and similar, and the weighted mean of a history is the reader's mean.
    """
    half = vectors.shape[1] // 2
    moved = vectors - centre
    for part in (slice(0, half), slice(half, None)):
        missing = ~np.any(vectors[:, part], axis=1)
        moved[missing, part] = 0.0
    return np.asarray(moved, dtype=np.float32)


def corpus_centre(vectors: np.ndarray) -> np.ndarray:
    """Mean of each half over the rows that have it, float32 (2E,)."""
    half = vectors.shape[1] // 2
    centre = np.zeros(vectors.shape[1], dtype=np.float32)
    for part in (slice(0, half), slice(half, None)):
        present = np.any(vectors[:, part], axis=1)
        if present.any():
            centre[part] = vectors[present][:, part].mean(axis=0)
    return centre


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to unit length; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def principal_directions(vectors: np.ndarray, dim: int) -> np.ndarray:
    """The leading `dim` principal directions (2E, dim) of centred vectors, each of unit length."""
    covariance = np.asarray(vectors.T @ vectors, dtype=np.float64) / max(1, len(vectors))
    _, directions = np.linalg.eigh(covariance)
    return np.asarray(directions[:, ::-1][:, :dim], dtype=np.float32)


GENRES = 120  # G, the commonest; with 60 or 300 the prediction is no better


def genre_names(genres: Sequence[Sequence[str]]) -> dict[str, float]:
    """The commonest genres of described books (M lists) and their weight, log(M / books with it):
    two books that are both "Fiction" say little of each other."""
    counts = Counter(g for own in genres for g in own)
    return {g: math.log(len(genres) / n) for g, n in counts.most_common(GENRES)}


def genre_inputs(genres: Iterable[Sequence[str]], names: dict[str, float]) -> np.ndarray:
    """Weighted genres, float32 (n, G) of unit length; zero where none is known."""
    place = {name: i for i, name in enumerate(names)}
    rows = [[g for g in own if g in place] for own in genres]
    found = np.zeros((len(rows), len(names)), dtype=np.float32)
    for row, own in enumerate(rows):
        for g in own:
            found[row, place[g]] = names[g]
    return unit_rows(found)


def health(vectors: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """Signs of collapse over a sample of 2,000 rows: the mean off-diagonal cosine (near 0 is
    well) and the effective rank (exp of the entropy of the spectrum; 1 is collapsed)."""
    rows = vectors[rng.choice(len(vectors), min(2000, len(vectors)), replace=False)]
    gram = np.asarray(rows @ rows.T, dtype=np.float64)
    n = len(rows)
    cosine = (gram.sum() - np.trace(gram)) / max(1, n * (n - 1))
    spectrum = np.linalg.eigvalsh(rows.T.astype(np.float64) @ rows)
    share = np.clip(spectrum, 1e-12, None) / max(1e-12, spectrum.sum())
    return {
        "mean_cosine": float(cosine),
        "effective_rank": float(np.exp(-(share * np.log(share)).sum())),
    }
