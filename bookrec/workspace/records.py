"""The record of each artefact, `<artefact>.meta.json`: how, from what and when it was made.

A record's fingerprint is a digest of everything that shaped the artefact, including the
fingerprints of its inputs. A change therefore makes every later artefact stale (`freshness.py`).
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

# Version of the record format. An artefact with a record of another version is stale.
FORMAT = 3
# The fields that bookrec reads, with their defaults. The other fields are for people.
_DEFAULTS: dict[str, Any] = {
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
    """Return a config dataclass as JSON values."""
    plain = asdict(config) if is_dataclass(config) and not isinstance(config, type) else {}
    loaded: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return loaded


def shaping_settings(config: object) -> dict[str, Any]:
    """Return the settings that affect the artefact, without inert ones such as the batch size."""
    every = fields(config) if is_dataclass(config) else ()
    inert = {field.name for field in every if field.metadata.get("inert")}
    return {name: value for name, value in settings_of(config).items() if name not in inert}


def write_record(
    workspace: Workspace,
    name: str,
    config: object,
    inputs: Mapping[str, str],
    counts: Mapping[str, Any],
    seconds: float,
) -> None:
    """Write the record of an artefact that has just been written.

    The caller holds the workspace's lock. `inputs` are fingerprints by name, `counts` any figures
    worth keeping, `seconds` the time that making the artefact took.
    """
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
                name, FORMAT, stage.version, shaping_settings(config), constants, dict(inputs)
            ),
            "counts": dict(counts),
        },
    )


def record_of(workspace: Workspace, name: str) -> dict[str, Any]:
    """Return the artefact's record; empty if it is missing or damaged."""
    try:
        loaded = json.loads(workspace.record_path(name).read_text("utf-8"))
        found: dict[str, Any] = _DEFAULTS | loaded
    except (OSError, ValueError, TypeError):
        return {}
    valid = all(type(found[key]) is type(value) for key, value in _DEFAULTS.items())
    return found if valid else {}


def fingerprint_of(workspace: Workspace, name: str) -> str:
    """Return the artefact's fingerprint; empty if it has no record."""
    return str(record_of(workspace, name).get("fingerprint", ""))


def inputs_of(workspace: Workspace, name: str) -> dict[str, str]:
    """Return the fingerprints of the artefacts that `name` is made from, without raw files."""
    made_from = (i for i in ARTEFACTS[name].inputs if i in ARTEFACTS)
    return {i: fingerprint_of(workspace, i) for i in made_from}


def download_digest(workspace: Workspace) -> str:
    """Return a digest of the manifest that `download` writes; empty if there is none."""
    try:
        return digest((workspace.raw / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""


def require_seed(workspace: Workspace, seed: int) -> None:
    """Check that `seed` is the projection's.

    Another seed splits the ratings differently, so the projection would have been trained on rows
    that are now test rows.

    Raises:
        UsageError: the seeds differ.
    """
    trained = record_of(workspace, "projection.safetensors").get("config", {}).get("seed", seed)
    if trained != seed:
        raise UsageError(
            f"The projection was trained with seed {trained}, not {seed}.",
            f"Run `bookrec train-projection --seed {seed}` and `bookrec fit-alpha --seed {seed}` "
            "first.",
        )
