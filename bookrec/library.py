"""The built-in library: the workspace inside the package, for who has none of their own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from bookrec.workspace import Workspace

SIMULATED = "starter (simulated)"


def built_in() -> Workspace:
    """The workspace inside the package; read-only."""
    return Workspace(Path(str(resources.files("bookrec") / "data" / "starter")))


def has_library(workspace: Workspace) -> bool:
    """Whether the workspace can recommend by itself."""
    return workspace.path("model.json").exists() and workspace.path("catalogue.sqlite").exists()
