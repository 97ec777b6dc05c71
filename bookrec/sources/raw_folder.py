"""The folder of raw files and its manifest, which records their sizes, digests and origins."""

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
    """The manifest's record of a file below `raw/`: size in bytes, SHA-256 in hex, and origin.

    `origin` is `kaggle:owner/slug`, `local:/a/path` or `starter`.
    """

    bytes: int
    sha256: str
    origin: str


@dataclass(frozen=True)
class DownloadResult:
    """The files in `folder` after a run, by relative path.

    `fetched` are the new or changed ones, `intact` the ones that were complete already.
    """

    folder: Path
    files: dict[str, RawFile]
    fetched: tuple[str, ...]
    intact: tuple[str, ...]


class RawFolder:
    """The folder `raw/` and its manifest during one run.

    `intact` holds the files that are known to match the manifest. With `force`, none are.
    """

    def __init__(self, folder: Path, force: bool, progress: Progress) -> None:
        self.folder = folder
        self.force = force
        self.progress = progress
        self.files = _read_manifest(folder / "manifest.json")
        self.fetched: set[str] = set()
        self.intact: set[str] = set()

    def files_of(self, origin: str) -> dict[str, RawFile]:
        """Return the files of one origin, according to the manifest."""
        return {name: file for name, file in self.files.items() if file.origin == origin}

    def is_complete(self, origin: str) -> bool:
        """Whether all files of `origin` are complete. Call `verify` first."""
        names = self.files_of(origin).keys()
        return bool(names) and names <= self.intact

    def verify(self, origin: str) -> None:
        """Check the files of `origin` against the manifest, and report those that differ."""
        files = {} if self.force else self.files_of(origin)
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
                    self.progress.say(f"{path} has changed: its SHA-256 differs.")
                else:
                    self.intact.add(name)

    def write(self, origin: str, folder: str, items: list[CsvItem]) -> None:
        """Write all items to `folder`, or none if one fails. Files with the same content are kept.

        Raises:
            BookrecError: the files cannot be written, or there is not enough space.
        """
        named = list(zip(self._names(origin, folder, items), items, strict=True))
        total = sum(item.size for item in items)
        placed: dict[str, RawFile] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _check_space(self.folder, sum(i.size for name, i in named if name not in self.intact))
            with self.progress.task(f"Writing {folder}", total) as task, ExitStack() as moves:
                for name, item in named:
                    path = self.folder / name
                    if name in self.intact and _same_content(item, self.files[name]):
                        placed[name] = self.files[name]
                        task.advance(item.size)
                        continue
                    if name not in self.files and path.exists():
                        self.progress.say(f"Replacing {path}, which is not in the manifest.")
                    temporary = moves.enter_context(replacing(path))
                    with temporary.open("wb") as target:
                        digest = sha256_of(item.open(), task, target)
                        placed[name] = RawFile(target.tell(), digest, origin)
        except OSError as error:
            raise BookrecError(
                f"The files of {origin} could not be written: {error}.",
                "Free some space, or choose another folder with --data-dir.",
            ) from error
        self.fetched |= {name for name in placed if placed[name] is not self.files.get(name)}
        self.record(origin, placed)

    def record(self, origin: str, placed: dict[str, RawFile]) -> None:
        """Record the files of `origin` in the manifest, and delete the files they replace.

        Those are files that `origin` no longer has. Real and simulated ratings must not mix, so
        real data also replaces the built-in library, and the other way round.
        """
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
                with suppress(OSError):  # not empty
                    path.parent.rmdir()
        files = {name: f for name, f in self.files.items() if name not in gone} | placed
        if files != self.files:
            plain = {name: asdict(file) for name, file in sorted(files.items())}
            write_json(self.folder / "manifest.json", {"files": plain})
            self.files = files

    def result(self) -> DownloadResult:
        """Return the result of the run. Files of other origins that are missing are left out."""
        files = {n: f for n, f in sorted(self.files.items()) if (self.folder / n).is_file()}
        intact = self.intact & files.keys() - self.fetched
        return DownloadResult(
            self.folder, files, tuple(sorted(self.fetched)), tuple(sorted(intact))
        )

    def _names(self, origin: str, folder: str, items: Iterable[CsvItem]) -> Iterator[str]:
        """Yield a path below raw/ for each item: `name.csv`, or `name-2.csv` if that is taken."""
        # on some file systems A.csv and a.csv are the same file
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


def _check_space(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise BookrecError(
            f"{folder} has {free:,} bytes of free space; {size:,} are needed.",
            "Free some space, or choose another folder with --data-dir.",
        )


def _read_manifest(path: Path) -> dict[str, RawFile]:
    """Read the manifest. If it is missing or damaged there are no files, so all are fetched."""
    try:
        listed = json.loads(path.read_text("utf-8"))["files"].items()
        return {
            name: RawFile(int(file["bytes"]), str(file["sha256"]), str(file["origin"]))
            for name, file in listed
            if stays_below(name)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
