"""Digests of constants and settings, by which a change of either is noticed."""

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
_LONG = 60  # characters of JSON, above which a constant is recorded as a digest


def constants_of(module: ModuleType) -> dict[str, Any]:
    """ "module.NAME" → JSON value of a module's constants; a long one as its digest."""
    found: dict[str, Any] = {}
    for name, value in vars(module).items():
        if name == "TYPE_CHECKING":  # the same everywhere
            continue
        if _CONSTANT.fullmatch(name) and not isinstance(value, ModuleType):
            found[name] = value
        elif _of_defaults_alone(value) and value.__module__ == module.__name__:
            found |= {field.name: field.default for field in fields(value)}
    short = module.__name__.rsplit(".", 1)[-1]
    return {f"{short}.{name}": _brief(_plain(value)) for name, value in found.items()}


def digest(*parts: object) -> str:
    """A short stable digest of JSON-like values."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _of_defaults_alone(value: object) -> bool:
    return (
        isinstance(value, type)
        and is_dataclass(value)
        and all(field.default is not MISSING for field in fields(value))
    )


def _brief(value: Any) -> Any:
    return value if len(json.dumps(value)) <= _LONG else digest(value)


def _plain(value: Any) -> Any:
    """A constant as JSON.

    Raises:
        TypeError: a kind of value that has no lasting text.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, re.Pattern):
        return [_plain(value.pattern), value.flags]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, set | frozenset):
        return sorted((_plain(v) for v in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return [[_plain(k), _plain(v)] for k, v in value.items()]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if callable(value):  # which one it is counts; what it does is for `Stage.version`
        return value.__name__
    raise TypeError(f"{value!r} cannot be part of a fingerprint")
