"""Where artefacts lie, how they are written, and whether they are fresh.

A file that exists is whole: every write goes to a temporary name in the same folder and is moved
into place. Beside each artefact lies `<artefact>.meta.json`: what made it, from what, when. An
artefact is fresh when its meta names the version, the config and the inputs' fingerprints that a
run would have now; the fingerprint of an artefact is a digest of just that, so staleness travels
down the pipeline as in `make`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec import __version__
from bookrec.errors import BookrecError, MissingError, UsageError

if TYPE_CHECKING:
    import numpy as np

# Bumped when the meaning of what a stage writes changes; artefacts of another format are stale.
FORMAT = 2


@dataclass(frozen=True)
class Artefact:
    """A file of the workspace, the command that makes it and the artefacts it is made from."""

    name: str
    command: str
    inputs: tuple[str, ...]


_SPACE = ("catalogue.sqlite", "vectors.npy", "genres.npy", "kinds.npy")
ARTEFACTS = {
    a.name: a
    for a in (
        Artefact("catalogue.sqlite", "merge", ("raw",)),
        Artefact("text_vectors.npy", "embed", ("catalogue.sqlite",)),
        Artefact(
            "projection.safetensors", "train-projection", ("catalogue.sqlite", "text_vectors.npy")
        ),
        Artefact("vectors.npy", "train-projection", ("text_vectors.npy", "projection.safetensors")),
        Artefact("genres.npy", "train-projection", ("catalogue.sqlite", "projection.safetensors")),
        Artefact("kinds.npy", "train-projection", ("catalogue.sqlite", "projection.safetensors")),
        Artefact("means.npy", "fit-alpha", ("catalogue.sqlite", "text_vectors.npy")),
        Artefact("model.json", "fit-alpha", (*_SPACE, "means.npy")),
        Artefact("metrics.json", "evaluate", (*_SPACE, "model.json")),
    )
}


def _made_with(name: str) -> list[str]:
    """The other artefacts of the command that makes this one."""
    command = ARTEFACTS[name].command if name in ARTEFACTS else ""
    return [a.name for a in ARTEFACTS.values() if a.command == command and a.name != name]


@dataclass(frozen=True)
class State:
    """What `status` says of one artefact: `reason` is empty when it is fresh."""

    name: str
    command: str
    path: Path
    exists: bool
    fresh: bool
    reason: str
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Workspace:
    """A folder of artefacts. `root` need not exist until something is written."""

    root: Path

    def path(self, name: str) -> Path:
        """The artefact's path, whether it is there or not."""
        return self.root / name

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

    def meta(self, name: str) -> dict[str, Any]:
        """What is recorded of an artefact; empty when nothing is."""
        try:
            loaded = json.loads(self.path(f"{name}.meta.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def fingerprint(self, name: str) -> str:
        """The artefact's digest, empty when it or its meta is missing."""
        if not self.path(name).exists():
            return ""
        return str(self.meta(name).get("fingerprint", ""))

    def record(
        self,
        name: str,
        config: object,
        inputs: Mapping[str, str],
        counts: Mapping[str, Any],
        seconds: float,
    ) -> None:
        """Write the artefact's meta file; call it after the artefact is in place."""
        settings = settings_of(config)
        write_json(
            self.path(f"{name}.meta.json"),
            {
                "artefact": name,
                "bookrec": __version__,
                "format": FORMAT,
                "made": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                "seconds": round(seconds, 2),
                "config": settings,
                "inputs": dict(inputs),
                "fingerprint": digest(name, FORMAT, settings, dict(inputs)),
                "counts": dict(counts),
            },
        )

    def staleness(self, name: str, config: object | None, inputs: Mapping[str, str]) -> str:
        """Why the artefact has to be made again; empty when it is fresh.

        `config` None means: as it was made, only the inputs are looked at.
        """
        if not self.path(name).exists():
            return "not made yet"
        for other in _made_with(name):
            if not self.path(other).exists():
                return f"{other} is missing"
        meta = self.meta(name)
        if not meta:
            return "was left unfinished"
        if meta.get("format") != FORMAT:
            return f"made by another version of bookrec ({meta.get('bookrec', 'unknown')})"
        for key, value in inputs.items():
            if meta.get("inputs", {}).get(key) != value:
                return f"{key} has changed"
        if config is not None and meta.get("config") != settings_of(config):
            then, now = meta.get("config", {}), settings_of(config)
            changed = sorted(k for k in now if then.get(k) != now[k]) or sorted(then)
            return f"settings have changed ({', '.join(changed)})"
        return ""

    def inputs_of(self, name: str) -> dict[str, str]:
        """Fingerprints of the artefacts that `name` is made from, the raw files aside."""
        return {i: self.fingerprint(i) for i in ARTEFACTS[name].inputs if i != "raw"}

    def states(self) -> list[State]:
        """One `State` an artefact, in the order in which they are made."""
        found: list[State] = []
        for name, artefact in ARTEFACTS.items():
            meta = self.meta(name)
            inputs = self.inputs_of(name)
            if name == "catalogue.sqlite":
                folder = Path(meta.get("counts", {}).get("raw", self.raw))
                if folder.is_dir() or self.raw.is_dir():
                    inputs = {"raw": folder_fingerprint(folder)}
            reason = self.staleness(name, None, inputs)
            stale_input = next(
                (s.name for s in found if s.name in artefact.inputs and s.reason), ""
            )
            if not reason and stale_input:
                reason = f"{stale_input} is stale"
            path = self.path(name)
            found.append(
                State(name, artefact.command, path, path.exists(), not reason, reason, meta)
            )
        return found

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


@contextmanager
def replacing(target: Path, mode: int = 0o666) -> Iterator[Path]:
    """Yield a temporary path beside `target`; move it there when the block ends well.

    When the block raises, `target` is as it was and the temporary file is gone. The meta file of
    an artefact goes first: an artefact without one counts as unfinished.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.chmod(temporary, mode & ~_umask())
        target.with_name(f"{target.name}.meta.json").unlink(missing_ok=True)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(target: Path, value: object) -> None:
    """Write `value` as indented UTF-8 JSON, atomically. NaN is refused."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with replacing(target) as temporary:
        temporary.write_text(text, "utf-8")


def write_array(target: Path, array: np.ndarray) -> None:
    """Write an array as .npy, atomically and without pickles."""
    import numpy as np  # `status` and `--help` do without

    with replacing(target) as temporary, temporary.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def settings_of(config: object) -> dict[str, Any]:
    """A config dataclass as plain JSON values."""
    plain = asdict(config) if is_dataclass(config) and not isinstance(config, type) else {}
    loaded: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return loaded


def digest(*parts: object) -> str:
    """A short stable digest of JSON-like values."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def folder_fingerprint(folder: Path) -> str:
    """Digest of the names, sizes and change times of the CSV files in a folder; reads none."""
    files = sorted(folder.glob("**/*.csv")) if folder.is_dir() else []
    stats = [(f.relative_to(folder).as_posix(), f.stat()) for f in files]
    return digest([(name, s.st_size, s.st_mtime_ns) for name, s in stats])


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
