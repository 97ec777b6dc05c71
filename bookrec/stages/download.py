"""`download`: fetch the raw CSV files from Kaggle, local files or the built-in library.

Each source gets its own folder below `raw/`. `raw/manifest.json` records the size, SHA-256 and
origin of each file, so that complete files are not fetched again and damaged ones are. A data set
is written atomically: its files have temporary names until the last one is complete.
"""

from __future__ import annotations

import importlib.resources
from contextlib import ExitStack
from pathlib import Path

from bookrec.config import DownloadConfig
from bookrec.errors import MissingError, UsageError
from bookrec.progress import Progress
from bookrec.sources import kaggle
from bookrec.sources.archives import ArchiveError, file_item, is_csv, zip_items
from bookrec.sources.raw_folder import DownloadResult, RawFolder
from bookrec.workspace.folder import Workspace

# Kaggle data set → its folder below raw/.
DATASETS = {
    "thedevastator/comprehensive-overview-of-52478-goodreads-best-b": "best-books-ever",
    "bahramjannesarr/goodreads-book-datasets-10m": "ratings-10m",
}


def run(workspace: Workspace, config: DownloadConfig, progress: Progress) -> DownloadResult:
    """Fetch the raw files into `workspace.raw`. Complete files are not fetched again.

    `config.from_paths` takes precedence over `config.source`. Real data and the built-in library
    are never mixed: files of the other kind are removed.

    Raises:
        UsageError: the source is unknown, or a path does not exist or contains no CSV.
        MissingError: this installation has no built-in library.
        AuthError, NetworkError: see `kaggle.fetch`.
        BookrecError: a zip is damaged or unsafe, the disk is full, or the workspace is in use.
    """
    if config.source not in ("kaggle", "starter"):
        raise UsageError(f"Unknown source {config.source!r}.", "Use kaggle or starter.")
    if config.from_paths and config.source == "starter":
        raise UsageError("--from and --source starter cannot be combined.", "Use one of them.")
    paths = [_existing(path) for path in config.from_paths]
    with workspace.locked():
        raw = RawFolder(workspace.raw, config.force, progress)
        if paths:
            for path in paths:
                _from_path(raw, path)
        elif config.source == "starter":
            _from_starter(raw)
        else:
            for dataset, folder in DATASETS.items():
                _from_kaggle(raw, dataset, folder)
        return raw.result()


def _existing(path: Path) -> Path:
    path = path.expanduser().resolve()
    if not path.exists():
        raise UsageError(f"{path} does not exist.", "Name a folder, a zip or a CSV with --from.")
    return path


def _from_kaggle(raw: RawFolder, dataset: str, folder: str) -> None:
    origin = f"kaggle:{dataset}"
    raw.verify(origin)
    archive = kaggle.zip_path(dataset, raw.folder / folder)
    if raw.is_complete(origin):
        raw.record(origin, raw.files_of(origin))
    else:
        kaggle.fetch(dataset, archive.parent, raw.progress, raw.force)
        try:
            with zip_items(archive) as items:
                if not items:
                    raise ArchiveError(f"The zip of {dataset} contains no CSV file.")
                raw.write(origin, folder, items)
        except ArchiveError as error:
            kaggle.discard(archive)
            error.hint = "The zip was deleted. Run `bookrec download` to fetch it again."
            raise
    kaggle.discard(archive)


def _from_path(raw: RawFolder, path: Path) -> None:
    origin = f"local:{path}"
    raw.verify(origin)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    # the given folder may contain the workspace, whose raw files are not new
    own = raw.folder.resolve()
    csvs = [f for f in files if f.is_file() and is_csv(f.name) and not f.is_relative_to(own)]
    with ExitStack() as stack:
        zipped = path.is_file() and path.suffix.lower() != ".csv"
        items = stack.enter_context(zip_items(path)) if zipped else [file_item(f) for f in csvs]
        if not items:
            raise UsageError(
                f"{path} contains no new CSV file.", "Name the folder or zip with the CSVs."
            )
        raw.write(origin, "local", items)


def _from_starter(raw: RawFolder) -> None:
    packaged = importlib.resources.files("bookrec") / "starter"
    with importlib.resources.as_file(packaged) as folder:
        items = [file_item(f) for f in sorted(folder.glob("*.csv"))]
        if not items:
            raise MissingError(
                "This installation of bookrec has no built-in library.",
                "Reinstall bookrec, or run `bookrec download` for the real data.",
            )
        raw.verify("starter")
        raw.write("starter", "starter", items)
