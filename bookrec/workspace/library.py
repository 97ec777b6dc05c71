"""The built-in library: a workspace inside the package, used until the user builds one."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from bookrec.workspace.artefacts import CATALOGUE, GENRES, MEANS, MODEL, NEIGHBOURS, VECTORS
from bookrec.workspace.folder import Workspace

# Artefacts of the package, besides `PROJECTION` and `MODEL`.
SHIPPED = (CATALOGUE, VECTORS, GENRES, NEIGHBOURS, MEANS)


def built_in() -> Workspace:
    """Return the read-only workspace inside the package."""
    return Workspace(Path(str(resources.files("bookrec") / "starter")), packaged=True)


def has_library(workspace: Workspace) -> bool:
    """Whether the workspace has every artefact that a recommendation needs."""
    return all(workspace.path(name).exists() for name in (*SHIPPED, MODEL))


def library_for(workspace: Workspace) -> Workspace:
    """Return the workspace, or the built-in library if the workspace has no catalogue.

    A workspace with a catalogue but no model is returned too: the error that follows names the
    command to run next.
    """
    packaged = built_in()
    started = workspace.path(CATALOGUE).exists()
    return packaged if not started and has_library(packaged) else workspace
