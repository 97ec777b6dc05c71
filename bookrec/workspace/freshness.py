"""Whether artefacts are fresh, and whether they belong to one run.

An artefact is fresh if making it now would use the version, settings, constants and inputs that its
record names. Artefacts belong to one run if each was made from the others as they are now, so that
row i is the same book in all of them.

`recommend` and `explain` check only the second condition. That needs no imports, so they start
fast, and a new default in the code does not disable an existing library.
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
from bookrec.workspace.records import (
    FORMAT,
    download_digest,
    inputs_of,
    record_of,
    shaping_settings,
)


@dataclass(frozen=True)
class State:
    """The state of one artefact, as `status` shows it.

    `reason` says why it is not fresh; empty if it is. `meta` is its record.
    """

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
    """Return why the artefact has to be made again; empty if it is fresh.

    `config` defaults to the settings that `build` would use. `inputs` are fingerprints by name and
    default to those of the artefacts that it is made from.
    """
    for part in (name, *ARTEFACTS[name].siblings):
        if not workspace.path(part).exists():
            return "not made yet" if part == name else f"{part} is missing"
    reason = _mismatch(workspace, name, inputs)
    if reason:
        return reason
    meta = record_of(workspace, name)
    now = shaping_settings(last_config(workspace, name) if config is None else config)
    changed = _changed({key: meta["config"].get(key) for key in now}, now)
    if changed:
        return f"settings have changed ({changed})"
    changed = _changed(meta["constants"], ARTEFACTS[name].stage.constants())
    return f"constants have changed ({changed})" if changed else ""


def last_config(workspace: Workspace, name: str) -> Any:
    """Return the config with which `build` makes the artefact.

    The options of the command are as last used, read from the record. Everything else is the
    current default.
    """
    stage = ARTEFACTS[name].stage
    settings = record_of(workspace, name).get("config", {})
    return stage.settings(**{key: settings[key] for key in stage.options if key in settings})


def states(workspace: Workspace) -> list[State]:
    """Return the state of every artefact, in the order in which they are made."""
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
    """Check that artefacts and all that they were made from belong to one run.

    Constants are not compared, because that would import the modules that define them.

    Raises:
        MissingError: one of `names` does not exist.
        UnusableError: an artefact is incomplete, was made by another version of bookrec, or its
            inputs have changed since.
    """
    for name in names:
        workspace.need(name)
    if not workspace.packaged:
        _raise_if_stale(workspace, ((name, _mismatch(workspace, name)) for name in lineage(names)))


def require_fresh(workspace: Workspace, *names: str) -> None:
    """Check that `build` would not make the artefacts again, as training and evaluation require.

    Changed raw files are ignored.

    Raises:
        MissingError: one of `names` does not exist.
        UnusableError: an artefact, or one that it was made from, is stale.
    """
    for name in names:
        workspace.need(name)
    _raise_if_stale(workspace, ((name, staleness(workspace, name)) for name in lineage(names)))


def raw_source(workspace: Workspace) -> Path:
    """Return the folder that `build` merges by default.

    It is the folder of the last merge, or raw/ if that folder is gone or if `download` has added
    files since.
    """
    meta = record_of(workspace, CATALOGUE)
    folder = workspace.root / (meta.get("config", {}).get("raw") or workspace.raw)
    downloaded = download_digest(workspace) not in ("", meta.get("counts", {}).get("downloaded"))
    return workspace.raw if downloaded or not folder.is_dir() else folder


def folder_fingerprint(folder: Path) -> str:
    """Return a digest of the names, sizes and modification times of a folder's CSV files."""
    files = sorted(folder.glob("**/*.csv")) if folder.is_dir() else []
    stats = [(f.relative_to(folder).as_posix(), f.stat()) for f in files]
    return digest([(name, s.st_size, s.st_mtime_ns) for name, s in stats])


def lineage(names: Sequence[str]) -> list[str]:
    """Return the artefacts and all that they are made from, in the order they are made."""
    wanted = set(names)
    for name in reversed(ARTEFACTS):
        if name in wanted:
            wanted.update(ARTEFACTS[name].inputs)
    return [name for name in ARTEFACTS if name in wanted]


def _mismatch(workspace: Workspace, name: str, inputs: Mapping[str, str] | None = None) -> str:
    """Return why the artefact does not fit the present ones, from its record; empty if it does."""
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
    """Return the keys whose values differ, joined by commas."""
    return ", ".join(sorted(k for k in then.keys() | now.keys() if then.get(k) != now.get(k)))


def _raise_if_stale(workspace: Workspace, reasons: Iterator[tuple[str, str]]) -> None:
    for name, reason in reasons:
        if reason:
            raise UnusableError(
                f"{name} in {workspace.root} is stale: {reason}.",
                "Run `bookrec build` to make it again.",
            )
