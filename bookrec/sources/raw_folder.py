"""The folder of raw files and its manifest: what is in it, from where, and whether it is whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PureWindowsPath

from bookrec.errors import BookrecError
from bookrec.files import replacing, write_json
from bookrec.progress import Progress
from bookrec.sources.archives import CsvItem, sha256_of, stays_below


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


class RawFolder:
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
                elif sha256_of(path.open("rb"), task) != file.sha256:
                    self.progress.say(f"{path} has changed: its sha256 is another.")
                else:
                    self.whole.add(name)

    def place(self, origin: str, folder: str, items: list[CsvItem]) -> None:
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
                    if name in self.whole and _same_content(item, self.files[name]):
                        placed[name] = self.files[name]
                        task.advance(item.size)
                        continue
                    if name not in self.files and path.exists():
                        self.progress.say(f"Replacing {path}, which no finished download made.")
                    temporary = moves.enter_context(replacing(path))
                    with temporary.open("wb") as target:
                        digest = sha256_of(item.open(), task, target)
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

    def _names(self, origin: str, folder: str, items: Iterable[CsvItem]) -> Iterator[str]:
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


def _same_content(item: CsvItem, known: RawFile) -> bool:
    return item.size == known.bytes and sha256_of(item.open()) == known.sha256


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
            if stays_below(name)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
