"""Whether artefacts are fresh, and whether those that are used together are of one run.

An artefact is fresh when its record names the version, the settings, the constants and the
fingerprints of the inputs that a run would have now. Artefacts are of one run when each was made
from the others as they are: their rows are the same books. What answers a reader asks for the
latter alone, so that it starts fast and a new default does not silence an old library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookrec.errors import UnusableError
from bookrec.workspace.artefacts import ARTEFACTS, CATALOGUE
from bookrec.workspace.fingerprints import digest
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import FORMAT, download_digest, inputs_of, record_of, shaping


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


def staleness(
    workspace: Workspace,
    name: str,
    config: object | None = None,
    inputs: Mapping[str, str] | None = None,
) -> str:
    """Why the artefact has to be made again; empty when it is fresh.

    `config` None means the settings that `build` would use, `inputs` None the artefacts it is made
    from, as they are now.
    """
    for part in (name, *ARTEFACTS[name].siblings):
        if not workspace.path(part).exists():
            return "not made yet" if part == name else f"{part} is missing"
    reason = _mismatch(workspace, name, inputs)
    if reason:
        return reason
    meta = record_of(workspace, name)
    now = shaping(kept(workspace, name) if config is None else config)
    changed = _changed({key: meta["config"].get(key) for key in now}, now)
    if changed:
        return f"settings have changed ({changed})"
    changed = _changed(meta["constants"], ARTEFACTS[name].stage.constants())
    return f"constants have changed ({changed})" if changed else ""


def kept(workspace: Workspace, name: str) -> Any:
    """The config of the artefact's stage: the command's options as they were last used for it, all
    else as it is now."""
    stage = ARTEFACTS[name].stage
    settings = record_of(workspace, name).get("config", {})
    return stage.settings(**{key: settings[key] for key in stage.options if key in settings})


def states(workspace: Workspace) -> list[State]:
    """One `State` an artefact, in the order in which they are made."""
    found: list[State] = []
    for name, artefact in ARTEFACTS.items():
        inputs = inputs_of(workspace, name)
        if name == CATALOGUE and (folder := raw_source(workspace)).is_dir():
            inputs["raw"] = folder_fingerprint(folder)
        reason = staleness(workspace, name, None, inputs)
        stale = next((s.name for s in found if s.name in artefact.inputs and s.reason), "")
        if stale and not reason:
            reason = f"{stale} is stale"
        path, meta = workspace.path(name), record_of(workspace, name)
        found.append(State(name, artefact.command, path, path.exists(), not reason, reason, meta))
    return found


def require_one_run(workspace: Workspace, *names: str) -> None:
    """Refuse artefacts that were not made from one another as they are: their rows would not be
    the same books. Constants are not looked at, which takes imports.

    Raises:
        MissingError: one is not there.
        UnusableError: one was made from another than the one that is there; the hint says what to
            type.
    """
    for name in names:
        workspace.need(name)
    if not workspace.packaged:
        _refuse(workspace, ((name, _mismatch(workspace, name)) for name in lineage(names)))


def require_fresh(workspace: Workspace, *names: str) -> None:
    """Refuse artefacts that `build` would make again: nothing is to be learnt or measured from
    what this bookrec would not make. That the raw files have changed since is no hindrance.

    Raises:
        MissingError: one is not there.
        UnusableError: one is stale; the hint says what to type.
    """
    for name in names:
        workspace.need(name)
    _refuse(workspace, ((name, staleness(workspace, name)) for name in lineage(names)))


def raw_source(workspace: Workspace) -> Path:
    """The folder that `build` merges: the one that was merged last, or raw/ when that one is gone
    or a download has brought something since."""
    meta = record_of(workspace, CATALOGUE)
    folder = workspace.root / (meta.get("config", {}).get("raw") or workspace.raw)
    brought = download_digest(workspace) not in ("", meta.get("counts", {}).get("downloaded"))
    return workspace.raw if brought or not folder.is_dir() else folder


def folder_fingerprint(folder: Path) -> str:
    """Digest of the names, sizes and change times of the CSV files in a folder; reads none."""
    files = sorted(folder.glob("**/*.csv")) if folder.is_dir() else []
    stats = [(f.relative_to(folder).as_posix(), f.stat()) for f in files]
    return digest([(name, s.st_size, s.st_mtime_ns) for name, s in stats])


def lineage(names: Sequence[str]) -> list[str]:
    """The artefacts and all that they are made from, in the order in which they are made."""
    wanted = set(names)
    for name in reversed(ARTEFACTS):
        if name in wanted:
            wanted.update(ARTEFACTS[name].inputs)
    return [name for name in ARTEFACTS if name in wanted]


def _mismatch(workspace: Workspace, name: str, inputs: Mapping[str, str] | None = None) -> str:
    """Why the artefact does not belong to those that are there, by its record alone."""
    meta, path = record_of(workspace, name), workspace.path(name)
    if not meta:
        return "was left unfinished"
    if (meta["format"], meta["version"]) != (FORMAT, ARTEFACTS[name].stage.version):
        return f"made by another version of bookrec ({meta.get('bookrec', 'unknown')})"
    if path.exists() and path.stat().st_size < meta["bytes"]:
        return "was cut short"
    now = inputs_of(workspace, name) if inputs is None else inputs
    for key, value in now.items():
        if meta["inputs"].get(key) != value:
            return f"{key} has changed"
    return ""


def _changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The names whose values differ, with a comma between."""
    return ", ".join(sorted(k for k in then.keys() | now.keys() if then.get(k) != now.get(k)))


def _refuse(workspace: Workspace, reasons: Iterator[tuple[str, str]]) -> None:
    for name, reason in reasons:
        if reason:
            raise UnusableError(
                f"{name} of {workspace.root} is stale: {reason}.",
                "Run `bookrec build`: it makes what is missing or stale.",
            )
