"""Completion of titles, quoted as the shell needs them."""

from __future__ import annotations

import os


def titles(incomplete: str) -> list[str]:
    """Titles of the catalogue that begin as typed, most rated first; silent about all errors."""
    try:
        return _titles(incomplete)
    except Exception:
        return []


def _titles(incomplete: str) -> list[str]:
    from bookrec.catalogue.completion import titles_starting
    from bookrec.workspace.folder import open_workspace
    from bookrec.workspace.library import built_in, has_library

    mine = open_workspace()
    library = mine if has_library(mine) else built_in()
    found = titles_starting(library.path("catalogue.sqlite"), incomplete)
    return [_Title(_quoted(title)) for title in found]


class _Title(str):
    """Typer drops completions that do not begin literally as typed: "the hob", "hobbit"."""

    def startswith(self, *_: object) -> bool:
        return True


def _quoted(title: str) -> str:
    """For bash, which takes a completion as typed: spaces escaped, unless a quote is open."""
    words = os.environ.get("COMP_WORDS")
    if words is None or "complete_bash" not in os.environ.get("_BOOKREC_COMPLETE", ""):
        return title
    last = words.rsplit("\n", 1)[-1]
    if last.startswith(("'", '"')):
        return title
    return "".join(c if c.isalnum() or c in "-_.,:+/@%" else f"\\{c}" for c in title)
