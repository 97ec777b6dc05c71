"""The workspace: a folder of artefacts, their records, and whether they are up to date."""

from bookrec.workspace.folder import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]
