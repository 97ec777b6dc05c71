"""`recommend`: a list of books for one reader, each with its predicted rating and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookrec.catalogue.database import Catalogue
from bookrec.config import Filters, ListOptions
from bookrec.errors import BookrecError, TitleError, UsageError
from bookrec.finder.filters import Allowed, allowed
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
    """A book of the list: its rank, its predicted rating and the reasons for it."""

    rank: int
    reasons: Reasons

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object documented in docs/cli.md."""
        return {"rank": self.rank, **self.reasons.as_dict()}


@dataclass(frozen=True)
class RecommendResult:
    """The list, notes for the reader, and the rows of the history that matched no book.

    Notes say, for example, which book a title was taken to be.
    """

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
    """Recommend books from the workspace's catalogue.

    `home` is the folder of the cache for vectors of texts outside the catalogue; the default is the
    workspace.

    Raises:
        MissingError: an artefact that `bookrec build` makes is missing or unusable.
        TitleError: a title is unknown or ambiguous.
        UsageError: the request names no taste, or an option or a history file is invalid.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        reading = read_seeds(catalogue, request) + read_base(catalogue, request)
        loaded = LoadedModel.load(workspace, catalogue)
        rules = allowed(catalogue, filters)
        taste = taste_of(loaded, reading, request, home or workspace.root, load)
        found = _list(loaded, taste, options, rules)
    return RecommendResult(found, (*taste.notes, *rules.notes), reading.unmatched)


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
    say: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, RecommendResult | BookrecError]]:
    """Yield each line with its list, or with the error that it caused.

    A line names one seed, which `parse` reads; the rest of the request is the same for all lines.
    Before the first list, `missed` is called once with the rows of the history that matched no
    book, and `say` with each note about the filters.

    Raises:
        MissingError, TitleError, UsageError: as `run`, for the part shared by all lines.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        base = read_base(catalogue, request)
        if missed is not None:
            missed(base.unmatched)
        loaded = LoadedModel.load(workspace, catalogue)
        rules = allowed(catalogue, filters)
        if say is not None:
            for note in rules.notes:
                say(note)
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
