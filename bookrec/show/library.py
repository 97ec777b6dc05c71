"""A message that the built-in library is used."""

from __future__ import annotations

from bookrec.show.screen import Screen
from bookrec.workspace.artefacts import CATALOGUE
from bookrec.workspace.folder import Workspace


def library_used(screen: Screen, library: Workspace) -> None:
    """Say so if the library is the built-in one, and how to get the full one."""
    if not library.packaged:
        return
    from bookrec.catalogue.database import Catalogue

    with Catalogue(library.path(CATALOGUE)) as catalogue:
        books = len(catalogue)
    screen.say(
        f"Using the built-in library ({books:,} books). For the full library, run "
        "`bookrec download && bookrec build`."
    )
