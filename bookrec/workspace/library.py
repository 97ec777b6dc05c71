"""The built-in library: the workspace inside the package, used where a reader has none."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from bookrec.workspace.artefacts import CATALOGUE, GENRES, MEANS, MODEL, NEIGHBOURS, VECTORS
from bookrec.workspace.folder import Workspace

# What the package ships beside books.csv, the simulated ratings and the weights.
SHIPPED = (CATALOGUE, VECTORS, GENRES, NEIGHBOURS, MEANS)


def built_in() -> Workspace:
    """The workspace inside the package; read-only."""
    return Workspace(Path(str(resources.files("bookrec") / "starter")), packaged=True)


def has_library(workspace: Workspace) -> bool:
    """Whether the workspace can recommend by itself."""
    return all(workspace.path(name).exists() for name in (*SHIPPED, MODEL))


def library_for(workspace: Workspace) -> Workspace:
    """The workspace, or the built-in library when the workspace holds no library.

    A workspace with a catalogue and no model is kept: its error says which command comes next.
    """
    packaged = built_in()
    begun = workspace.path(CATALOGUE).exists()
    return workspace if has_library(workspace) or begun or not has_library(packaged) else packaged
