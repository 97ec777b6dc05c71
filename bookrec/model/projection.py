"""The projection from text vectors and genres to book vectors, in NumPy.

    x = [t - t̄, .7·(g - ḡ)]
    v = unit([unit((t - t̄) P), unit(x W)])

t is the text vector of a book (2E,), g its genre vector (G,), t̄ and ḡ are their means (`centre`,
`genre_centre`). P (2E, D) holds the leading principal directions of the text vectors
(`directions`). W (2E + G, D) is the learned map (`matrix`): `triplets.py` trains it on who reads
what. A missing description and missing genres are zero in x.

v (2D,) has a text half and a learned half. Both have length √½, so twice the dot product of two
halves is their cosine.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_GENRE_SCALE = 0.7  # length of a genre vector; a text vector has length 1
_MAX_GENRES = 120  # G, the most frequent ones; 60 or 300 do not improve the predicted stars


@dataclass(frozen=True)
class Projection:
    """A fitted projection.

    `centre` float32 (2E,), `directions` float32 (2E, D), `genre_centre` float32 (G,) and `matrix`
    float32 (2E + G, D) as above. `genres` maps each of the G genres in use to its weight.
    """

    centre: np.ndarray
    directions: np.ndarray
    genres: dict[str, float]
    genre_centre: np.ndarray
    matrix: np.ndarray

    def inputs(self, vectors: np.ndarray, genres: np.ndarray) -> np.ndarray:
        """Return x float32 (n, 2E + G) from text vectors (n, 2E) and genre vectors (n, G)."""
        moved = genres - self.genre_centre * np.any(genres, axis=1, keepdims=True)
        return np.concatenate([centred(vectors, self.centre), _GENRE_SCALE * moved], axis=1)

    def apply(self, vectors: np.ndarray, genres: np.ndarray) -> np.ndarray:
        """Return book vectors v float32 (n, 2D) from text vectors (n, 2E) and genre vectors (n, G).

        `genre_inputs` makes the genre vectors from names.
        """
        inputs = self.inputs(vectors, genres)
        text = unit_rows(inputs[:, : len(self.centre)] @ self.directions)
        return unit_rows(np.concatenate([text, unit_rows(inputs @ self.matrix)], axis=1))

    def save(self, path: Path) -> None:
        """Write a safetensors file with the genres in its metadata."""
        from safetensors.numpy import save_file

        names = ("centre", "directions", "genre_centre", "matrix")
        tensors = {name: np.ascontiguousarray(getattr(self, name)) for name in names}
        save_file(tensors, path, metadata={"genres": json.dumps(self.genres, ensure_ascii=False)})

    @classmethod
    def load(cls, path: Path) -> Projection:
        """Read a file written by `save`.

        Raises:
            ValueError, LookupError, TypeError: The file has other contents.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                genres = json.loads(file.metadata()["genres"])
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        return cls(genres=genres, **tensors)


def text_half(vectors: np.ndarray) -> np.ndarray:
    """Return the text half (…, D) of book vectors (…, 2D)."""
    return vectors[..., : vectors.shape[-1] // 2]


def learned_half(vectors: np.ndarray) -> np.ndarray:
    """Return the learned half (…, D) of book vectors (…, 2D)."""
    return vectors[..., vectors.shape[-1] // 2 :]


def centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return text vectors (n, 2E) minus their mean (2E,); the half of a missing text stays zero.

    All text vectors share a large mean component. Without centring, every cosine is high, and the
    similarity-weighted mean of a history is close to its plain mean.
    """
    half = vectors.shape[1] // 2
    moved = vectors - centre
    for part in (slice(0, half), slice(half, None)):
        missing = ~np.any(vectors[:, part], axis=1)
        moved[missing, part] = 0.0
    return np.asarray(moved, dtype=np.float32)


def corpus_centre(vectors: np.ndarray) -> np.ndarray:
    """Return the mean float32 (2E,) of text vectors, each half over the rows that have it."""
    half = vectors.shape[1] // 2
    centre = np.zeros(vectors.shape[1], dtype=np.float32)
    for part in (slice(0, half), slice(half, None)):
        present = np.any(vectors[:, part], axis=1)
        if present.any():
            centre[part] = vectors[present][:, part].mean(axis=0)
    return centre


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Return rows scaled to unit length; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def principal_directions(vectors: np.ndarray, dim: int) -> np.ndarray:
    """Return the `dim` leading principal directions of centred vectors (n, F).

    They are the orthonormal columns of a float32 array (F, dim).
    """
    covariance = np.asarray(vectors.T @ vectors, dtype=np.float64) / max(1, len(vectors))
    _, directions = np.linalg.eigh(covariance)
    return np.asarray(directions[:, ::-1][:, :dim], dtype=np.float32)


def genre_weights(genres: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the most frequent genres of M books with their inverse document frequency.

    The weight is ln(M / number of books with the genre): a common genre such as "Fiction" says
    little about the similarity of two books.
    """
    counts = Counter(g for own in genres for g in own)
    return {g: math.log(len(genres) / n) for g, n in counts.most_common(_MAX_GENRES)}


def genre_inputs(genres: Iterable[Sequence[str]], weights: dict[str, float]) -> np.ndarray:
    """Return genre vectors float32 (n, G) of unit length; zero for a book without known genres."""
    place = {name: i for i, name in enumerate(weights)}
    rows = [[g for g in own if g in place] for own in genres]
    found = np.zeros((len(rows), len(weights)), dtype=np.float32)
    for row, own in enumerate(rows):
        for g in own:
            found[row, place[g]] = weights[g]
    return unit_rows(found)


def health(vectors: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """Return signs of collapse, measured on a sample of 2,000 vectors.

    `mean_cosine` is taken over pairs of different rows; near 0 is healthy. `effective_rank` is the
    exponential of the entropy of the normalised spectrum; 1 means full collapse.
    """
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
