"""The covariates of a book's prior: text components, author and series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.model.projection import centred, corpus_centre, principal_directions


def kind_features(vectors: np.ndarray, described: int) -> np.ndarray:
    """Leading principal components of text vectors (N, 2E) for the prior of the means, float64
    (N, F), scaled so that their mean spread is 1."""
    plain = centred(vectors, corpus_centre(vectors))
    found = np.asarray(plain @ principal_directions(plain[:described], _KINDS), dtype=np.float64)
    return np.asarray(found / max(1e-9, float(found.std(axis=0).mean())))


_KINDS = 64  # F; 256 fit no better


@dataclass(frozen=True)
class Kind:
    """What of N books tells these readers from the site's: `features` float64 (N, F) and `kin`
    int64 (N, 2), ids of author and series, -1 unknown."""

    features: np.ndarray
    kin: np.ndarray


def kind_of(text: np.ndarray, catalogue: Catalogue) -> Kind:
    """What tells these readers from the site's, of all N books, from text vectors (N, 2E)."""
    return Kind(kind_features(text, catalogue.described), catalogue.kin())
