"""The covariates of a book's prior mean: principal components of its text, author and series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.model.projection import centred, corpus_centre, principal_directions

_COMPONENTS = 64  # F; 256 do not fit better


@dataclass(frozen=True)
class PriorCovariates:
    """Covariates of N books: `components` float64 (N, F) of their texts, author and series ids.

    They explain where the readers of the ratings differ from those of the whole site.
    """

    components: np.ndarray
    ids: BookIds


def prior_covariates(text: np.ndarray, catalogue: Catalogue) -> PriorCovariates:
    """Return the covariates of all N books from their text vectors (N, 2E)."""
    return PriorCovariates(text_components(text, catalogue.described), catalogue.ids())


def text_components(vectors: np.ndarray, described: int) -> np.ndarray:
    """Return the leading principal components of text vectors (N, 2E), float64 (N, F).

    The directions are fitted on the first `described` books. Components are scaled to an average
    standard deviation of 1.
    """
    plain = centred(vectors, corpus_centre(vectors))
    directions = principal_directions(plain[:described], _COMPONENTS)
    found = np.asarray(plain @ directions, dtype=np.float64)
    return np.asarray(found / max(1e-9, float(found.std(axis=0).mean())))
