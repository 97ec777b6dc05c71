"""Shell completion of titles, quoted for the shell."""

from __future__ import annotations

import os


def titles(incomplete: str) -> list[str]:
    """Return catalogue titles that begin with the text, most rated first; nothing on any error."""
    try:
        return _titles(incomplete)
    except Exception:
        return []


def _titles(incomplete: str) -> list[str]:
    from bookrec.finder.completion import titles_starting
    from bookrec.workspace.folder import open_workspace
    from bookrec.workspace.library import built_in, has_library

    workspace = open_workspace()
    library = workspace if has_library(workspace) else built_in()
    found = titles_starting(library.path("catalogue.sqlite"), incomplete)
    return [_Title(_quoted(title)) for title in found]


class _Title(str):
    """A completion that Typer keeps, though it may not begin with what was typed.

    "hobbit" is completed to "The Hobbit", and quoting adds backslashes.
    """

    def startswith(self, *_: object) -> bool:
        return True


def _quoted(title: str) -> str:
    """Escape the title for bash, which inserts a completion as it is, unless a quote is open."""
    words = os.environ.get("COMP_WORDS")
    if words is None or "complete_bash" not in os.environ.get("_BOOKREC_COMPLETE", ""):
        return title
    last = words.rsplit("\n", 1)[-1]
    if last.startswith(("'", '"')):
        return title
    return "".join(c if c.isalnum() or c in "-_.,:+/@%" else f"\\{c}" for c in title)
