"""`merge`: the raw files → the catalogue of works and the readers' ratings of them."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.derived import mark_kinds
from bookrec.catalogue.genres import common_spellings
from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.learned_series import learn_series
from bookrec.catalogue.matching import MATCH_OUTCOMES, TitleMatch, TitleMatcher, vocabulary_of
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.same_person import one_spelling
from bookrec.catalogue.series_completion import complete_series
from bookrec.catalogue.titles import Title, parse_title
from bookrec.catalogue.works import Work
from bookrec.catalogue.writing import write_catalogue
from bookrec.config import MergeConfig
from bookrec.errors import MissingError
from bookrec.progress import Progress
from bookrec.sources.raw_files import RawFiles, find_raw_files
from bookrec.sources.raw_rows import RawRows, read_rows
from bookrec.workspace.artefacts import CATALOGUE
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import folder_fingerprint, staleness
from bookrec.workspace.records import download_digest, write_record

ARTEFACT = CATALOGUE
_COMMON_GENRE = 5  # works; a rarer label is one reader's shelf, not a genre


@dataclass(frozen=True)
class MergeReport:
    """Counts of what `merge` read, dropped and matched."""

    book_rows: int
    metadata_rows: int
    metadata_rows_kept: int
    rating_rows: int
    readers: int
    dropped: dict[str, int]  # rows by reason
    works: int
    described: int  # works that may be recommended
    editions_merged: int  # editions beyond the first of each work
    titles_only: int  # rated titles that match no work
    ratings: int
    matched: dict[str, int]  # rating rows by how their title was matched
    matched_titles: dict[str, int]  # distinct titles by how they were matched
    fuzzy_titles: dict[str, str]  # title → work, for each match that is not exact
    files_ignored: list[str]

    @property
    def share_matched(self) -> float:
        """Share of rating rows whose title matched a work, 0 to 1."""
        found = sum(n for how, n in self.matched.items() if how not in ("ambiguous", "unknown"))
        return found / max(1, self.rating_rows)


@dataclass(frozen=True)
class MergeResult:
    """The catalogue's path and its report; `skipped` if the catalogue was up to date."""

    path: Path
    report: dict[str, Any]
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: MergeConfig, progress: Progress) -> MergeResult:
    """Merge the raw files of a folder into `catalogue.sqlite`.

    Raises:
        MissingError: the folder holds no books file.
    """
    folder = (config.raw or workspace.raw).absolute()
    inputs, path = {"raw": folder_fingerprint(folder)}, workspace.path(ARTEFACT)
    if not staleness(workspace, ARTEFACT, config, inputs):
        with Catalogue(path) as catalogue:
            return MergeResult(path, catalogue.fact("report", {}), True, 0.0)
    started = time.monotonic()
    files = find_raw_files(folder)
    if not files.best_books:
        raise MissingError(
            f"There is no books file in {folder}.",
            "Run `bookrec download`, or name a folder that has the CSVs with --raw.",
        )
    with workspace.locked():
        counts = {"downloaded": download_digest(workspace)}
        report, works, contents, titles, ratings = _merge(files, progress)
        figures = {**dataclasses.asdict(report), "share_matched": report.share_matched}
        facts = {"report": figures, "data": _data_label(folder)}
        with workspace.replacing(ARTEFACT) as temporary:
            write_catalogue(temporary, works, titles, ratings, facts, contents)
        seconds = time.monotonic() - started
        config = dataclasses.replace(config, raw=_recorded_path(workspace, folder))
        write_record(workspace, ARTEFACT, config, inputs, counts, seconds)
    return MergeResult(path, figures, False, seconds)


def _recorded_path(workspace: Workspace, folder: Path) -> Path:
    """Return a folder inside the workspace as a relative path, so that the workspace can move."""
    root = workspace.root.absolute()
    return folder.relative_to(root) if folder.is_relative_to(root) else folder


def _data_label(folder: Path) -> str:
    """Return "starter (simulated)" for the raw files of the built-in library, else "goodreads"."""
    starter = (folder / "starter").is_dir() or folder.name == "starter"
    return "starter (simulated)" if starter else "goodreads"


def _merge(
    files: RawFiles, progress: Progress
) -> tuple[MergeReport, list[Work], list[tuple[int, int]], list[Title], Ratings]:
    raw = read_rows(files, progress)
    with progress.task("Grouping editions into works"):
        works = build_works(complete_series(one_spelling([*raw.books, *raw.metadata])))
        vocabulary = vocabulary_of(works)
        works, refused = learn_series(works, raw.title_counts, vocabulary)
        works, contents = mark_kinds(_common_genres(works))
    matcher = TitleMatcher(works, vocabulary)
    with progress.task("Matching rated titles", len(raw.title_counts)) as task:
        matches = matcher.match_all((t for t in raw.title_counts if t not in refused), task.advance)
    works, matches, contents = _described_first(works, matches, contents)
    titles, book_of = _number_titles(raw.title_counts, matches, len(works))
    rows = raw.ratings
    ratings = Ratings.folded(rows["reader"], rows["title"].map(book_of), rows["stars"])
    report = _report(files, raw, works, matches, titles, ratings)
    return report, works, contents, titles, ratings


def _common_genres(works: list[Work]) -> list[Work]:
    """Give each genre its most frequent spelling, and remove genres that few works have."""
    spelling = common_spellings(Counter(g for w in works for g in w.genres))
    named = [tuple(dict.fromkeys(spelling[g] for g in w.genres)) for w in works]
    counts = Counter(g for own in named for g in own)
    return [
        dataclasses.replace(w, genres=tuple(g for g in own if counts[g] >= _COMMON_GENRE))
        for w, own in zip(works, named, strict=True)
    ]


def _described_first(
    works: list[Work], matches: dict[str, TitleMatch], contents: list[tuple[int, int]]
) -> tuple[list[Work], dict[str, TitleMatch], list[tuple[int, int]]]:
    """Move described works to the front, drop the others unless they are rated, and renumber."""
    rated = {m.work for m in matches.values()}
    order = [i for i, w in enumerate(works) if w.described]
    order += [i for i, w in enumerate(works) if not w.described and i in rated]
    place = {old: new for new, old in enumerate(order)}
    moved = {
        title: TitleMatch(place[m.work], m.outcome) if m.work is not None else m
        for title, m in matches.items()
    }
    kept = [(place[a], place[b]) for a, b in contents if a in place and b in place]
    return [works[i] for i in order], moved, kept


def _number_titles(
    rated: Iterable[str], matches: dict[str, TitleMatch], works: int
) -> tuple[list[Title], dict[str, int]]:
    """Return the titles that match no work, and the book number of every rated title.

    A matched title has the number of its work. Titles that match no work are numbered after the
    `works` works. An ambiguous title counts as unmatched, so that its ratings still enter the
    reader's mean.
    """
    unmatched: list[Title] = []
    number_of: dict[str, int] = {}
    book_of: dict[str, int] = {}
    for raw in rated:
        match = matches.get(raw)
        if match is not None and match.work is not None:
            book_of[raw] = match.work
            continue
        title = parse_title(raw)
        key = raw if title.series else title.full
        if key not in number_of:
            number_of[key] = works + len(unmatched)
            unmatched.append(title)
        book_of[raw] = number_of[key]
    return unmatched, book_of


def _report(
    files: RawFiles,
    raw: RawRows,
    works: list[Work],
    matches: dict[str, TitleMatch],
    titles: list[Title],
    ratings: Ratings,
) -> MergeReport:
    matched: Counter[str] = Counter()
    for title, rows in raw.title_counts.items():
        matched[matches[title].outcome if title in matches else "unknown"] += rows
    return MergeReport(
        book_rows=len(raw.books),
        metadata_rows=raw.metadata_rows,
        metadata_rows_kept=len(raw.metadata),
        rating_rows=len(raw.ratings),
        readers=len(set(ratings.readers.tolist())),
        dropped=dict(raw.dropped),
        works=len(works),
        described=sum(w.described for w in works),
        editions_merged=sum(len(w.editions) - 1 for w in works),
        titles_only=len(titles),
        ratings=len(ratings),
        matched={how: matched[how] for how in MATCH_OUTCOMES},
        matched_titles=dict(Counter(m.outcome for m in matches.values())),
        fuzzy_titles={
            t: f"{works[m.work].title} by {', '.join(works[m.work].authors) or 'unknown'}"
            for t, m in sorted(matches.items())
            if m.work is not None and m.outcome != "exact"
        },
        files_ignored=[p.name for p in files.others],
    )
