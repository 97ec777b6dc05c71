"""Raw files → one catalogue of works with descriptions, and the readers' ratings of them."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.languages import LanguageDetector
from bookrec.catalogue.learned_series import learn_series
from bookrec.catalogue.matching import MATCH_OUTCOMES, TitleMatch, TitleMatcher, vocabulary_of
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.titles import Title, parse_title
from bookrec.catalogue.works import Edition, Work
from bookrec.catalogue.writing import write_catalogue
from bookrec.config import MergeConfig
from bookrec.errors import MissingError
from bookrec.progress import Progress
from bookrec.sources.book_files import read_best_books, read_metadata
from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import RawFiles, find_raw_files
from bookrec.workspace.artefacts import CATALOGUE
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import folder_fingerprint, staleness
from bookrec.workspace.records import download_digest, write_record

if TYPE_CHECKING:
    import pandas as pd

ARTEFACT = CATALOGUE
_COMMON_GENRE = 5  # a label on fewer works is one reader's shelf, not a genre


@dataclass(frozen=True)
class MergeReport:
    """What `merge` read, dropped and found; every number is a count of rows or works."""

    book_rows: int
    metadata_rows: int
    metadata_rows_kept: int
    rating_rows: int
    readers: int
    dropped: dict[str, int]
    works: int
    described: int
    editions_merged: int
    titles_only: int
    ratings: int
    matched: dict[str, int]  # rating rows by how their title was matched
    matched_titles: dict[str, int]  # distinct titles likewise
    fuzzy_titles: dict[str, str]  # every title matched other than exactly → its work
    files_ignored: list[str]

    @property
    def share_matched(self) -> float:
        """Share of rating rows whose title found a work."""
        found = sum(n for how, n in self.matched.items() if how not in ("ambiguous", "unknown"))
        return found / max(1, self.rating_rows)


@dataclass(frozen=True)
class MergeResult:
    """`skipped` says that the catalogue was up to date."""

    path: Path
    report: dict[str, Any]
    skipped: bool
    seconds: float


def run(workspace: Workspace, config: MergeConfig, progress: Progress) -> MergeResult:
    """Merge the raw files of a folder into `catalogue.sqlite`.

    Raises:
        MissingError: the folder has no file of books.
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
            f"There is no file of books in {folder}.",
            "Run `bookrec download` first, or name a folder with the CSVs: `--raw DIR`.",
        )
    with workspace.locked():
        counts = {"downloaded": download_digest(workspace)}
        report, works, titles, ratings = _merge(files, progress)
        figures = {**dataclasses.asdict(report), "share_matched": report.share_matched}
        facts = {"report": figures, "data": _data_name(folder)}
        with workspace.replacing(ARTEFACT) as temporary:
            write_catalogue(temporary, works, titles, ratings, facts)
        seconds = time.monotonic() - started
        config = dataclasses.replace(config, raw=_lasting(workspace, folder))
        write_record(workspace, ARTEFACT, config, inputs, counts, seconds)
    return MergeResult(path, figures, False, seconds)


def _lasting(workspace: Workspace, folder: Path) -> Path:
    """A folder of the workspace by its name in there: a workspace may be moved."""
    root = workspace.root.absolute()
    return folder.relative_to(root) if folder.is_relative_to(root) else folder


def _merge(
    files: RawFiles, progress: Progress
) -> tuple[MergeReport, list[Work], list[Title], Ratings]:
    dropped: Counter[str] = Counter()
    with _reading("books", files.best_books, progress) as advance:
        books = [e for path in files.best_books for e in read_best_books(path, dropped, advance)]
    with _reading("ratings", files.ratings, progress) as advance:
        rows = read_ratings(files.ratings, dropped, advance)
    counts = Counter(rows["title"])
    wanted = _Wanted(_titles(books, counts))
    with _reading("metadata", files.metadata, progress) as advance:
        metadata = [
            e for path in files.metadata for e in read_metadata(path, dropped, advance, wanted)
        ]
    books = _detect_languages(books, progress)
    with progress.task("Grouping editions into works"):
        works = build_works([*books, *metadata])
        vocabulary = vocabulary_of(works)
        works, refused = learn_series(works, counts, vocabulary)
        works = _common_genres(works)
    matcher = TitleMatcher(works, vocabulary)
    with progress.task("Matching the ratings' titles", len(counts)) as task:
        matches = matcher.match_all((t for t in counts if t not in refused), task.advance)
    works, matches = _keep(works, matches)
    titles, ratings = _ratings(rows, matches, len(works))
    by_how: Counter[str] = Counter()
    for title, n in counts.items():
        by_how[matches[title].outcome if title in matches else "unknown"] += n
    report = MergeReport(
        book_rows=len(books),
        metadata_rows=wanted.asked,
        metadata_rows_kept=len(metadata),
        rating_rows=len(rows),
        readers=len(set(ratings.readers.tolist())),
        dropped=dict(dropped),
        works=len(works),
        described=sum(w.described for w in works),
        editions_merged=sum(len(w.editions) - 1 for w in works),
        titles_only=len(titles),
        ratings=len(ratings),
        matched={how: by_how[how] for how in MATCH_OUTCOMES},
        matched_titles=dict(Counter(m.outcome for m in matches.values())),
        fuzzy_titles={
            t: f"{works[m.work].title} by {', '.join(works[m.work].authors) or 'unknown'}"
            for t, m in sorted(matches.items())
            if m.work is not None and m.outcome != "exact"
        },
        files_ignored=[p.name for p in files.others],
    )
    return report, works, titles, ratings


@contextmanager
def _reading(what: str, paths: list[Path], progress: Progress) -> Iterator[Callable[[int], None]]:
    """A bar of the files' bytes."""
    with progress.task(f"Reading {what}", sum(p.stat().st_size for p in paths)) as task:
        yield task.advance


@dataclass
class _Wanted:
    """Whether a metadata row is kept: it lends to a book, or a rating names it.

    The full set holds 1.85 million rows; nobody rated most of them. `asked` counts them.
    """

    titles: set[str]
    asked: int = 0

    def __call__(self, title: Title) -> bool:
        self.asked += 1
        return title.full in self.titles or title.core in self.titles


def _titles(books: list[Edition], rated: Counter[str]) -> set[str]:
    """The normal forms of every book's and every rating's title."""
    titles = [e.title for e in books] + [parse_title(t) for t in rated]
    return {t.full for t in titles} | {t.core for t in titles}


def _detect_languages(books: list[Edition], progress: Progress) -> list[Edition]:
    detect = LanguageDetector()
    with progress.task("Telling the languages", len(books)) as task:
        told = []
        for edition in books:
            if edition.description and not edition.language:
                edition = dataclasses.replace(edition, language=detect(edition.description))
            told.append(edition)
            task.advance()
    return told


def _common_genres(works: list[Work]) -> list[Work]:
    counts = Counter(g for w in works for g in w.genres)
    return [
        dataclasses.replace(w, genres=tuple(g for g in w.genres if counts[g] >= _COMMON_GENRE))
        for w in works
    ]


def _keep(
    works: list[Work], matches: dict[str, TitleMatch]
) -> tuple[list[Work], dict[str, TitleMatch]]:
    """Described works first; of the others only those that somebody rated."""
    rated = {m.work for m in matches.values()}
    order = [i for i, w in enumerate(works) if w.described]
    order += [i for i, w in enumerate(works) if not w.described and i in rated]
    place = {old: new for new, old in enumerate(order)}
    moved = {
        title: TitleMatch(place[m.work], m.outcome) if m.work is not None else m
        for title, m in matches.items()
    }
    return [works[i] for i in order], moved


def _ratings(
    rows: pd.DataFrame, matches: dict[str, TitleMatch], works: int
) -> tuple[list[Title], Ratings]:
    """Ratings of works, and of titles outside them, which get rows of their own after the works.

    One reader's ratings of one book under several titles count once, as their mean. An ambiguous
    title is no book's: it is kept as a title, for the reader's mean.
    """
    titles: dict[str, int] = {}
    shown: list[Title] = []
    books: dict[str, int] = {}
    for raw in rows["title"].unique():
        match = matches.get(raw)
        if match is not None and match.work is not None:
            books[raw] = match.work
            continue
        title = parse_title(raw)
        key = raw if title.series else title.full
        if key not in titles:
            titles[key] = works + len(shown)
            shown.append(title)
        books[raw] = titles[key]
    book = rows["title"].map(books)
    return shown, Ratings.folded(rows["reader"], book, rows["stars"])


def _data_name(folder: Path) -> str:
    """ "starter (simulated)" when the raw files are the built-in library's, else "goodreads"."""
    marked = (folder / "starter").is_dir() or folder.name == "starter"
    return "starter (simulated)" if marked else "goodreads"
