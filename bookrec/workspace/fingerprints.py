"""Constants of modules as JSON values, and digests that reveal a change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from enum import Enum
from types import ModuleType
from typing import Any

_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_MAX_LENGTH = 60  # characters of JSON; a longer constant is recorded as its digest


def constants_of(module: ModuleType) -> dict[str, Any]:
    """Return a module's constants: JSON values by "module.NAME".

    A constant is a module-level name in capitals, or a field of a dataclass in which every field
    has a default. A long value is replaced by its digest.

    Raises:
        TypeError: a constant has no JSON form.
    """
    found: dict[str, Any] = {}
    for name, value in vars(module).items():
        if name == "TYPE_CHECKING":
            continue
        if _CONSTANT.fullmatch(name) and not isinstance(value, ModuleType):
            found[name] = value
        elif _has_only_defaults(value) and value.__module__ == module.__name__:
            found |= {field.name: field.default for field in fields(value)}
    short = module.__name__.rsplit(".", 1)[-1]
    return {f"{short}.{name}": _shortened(_as_json(value)) for name, value in found.items()}


def digest(*parts: object) -> str:
    """Return 16 hex digits of the SHA-256 of JSON-like values."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _has_only_defaults(value: object) -> bool:
    return (
        isinstance(value, type)
        and is_dataclass(value)
        and all(field.default is not MISSING for field in fields(value))
    )


def _shortened(value: Any) -> Any:
    return value if len(json.dumps(value)) <= _MAX_LENGTH else digest(value)


def _as_json(value: Any) -> Any:
    """Return a constant as a JSON value.

    Raises:
        TypeError: the type of the value has no JSON form that is stable between runs.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, re.Pattern):
        return [_as_json(value.pattern), value.flags]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, set | frozenset):
        return sorted((_as_json(v) for v in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_as_json(v) for v in value]
    if isinstance(value, Mapping):
        return [[_as_json(k), _as_json(v)] for k, v in value.items()]
    if is_dataclass(value) and not isinstance(value, type):
        return _as_json(asdict(value))
    if callable(value):  # its name counts; a change of its code needs `Stage.version`
        return value.__name__
    raise TypeError(f"{value!r} cannot be part of a fingerprint")
