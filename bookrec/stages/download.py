"""`download`: the raw CSVs, from Kaggle, from this machine, or from the built-in library.

They land below `raw/`, a folder a data set. `raw/manifest.json` holds the bytes, the sha256 and the
origin of each, so that nothing whole is fetched twice and a damaged file is seen. A data set
appears all at once: its files are written under temporary names and moved when the last is whole.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO

from bookrec.config import DownloadConfig
from bookrec.data import kaggle_client
from bookrec.errors import BookrecError, MissingError, UsageError
from bookrec.files import replacing, write_json
from bookrec.progress import Progress, Task
from bookrec.workspace import Workspace

# Kaggle data set → its folder below raw/.
DATASETS = {
    "thedevastator/comprehensive-overview-of-52478-goodreads-best-b": "best-books-ever",
    "bahramjannesarr/goodreads-book-datasets-10m": "ratings-10m",
}
CHUNK = 1 << 20  # bytes read at a time
# What a damaged zip makes the standard library raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
)


@dataclass(frozen=True)
class RawFile:
    """A file below `raw/`: its size in bytes, its digest, and where it came from.

    `origin` is `kaggle:owner/slug`, `local:/a/path` or `starter`.
    """

    bytes: int
    sha256: str
    origin: str


@dataclass(frozen=True)
class DownloadResult:
    """What lies in `folder` now, by path relative to it; what was fetched, what was whole."""

    folder: Path
    files: dict[str, RawFile]
    fetched: tuple[str, ...]
    whole: tuple[str, ...]


@dataclass(frozen=True)
class _Item:
    """A CSV that can be had: its name, its size in bytes, and how to read it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


class _ArchiveError(BookrecError):
    """A zip that cannot be used; one that was downloaded is not worth keeping."""


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
        raw = _Raw(workspace.raw, config.force, progress)
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


def _from_kaggle(raw: _Raw, dataset: str, folder: str) -> None:
    origin = f"kaggle:{dataset}"
    raw.verify(origin)
    archive = kaggle_client.zip_path(dataset, raw.folder / folder)
    if raw.has(origin):
        raw.settle(origin, raw.of(origin))
    else:
        kaggle_client.fetch(dataset, archive.parent, raw.progress, raw.force)
        try:
            with _archive(archive) as items:
                if not items:
                    raise _ArchiveError(f"The zip of {dataset} holds no CSV.")
                raw.place(origin, folder, items)
        except _ArchiveError as error:
            kaggle_client.discard(archive)
            error.hint = "It was removed: run `bookrec download` again to fetch it anew."
            raise
    kaggle_client.discard(archive)


def _from_path(raw: _Raw, path: Path) -> None:
    origin = f"local:{path}"
    raw.verify(origin)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    # The workspace may lie in the folder that is given: what raw/ holds is not new.
    own = raw.folder.resolve()
    csvs = [f for f in files if f.is_file() and _is_csv(f.name) and not f.is_relative_to(own)]
    with ExitStack() as stack:
        zipped = path.is_file() and path.suffix.lower() != ".csv"
        items = stack.enter_context(_archive(path)) if zipped else [_item(f) for f in csvs]
        if not items:
            raise UsageError(f"{path} holds no new CSV.", "Give the folder or zip with the CSVs.")
        raw.place(origin, "local", items)


def _from_starter(raw: _Raw) -> None:
    packaged = importlib.resources.files("bookrec.data") / "starter"
    with importlib.resources.as_file(packaged) as folder:
        items = [_item(f) for f in sorted(folder.glob("*.csv"))]
        if not items:
            raise MissingError(
                "This installation of bookrec has no built-in library.",
                "Reinstall bookrec, or run `bookrec download` for the real data.",
            )
        raw.verify("starter")
        raw.place("starter", "starter", items)


class _Raw:
    """The folder `raw/` and its manifest, during one run."""

    def __init__(self, folder: Path, force: bool, progress: Progress) -> None:
        self.folder = folder
        self.force = force
        self.progress = progress
        self.files = _read_manifest(folder / "manifest.json")
        self.fetched: set[str] = set()
        self.whole: set[str] = set()

    def of(self, origin: str) -> dict[str, RawFile]:
        """The files of one origin, as the manifest lists them."""
        return {name: file for name, file in self.files.items() if file.origin == origin}

    def has(self, origin: str) -> bool:
        """Whether all files of `origin` are there and whole; `verify` comes first."""
        names = self.of(origin).keys()
        return bool(names) and names <= self.whole

    def verify(self, origin: str) -> None:
        """Find the files that are as the manifest says, and say which are not."""
        files = {} if self.force else self.of(origin)
        if not files:
            return
        with self.progress.task("Checking files", sum(f.bytes for f in files.values())) as task:
            for name, file in files.items():
                path = self.folder / name
                size = path.stat().st_size if path.is_file() else -1
                if size < 0:
                    self.progress.say(f"{path} is missing.")
                elif size != file.bytes:
                    self.progress.say(f"{path} has changed: {size:,} bytes, not {file.bytes:,}.")
                elif _sha256(path.open("rb"), task) != file.sha256:
                    self.progress.say(f"{path} has changed: its sha256 is another.")
                else:
                    self.whole.add(name)

    def place(self, origin: str, folder: str, items: list[_Item]) -> None:
        """Write the items below `folder`, all or none; a file that is there and the same stays."""
        named = list(zip(self._names(origin, folder, items), items, strict=True))
        total = sum(item.size for item in items)
        placed: dict[str, RawFile] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _need_room(self.folder, sum(i.size for name, i in named if name not in self.whole))
            with self.progress.task(f"Writing {folder}", total) as task, ExitStack() as moves:
                for name, item in named:
                    path = self.folder / name
                    if name in self.whole and _same(item, self.files[name]):
                        placed[name] = self.files[name]
                        task.advance(item.size)
                        continue
                    if name not in self.files and path.exists():
                        self.progress.say(f"Replacing {path}, which no finished download made.")
                    temporary = moves.enter_context(replacing(path))
                    with temporary.open("wb") as target:
                        digest = _sha256(item.open(), task, target)
                        placed[name] = RawFile(target.tell(), digest, origin)
        except OSError as error:
            raise BookrecError(
                f"The files of {origin} could not be written: {error}.",
                "Make room, or name another folder with --data-dir.",
            ) from error
        self.fetched |= {name for name in placed if placed[name] is not self.files.get(name)}
        self.settle(origin, placed)

    def settle(self, origin: str, placed: dict[str, RawFile]) -> None:
        """Record what `origin` brought; remove what it no longer holds, and the other kind's."""
        simulated = origin == "starter"
        gone = {
            name: file
            for name, file in self.files.items()
            if name not in placed
            and (file.origin == origin or (file.origin == "starter") != simulated)
        }
        for other in sorted({file.origin for file in gone.values()}):
            names = [name for name in gone if gone[name].origin == other]
            self.progress.say(f"Removing {', '.join(names)}, which came from {other}.")
            for path in [self.folder / name for name in names]:
                path.unlink(missing_ok=True)
                with suppress(OSError):  # not empty: something else lies there too
                    path.parent.rmdir()
        files = {name: f for name, f in self.files.items() if name not in gone} | placed
        if files != self.files:
            plain = {name: asdict(file) for name, file in sorted(files.items())}
            write_json(self.folder / "manifest.json", {"files": plain})
            self.files = files

    def result(self) -> DownloadResult:
        """What a run has to tell; a file of another origin may have been taken away meanwhile."""
        files = {n: f for n, f in sorted(self.files.items()) if (self.folder / n).is_file()}
        whole = self.whole & files.keys() - self.fetched
        return DownloadResult(self.folder, files, tuple(sorted(self.fetched)), tuple(sorted(whole)))

    def _names(self, origin: str, folder: str, items: Iterable[_Item]) -> Iterator[str]:
        """A path below raw/ for each item: `name.csv`, or `name-2.csv` when that is taken."""
        # Case is folded: on some file systems A.csv and a.csv are one file.
        taken = {name.casefold() for name, file in self.files.items() if file.origin != origin}
        for item in items:
            stem = f"{folder}/{PureWindowsPath(item.name).stem}"
            name, number = f"{stem}.csv", 2
            while name.casefold() in taken:
                name, number = f"{stem}-{number}.csv", number + 1
            taken.add(name.casefold())
            yield name


@contextmanager
def _archive(path: Path) -> Iterator[list[_Item]]:
    """The CSVs of a zip, by their last name alone, while it is open.

    Raises:
        BookrecError: it is damaged, encrypted, or has a member that would leave its folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                link = stat.S_ISLNK(info.external_attr >> 16)
                if link or info.flag_bits & 1 or not _stays_below(info.filename):
                    raise _ArchiveError(
                        f"{path} is not safe to unpack: {info.filename!r} leaves its folder, "
                        "is a link, or is encrypted.",
                        "Nothing was unpacked.",
                    )
            csvs = [info for info in archive.infolist() if _is_csv(info.filename)]
            yield [_Item(i.filename, i.file_size, partial(archive.open, i)) for i in csvs]
    except _DAMAGE as error:
        raise _ArchiveError(
            f"{path} is not a whole zip file: {error}.", "Fetch it again where it came from."
        ) from error


def _stays_below(name: str) -> bool:
    """Whether a relative name leads to somewhere below its folder, on every system."""
    path = PureWindowsPath(name)  # it knows both slashes, and drive letters
    return not path.drive and not path.root and ".." not in path.parts


def _is_csv(name: str) -> bool:
    """Whether a name is a CSV's; macOS zips hold a look-alike `._name.csv` beside each."""
    path = PureWindowsPath(name)
    return path.suffix.lower() == ".csv" and not path.name.startswith(".")


def _item(path: Path) -> _Item:
    return _Item(path.name, path.stat().st_size, lambda: path.open("rb"))


def _same(item: _Item, known: RawFile) -> bool:
    return item.size == known.bytes and _sha256(item.open()) == known.sha256


def _sha256(source: IO[bytes], task: Task | None = None, copy: IO[bytes] | None = None) -> str:
    """The digest of what `source` holds, which is closed; each chunk is also written to `copy`."""
    digest = hashlib.sha256()
    with source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            if copy:
                copy.write(chunk)
            if task:
                task.advance(len(chunk))
    return digest.hexdigest()


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise BookrecError(
            f"{folder} has room for {free:,} bytes; {size:,} are needed.",
            "Make room, or name another folder with --data-dir.",
        )


def _read_manifest(path: Path) -> dict[str, RawFile]:
    """The manifest's files; none when it is missing or damaged, so that all is fetched anew."""
    try:
        listed = json.loads(path.read_text("utf-8"))["files"].items()
        return {
            name: RawFile(int(file["bytes"]), str(file["sha256"]), str(file["origin"]))
            for name, file in listed
            if _stays_below(name)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
