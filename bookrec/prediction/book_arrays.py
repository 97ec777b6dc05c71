"""The arrays over all books that predictions are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.workspace.artefacts import GENRES, TEXT, VECTORS
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class BookArrays:
    """Vectors, ids, genres and years of all N books, from which similarities are computed.

    `vectors` float32 (N, W) of unit length. `genres` float32 (N, G) of unit length, shorter where
    they are guessed (`model.genre_completion`), zero where unknown. `years` float64 (N,), NaN where
    unknown. Without genres or years, their terms are left out.
    """

    vectors: np.ndarray
    ids: BookIds
    genres: np.ndarray | None = None
    years: np.ndarray | None = None


def load_book_arrays(workspace: Workspace, catalogue: Catalogue) -> BookArrays:
    """Load the arrays of a workspace; vectors and genres are memory-mapped.

    Raises:
        MissingError: `train-projection` has not run.
        UnusableError: An array is damaged or belongs to another catalogue.
    """
    ids = catalogue.ids()
    return BookArrays(
        workspace.array(VECTORS, len(ids)),
        ids,
        workspace.array(GENRES, len(ids)),
        catalogue.years(),
    )


def load_text(workspace: Workspace, catalogue: Catalogue) -> np.ndarray:
    """Load the text vectors of all N books, float32 (N, 2E), memory-mapped.

    Raises:
        MissingError: `embed` has not run.
        UnusableError: The array is damaged or belongs to another catalogue.
    """
    return workspace.array(TEXT, len(catalogue))
