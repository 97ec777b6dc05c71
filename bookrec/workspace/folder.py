"""The workspace: a folder of artefacts, how they are read and written, and its lock.

A file that exists is whole. Every write goes to a temporary name in the same folder, which is then
renamed.
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
    """A folder of artefacts. `root` need not exist until something is written; `packaged` is the
    one that comes with bookrec: one whole, without records."""

    root: Path
    packaged: bool = False

    def path(self, name: str) -> Path:
        """The artefact's path, whether it is there or not."""
        return self.root / name

    def record_path(self, name: str) -> Path:
        """The path of the artefact's record (`records.py`)."""
        return self.root / f"{name}.meta.json"

    @property
    def raw(self) -> Path:
        """Where `download` puts the files as published."""
        return self.root / "raw"

    def need(self, name: str) -> Path:
        """The artefact's path.

        Raises:
            MissingError: it is not there; the hint names the command that makes it.
        """
        path = self.path(name)
        if not path.exists():
            command = ARTEFACTS[name].command if name in ARTEFACTS else "build"
            raise MissingError(
                f"{name} is missing from {self.root}.",
                f"Run `bookrec {command}` first, or `bookrec build` for all that is missing.",
            )
        return path

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        """The artefact's path, while it is read and taken apart.

        Raises:
            MissingError: it is not there.
            UnusableError: the block met something that a whole file does not hold.
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
        """An array of the workspace, a row for each of the catalogue's books; memory-mapped.

        Raises:
            MissingError: it is not there.
            UnusableError: it is damaged, or has another number of rows.
        """
        from numpy.lib.format import open_memmap  # `status` and completion do without

        with self.reading(name) as path:
            found: np.ndarray = open_memmap(path, mode="r")
            if found.shape[:1] != (books,):
                raise ValueError(f"it is {found.shape}, and the catalogue holds {books:,} books")
        return found

    @contextmanager
    def replacing(self, name: str) -> Iterator[Path]:
        """Yield a temporary path that becomes the artefact when the block ends well.

        Its record goes first: an artefact without one counts as unfinished.
        """
        with replacing(self.path(name)) as temporary:
            yield temporary
            self.record_path(name).unlink(missing_ok=True)

    def write_array(self, name: str, array: np.ndarray) -> None:
        """Write an array as .npy, atomically and without pickles."""
        import numpy as np

        with self.replacing(name) as temporary, temporary.open("wb") as file:
            np.save(file, array, allow_pickle=False)

    def write_json(self, name: str, value: object) -> None:
        """Write `value` as JSON, atomically. NaN is refused."""
        with self.replacing(name) as temporary:
            temporary.write_text(as_json(value), "utf-8")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace's one lock while something is written.

        Raises:
            BookrecError: another bookrec holds it, or the folder cannot be written.
        """
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise BookrecError(
                f"Another bookrec is at work in {self.root}.",
                "Wait until it has finished, or name another folder with --data-dir.",
            ) from None
        except OSError as error:
            raise BookrecError(
                f"The folder {self.root} cannot be written: {error.strerror or error}.",
                "Name another one with --data-dir or BOOKREC_HOME.",
            ) from error
        try:
            yield
        finally:
            lock.release()


def open_workspace(data_dir: Path | None = None) -> Workspace:
    """The workspace: `data_dir`, else `$BOOKREC_HOME`, else the platform's data folder."""
    chosen = data_dir or os.environ.get("BOOKREC_HOME")
    if chosen:
        return Workspace(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Workspace(user_data_path("bookrec", appauthor=False))
