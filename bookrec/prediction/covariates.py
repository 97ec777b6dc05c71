"""The covariates of a book's prior mean: text components, author and series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.model.projection import centred, corpus_centre, principal_directions

_COMPONENTS = 64  # F; 256 fit no better


@dataclass(frozen=True)
class PriorCovariates:
    """What the prior of N books is fitted on: `components` float64 (N, F) of their texts, and their
    `ids`. They explain where these readers differ from the site's."""

    components: np.ndarray
    ids: BookIds


def prior_covariates(text: np.ndarray, catalogue: Catalogue) -> PriorCovariates:
    """The covariates of all N books, from text vectors (N, 2E)."""
    return PriorCovariates(text_components(text, catalogue.described), catalogue.ids())


def text_components(vectors: np.ndarray, described: int) -> np.ndarray:
    """The leading principal components of text vectors (N, 2E), float64 (N, F).

    The directions are those of the first `described` books; the components are scaled to a mean
    spread of 1.
    """
    plain = centred(vectors, corpus_centre(vectors))
    directions = principal_directions(plain[:described], _COMPONENTS)
    found = np.asarray(plain @ directions, dtype=np.float64)
    return np.asarray(found / max(1e-9, float(found.std(axis=0).mean())))
