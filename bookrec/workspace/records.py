"""The record beside each artefact, `<artefact>.meta.json`: what made it, from what, and when.

Its fingerprint is a digest of everything that shaped the artefact, so that staleness travels down
the pipeline as in `make` (`freshness.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from bookrec import __version__
from bookrec.errors import UsageError
from bookrec.files import write_json
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.fingerprints import digest
from bookrec.workspace.folder import Workspace

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


def write_record(
    workspace: Workspace,
    name: str,
    config: object,
    inputs: Mapping[str, str],
    counts: Mapping[str, Any],
    seconds: float,
) -> None:
    """Write the artefact's record. The artefact is in place and the workspace's lock held."""
    stage = ARTEFACTS[name].stage
    constants = stage.constants()
    write_json(
        workspace.record_path(name),
        {
            "artefact": name,
            "bookrec": __version__,
            "format": FORMAT,
            "version": stage.version,
            "made": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "seconds": round(seconds, 2),
            "bytes": workspace.path(name).stat().st_size,
            "config": settings_of(config),
            "constants": constants,
            "inputs": dict(inputs),
            "fingerprint": digest(
                name, FORMAT, stage.version, shaping(config), constants, dict(inputs)
            ),
            "counts": dict(counts),
        },
    )


def record_of(workspace: Workspace, name: str) -> dict[str, Any]:
    """The artefact's record; empty when there is none, or none that can be read."""
    try:
        loaded = json.loads(workspace.record_path(name).read_text("utf-8"))
        found: dict[str, Any] = _RECORD | loaded
    except (OSError, ValueError, TypeError):
        return {}
    whole = all(type(found[key]) is type(value) for key, value in _RECORD.items())
    return found if whole else {}


def fingerprint_of(workspace: Workspace, name: str) -> str:
    """The artefact's fingerprint; empty when it has no record."""
    return str(record_of(workspace, name).get("fingerprint", ""))


def inputs_of(workspace: Workspace, name: str) -> dict[str, str]:
    """Fingerprints of the artefacts that `name` is made from. Raw files are not among them."""
    made_from = (i for i in ARTEFACTS[name].inputs if i in ARTEFACTS)
    return {i: fingerprint_of(workspace, i) for i in made_from}


def download_digest(workspace: Workspace) -> str:
    """A digest of the manifest that `download` writes; empty when there is none."""
    try:
        return digest((workspace.raw / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""


def require_seed(workspace: Workspace, seed: int) -> None:
    """Refuse a seed other than the projection's: its training rows would be test rows here.

    Raises:
        UsageError: they differ.
    """
    trained = record_of(workspace, "projection.safetensors").get("config", {}).get("seed", seed)
    if trained != seed:
        raise UsageError(
            f"The projection was trained on the split of seed {trained}, not {seed}.",
            f"Run `bookrec train-projection --seed {seed}` and `bookrec fit-alpha --seed {seed}` "
            "first.",
        )
