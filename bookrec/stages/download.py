"""`download`: the raw CSVs, from Kaggle, from this machine, or from the built-in library.

They land below `raw/`, a folder a data set. `raw/manifest.json` holds the bytes, the sha256 and the
origin of each, so that nothing whole is fetched twice and a damaged file is seen. A data set
appears all at once: its files are written under temporary names and moved when the last is whole.
"""

from __future__ import annotations

import importlib.resources
from contextlib import ExitStack
from pathlib import Path

from bookrec.config import DownloadConfig
from bookrec.errors import MissingError, UsageError
from bookrec.progress import Progress
from bookrec.sources import kaggle as kaggle_client
from bookrec.sources.archives import ArchiveError, file_item, is_csv, zip_items
from bookrec.sources.raw_folder import DownloadResult, RawFolder
from bookrec.workspace.folder import Workspace

# Kaggle data set → its folder below raw/.
DATASETS = {
    "thedevastator/comprehensive-overview-of-52478-goodreads-best-b": "best-books-ever",
    "bahramjannesarr/goodreads-book-datasets-10m": "ratings-10m",
}


def run(workspace: Workspace, config: DownloadConfig, progress: Progress) -> DownloadResult:
    """Bring the raw files into `workspace.raw`; fetch only what is not there and whole.

    `config.from_paths` goes before `config.source`. What came from Kaggle or this machine and what
    came from the built-in library never lie together: the files of the other kind are removed.

    Raises:
        UsageError: an unknown source, or a path that does not exist or holds no CSV.
        MissingError: this installation has no built-in library.
        AuthError, NetworkError: see `kaggle_client.fetch`.
        BookrecError: a zip is damaged or unsafe, the disk is full, the workspace is in use.
    """
    if config.source not in ("kaggle", "starter"):
        raise UsageError(f"There is no source {config.source!r}.", "Use kaggle or starter.")
    if config.from_paths and config.source == "starter":
        raise UsageError("--from and --source starter exclude each other.", "Give one of them.")
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
        raise UsageError(f"{path} does not exist.", "Give a folder, a zip or a CSV with --from.")
    return path


def _from_kaggle(raw: RawFolder, dataset: str, folder: str) -> None:
    origin = f"kaggle:{dataset}"
    raw.verify(origin)
    archive = kaggle_client.zip_path(dataset, raw.folder / folder)
    if raw.has(origin):
        raw.settle(origin, raw.of(origin))
    else:
        kaggle_client.fetch(dataset, archive.parent, raw.progress, raw.force)
        try:
            with zip_items(archive) as items:
                if not items:
                    raise ArchiveError(f"The zip of {dataset} holds no CSV.")
                raw.place(origin, folder, items)
        except ArchiveError as error:
            kaggle_client.discard(archive)
            error.hint = "It was removed: run `bookrec download` again to fetch it anew."
            raise
    kaggle_client.discard(archive)


def _from_path(raw: RawFolder, path: Path) -> None:
    origin = f"local:{path}"
    raw.verify(origin)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    # The workspace may lie in the folder that is given: what raw/ holds is not new.
    own = raw.folder.resolve()
    csvs = [f for f in files if f.is_file() and is_csv(f.name) and not f.is_relative_to(own)]
    with ExitStack() as stack:
        zipped = path.is_file() and path.suffix.lower() != ".csv"
        items = stack.enter_context(zip_items(path)) if zipped else [file_item(f) for f in csvs]
        if not items:
            raise UsageError(f"{path} holds no new CSV.", "Give the folder or zip with the CSVs.")
        raw.place(origin, "local", items)


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
        raw.place("starter", "starter", items)
