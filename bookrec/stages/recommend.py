"""A title, a reader's history or their words → ranked books, each with its stars and its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.filters import Allowed, allowed
from bookrec.config import Filters, ListOptions
from bookrec.errors import BookrecError, TitleError, UsageError
from bookrec.histories.reading import Unmatched
from bookrec.histories.request import Request, read_base, read_seeds
from bookrec.model.book_encoder import Loader, load_encoder
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import listed, ranked
from bookrec.prediction.reasons import Reasons, reasons
from bookrec.prediction.taste import Taste, taste_of
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class Recommendation:
    """A book's place in the list, what this reader would give it, and why."""

    rank: int
    reasons: Reasons

    def as_dict(self) -> dict[str, Any]:
        """The JSON of the command line's contract."""
        return {"rank": self.rank, **self.reasons.as_dict()}


@dataclass(frozen=True)
class RecommendResult:
    """The list, and remarks for the reader (what a title was taken as, what was not found)."""

    recommendations: tuple[Recommendation, ...]
    notes: tuple[str, ...]
    unmatched: tuple[Unmatched, ...] = ()


def run(
    workspace: Workspace,
    request: Request,
    filters: Filters,
    options: ListOptions,
    home: Path | None = None,
    load: Loader = load_encoder,
) -> RecommendResult:
    """Recommend from the workspace's catalogue; `home` keeps vectors of texts outside it.

    Raises:
        MissingError: the workspace lacks what `bookrec build` makes.
        TitleError: a seed is not there, or could be several.
        UsageError: nothing to go by, an option or a history file that cannot be used.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        reading = read_seeds(catalogue, request) + read_base(catalogue, request)
        loaded = LoadedModel.load(workspace, catalogue)
        rules = allowed(catalogue, filters)
        taste = taste_of(loaded, reading, request, home or workspace.root, load)
        found = _list(loaded, taste, options, rules)
    return RecommendResult(found, (*taste.notes, *_passing(rules)), reading.unmatched)


def run_batch(
    workspace: Workspace,
    request: Request,
    filters: Filters,
    options: ListOptions,
    lines: Iterator[str],
    parse: Callable[[str], tuple[str, float | None]],
    home: Path | None = None,
    load: Loader = load_encoder,
    missed: Callable[[tuple[Unmatched, ...]], None] | None = None,
) -> Iterator[tuple[str, RecommendResult | BookrecError]]:
    """One list a line, with all else the same; an error of a line is handed on with it.

    `missed` is told first which rows of the history found no book.

    Raises:
        MissingError, UsageError: as `run`.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        base = read_base(catalogue, request)
        if missed is not None:
            missed(base.unmatched)
        loaded = LoadedModel.load(workspace, catalogue)
        rules = allowed(catalogue, filters)
        for line in lines:
            try:
                one = replace(request, seeds=(parse(line),))
                reading = read_seeds(catalogue, one) + base
                taste = taste_of(loaded, reading, one, home or workspace.root, load)
            except (TitleError, UsageError) as error:
                yield line, error
            else:
                yield line, RecommendResult(_list(loaded, taste, options, rules), taste.notes)


def _list(
    loaded: LoadedModel, taste: Taste, options: ListOptions, rules: Allowed
) -> tuple[Recommendation, ...]:
    chosen = listed(loaded, taste, options, ranked(loaded, taste, options, rules))
    named = 3 if options.explain else 0
    return tuple(
        Recommendation(rank, reasons(loaded, taste, book, named))
        for rank, book in enumerate(loaded.catalogue.books(chosen), 1)
    )


def _passing(rules: Allowed) -> list[str]:
    """Which filters let books pass whose value nobody knows."""
    return [
        f"--{name} lets books pass of which that is not known: {n:,}."
        for name, n in rules.unknown.items()
    ]
