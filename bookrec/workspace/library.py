"""The built-in library: the workspace inside the package, for who has none of their own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from bookrec.workspace.folder import Workspace

# What the package ships beside books.csv, the simulated ratings and the weights.
SHIPPED = ("catalogue.sqlite", "vectors.npy", "genres.npy", "neighbours.npy", "means.npy")


def built_in() -> Workspace:
    """The workspace inside the package; read-only."""
    return Workspace(Path(str(resources.files("bookrec") / "starter")), packaged=True)


def has_library(workspace: Workspace) -> bool:
    """Whether the workspace can recommend by itself."""
    return all(workspace.path(name).exists() for name in (*SHIPPED, "model.json"))
