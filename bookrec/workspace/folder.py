"""Reading, writing and locking the workspace, the folder of artefacts.

Writes are atomic (`files.replacing`), so an artefact that exists is complete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.errors import BookrecError, MissingError, UnusableError
from bookrec.files import as_json, replacing
from bookrec.workspace.artefacts import ARTEFACTS

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Workspace:
    """A folder of artefacts.

    `root` is created by the first write. `packaged` marks the library inside the package, which is
    consistent and has no records.
    """

    root: Path
    packaged: bool = False

    def path(self, name: str) -> Path:
        """Return the path of an artefact, which may not exist."""
        return self.root / name

    def record_path(self, name: str) -> Path:
        """Return the path of an artefact's record (`records.py`), which may not exist."""
        return self.root / f"{name}.meta.json"

    @property
    def raw(self) -> Path:
        """The folder in which `download` puts the raw files."""
        return self.root / "raw"

    def need(self, name: str) -> Path:
        """Return the path of an artefact that exists.

        Raises:
            MissingError: it does not exist; the hint names the command that makes it.
        """
        path = self.path(name)
        if not path.exists():
            command = ARTEFACTS[name].command if name in ARTEFACTS else "build"
            raise MissingError(
                f"{name} is missing from {self.root}.",
                f"Run `bookrec {command}`, or `bookrec build` to make everything that is missing.",
            )
        return path

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        """Yield an artefact's path to a block that parses the file.

        Raises:
            MissingError: the artefact does not exist.
            UnusableError: the block raised an error that a damaged file causes.
        """
        path = self.need(name)
        try:
            yield path
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnusableError(
                f"{path} cannot be read: {error}.",
                "Reinstall bookrec."
                if self.packaged
                else f"Delete it and run `bookrec {ARTEFACTS[name].command}`, or `bookrec build`.",
            ) from error

    def array(self, name: str, books: int) -> np.ndarray:
        """Return an array with one row per book, memory-mapped and read-only.

        Raises:
            MissingError: the artefact does not exist.
            UnusableError: it is damaged, or does not have `books` rows.
        """
        from numpy.lib.format import open_memmap  # not needed by `status` and completion

        with self.reading(name) as path:
            found: np.ndarray = open_memmap(path, mode="r")
            if found.shape[:1] != (books,):
                raise ValueError(f"its shape is {found.shape}, but {books:,} books are expected")
        return found

    @contextmanager
    def replacing(self, name: str) -> Iterator[Path]:
        """Yield a temporary path that becomes the artefact when the block succeeds.

        The old record is deleted before the rename. An artefact without a record counts as
        unfinished.
        """
        with replacing(self.path(name)) as temporary:
            yield temporary
            self.record_path(name).unlink(missing_ok=True)

    def write_array(self, name: str, array: np.ndarray) -> None:
        """Write an array as .npy, atomically and without pickle."""
        import numpy as np

        with self.replacing(name) as temporary, temporary.open("wb") as file:
            np.save(file, array, allow_pickle=False)

    def write_json(self, name: str, value: object) -> None:
        """Write `value` as JSON, atomically.

        Raises:
            ValueError: a number is NaN or infinite.
        """
        with self.replacing(name) as temporary:
            temporary.write_text(as_json(value), "utf-8")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace's lock, so that only one process writes at a time.

        Raises:
            BookrecError: another process holds the lock, or the folder is not writable.
        """
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise BookrecError(
                f"Another bookrec process is using {self.root}.",
                "Wait until it has finished, or choose another folder with --data-dir.",
            ) from None
        except OSError as error:
            raise BookrecError(
                f"The folder {self.root} cannot be written: {error.strerror or error}.",
                "Choose another folder with --data-dir or BOOKREC_HOME.",
            ) from error
        try:
            yield
        finally:
            lock.release()


def open_workspace(data_dir: Path | None = None) -> Workspace:
    """Return the workspace at `data_dir`, else `$BOOKREC_HOME`, else the platform's data folder."""
    chosen = data_dir or os.environ.get("BOOKREC_HOME")
    if chosen:
        return Workspace(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Workspace(user_data_path("bookrec", appauthor=False))
