"""A workspace's books as the prediction sees them: the arrays that several stages share."""

from __future__ import annotations

import numpy as np

from bookrec.data.catalogue import Catalogue
from bookrec.model.projection import kind_features
from bookrec.scoring.means import Kind
from bookrec.scoring.predict import Shelf
from bookrec.workspace import Workspace

TEXT = "text_vectors.npy"  # float32 (N, 2E) of unit length, the half of no text zero
VECTORS = "vectors.npy"  # float32 (N, 2D) of unit length: texts, then readers (`projection`)
NEIGHBOURS = "neighbours.npy"  # (M, k) of `neighbours.ENTRY`, of the described books
GENRES = "genres.npy"  # float32 (N, G) of unit length, zero unknown


def load_shelf(workspace: Workspace, catalogue: Catalogue) -> Shelf:
    """What the similarity sees of all N books; vectors memory-mapped.

    Raises:
        MissingError: `train-projection` has not run.
        UnusableError: an array is damaged or not of this catalogue.
    """
    kin = catalogue.kin()
    return Shelf(
        workspace.array(VECTORS, len(kin)),
        kin[:, 0],
        kin[:, 1],
        workspace.array(GENRES, len(kin)),
        catalogue.years(),
        catalogue.volumes(),
    )


def load_text(workspace: Workspace, catalogue: Catalogue) -> np.ndarray:
    """The text vectors of all N books, float32 (N, 2E), memory-mapped.

    Raises:
        MissingError: `embed` has not run.
        UnusableError: the array is damaged or not of this catalogue.
    """
    return workspace.array(TEXT, len(catalogue))


def kind_of(text: np.ndarray, catalogue: Catalogue) -> Kind:
    """What tells these readers from the site's, of all N books, from text vectors (N, 2E)."""
    return Kind(kind_features(text, catalogue.described), catalogue.kin())
