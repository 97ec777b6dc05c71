"""The folder of artefacts: what is in it, how it is written, and whether it is fresh."""

from bookrec.workspace.folder import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]
