"""Where artefacts lie, how they are read and written, what is recorded of them, and the lock.

A file that exists is whole: every write goes to a temporary name in the same folder and is moved
into place. Beside each artefact lies `<artefact>.meta.json`: what made it, from what, when. Its
fingerprint is a digest of all that shaped it, so staleness travels down the pipeline as in `make`
(`freshness.py`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec import __version__
from bookrec.artefacts import ARTEFACTS, digest
from bookrec.errors import BookrecError, MissingError, UnusableError, UsageError
from bookrec.files import as_json, replacing, write_json

if TYPE_CHECKING:
    import numpy as np

# Bumped when the records themselves change; artefacts of another format are stale.
FORMAT = 3
# What a record holds beside what is there to be read by people.
_RECORD: dict[str, Any] = {
    "format": 0,
    "version": 0,
    "bytes": 0,
    "config": {},
    "constants": {},
    "inputs": {},
    "fingerprint": "",
    "counts": {},
}


@dataclass(frozen=True)
class Workspace:
    """A folder of artefacts. `root` need not exist until something is written; `packaged` is the
    one that comes with bookrec: one whole, without records."""

    root: Path
    packaged: bool = False

    def path(self, name: str) -> Path:
        """The artefact's path, whether it is there or not."""
        return self.root / name

    @property
    def raw(self) -> Path:
        """Where `download` puts the files as published."""
        return self.root / "raw"

    @property
    def downloaded(self) -> str:
        """A digest of what `download` says it has brought; empty when it has not run."""
        try:
            return digest((self.raw / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError):
            return ""

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
            self.path(f"{name}.meta.json").unlink(missing_ok=True)

    def write_array(self, name: str, array: np.ndarray) -> None:
        """Write an array as .npy, atomically and without pickles."""
        import numpy as np

        with self.replacing(name) as temporary, temporary.open("wb") as file:
            np.save(file, array, allow_pickle=False)

    def write_json(self, name: str, value: object) -> None:
        """Write `value` as JSON, atomically. NaN is refused."""
        with self.replacing(name) as temporary:
            temporary.write_text(as_json(value), "utf-8")

    def record(
        self,
        name: str,
        config: object,
        inputs: Mapping[str, str],
        counts: Mapping[str, Any],
        seconds: float,
    ) -> None:
        """Write the artefact's record, after it is in place; the lock has to be held."""
        stage = ARTEFACTS[name].stage
        constants = stage.constants()
        write_json(
            self.path(f"{name}.meta.json"),
            {
                "artefact": name,
                "bookrec": __version__,
                "format": FORMAT,
                "version": stage.version,
                "made": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                "seconds": round(seconds, 2),
                "bytes": self.path(name).stat().st_size,
                "config": settings_of(config),
                "constants": constants,
                "inputs": dict(inputs),
                "fingerprint": digest(
                    name, FORMAT, stage.version, shaping(config), constants, dict(inputs)
                ),
                "counts": dict(counts),
            },
        )

    def meta(self, name: str) -> dict[str, Any]:
        """What is recorded of an artefact; empty when nothing is, or nothing that can be read."""
        try:
            loaded = json.loads(self.path(f"{name}.meta.json").read_text("utf-8"))
            found: dict[str, Any] = _RECORD | loaded
        except (OSError, ValueError, TypeError):
            return {}
        whole = all(type(found[key]) is type(value) for key, value in _RECORD.items())
        return found if whole else {}

    def fingerprint(self, name: str) -> str:
        """The artefact's digest, empty when there is no record of it."""
        return str(self.meta(name).get("fingerprint", ""))

    def inputs_of(self, name: str) -> dict[str, str]:
        """Fingerprints of the artefacts that `name` is made from, the raw files aside."""
        return {i: self.fingerprint(i) for i in ARTEFACTS[name].inputs if i in ARTEFACTS}

    def require_seed(self, seed: int) -> None:
        """Refuse a seed that is not the projection's: its training rows would be test rows here.

        Raises:
            UsageError: they differ.
        """
        trained = self.meta("projection.safetensors").get("config", {}).get("seed", seed)
        if trained != seed:
            raise UsageError(
                f"The projection was trained on the split of seed {trained}, not {seed}.",
                f"Run `bookrec train-projection --seed {seed}` and `bookrec fit-alpha --seed "
                f"{seed}` first.",
            )

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


def settings_of(config: object) -> dict[str, Any]:
    """A config dataclass as plain JSON values."""
    plain = asdict(config) if is_dataclass(config) and not isinstance(config, type) else {}
    loaded: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return loaded


def shaping(config: object) -> dict[str, Any]:
    """The settings that shape what is made: those that say where or how fast are left out."""
    told = fields(config) if is_dataclass(config) else ()
    inert = {field.name for field in told if field.metadata.get("inert")}
    return {name: value for name, value in settings_of(config).items() if name not in inert}
