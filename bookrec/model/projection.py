"""The projection: text vectors (n, 2E) → book vectors (n, D), with NumPy alone.

Trained with torch (`triplets.py`), applied without it: centre, multiply, scale to unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Projection:
    """`centre` float32 (2E,) is the mean text vector, `matrix` float32 (2E, D)."""

    centre: np.ndarray
    matrix: np.ndarray

    def apply(self, vectors: np.ndarray) -> np.ndarray:
        """Book vectors float32 (n, D) of unit length from text vectors (n, 2E)."""
        return unit_rows(centred(vectors, self.centre) @ self.matrix)

    def save(self, path: Path, about: dict[str, str]) -> None:
        """Write as safetensors, `about` in its metadata."""
        from safetensors.numpy import save_file

        tensors = {"centre": self.centre, "matrix": np.ascontiguousarray(self.matrix)}
        save_file(tensors, path, metadata=about)

    @classmethod
    def load(cls, path: Path) -> Projection:
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        tensors = load_file(path)
        return cls(tensors["centre"], tensors["matrix"])


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
