"""Atomic file writes: to a temporary file in the same folder, which is then renamed.

`replacing` is for bookrec's own files. `writing` is for a path that the user has named, which may
be a symlink, a pipe or a terminal and has to stay one.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing(target: Path, mode: int = 0o666) -> Iterator[Path]:
    """Yield a temporary path; rename it to `target` when the block succeeds.

    If the block raises, `target` is unchanged and the temporary file is deleted. The umask applies
    to `mode`. A symlink at `target` is replaced; the file that it points to is unchanged.
    """
    with _renamed_to(target, mode & ~_umask()) as temporary:
        yield temporary


@contextmanager
def writing(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """Open a path named by the user for writing UTF-8 text; symlinks are followed.

    A regular file is replaced when the block succeeds and keeps its permissions. If the block
    raises, the file is unchanged. A pipe, a device or the process's own output is written to
    directly.

    Raises:
        OSError: the file cannot be written.
    """
    descriptor = _own_output(path)
    if descriptor is not None or (path.exists() and not path.is_file()):
        opened = path if descriptor is None else descriptor
        with open(opened, "w", encoding="utf-8", newline=newline) as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    with (
        _renamed_to(target, mode) as temporary,
        temporary.open("w", encoding="utf-8", newline=newline) as file,
    ):
        yield file


def write_json(target: Path, value: object) -> None:
    """Write `value` as indented UTF-8 JSON, atomically.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    with replacing(target) as temporary:
        temporary.write_text(as_json(value), "utf-8")


def as_json(value: object) -> str:
    """Return `value` as indented JSON with a final newline.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@contextmanager
def _renamed_to(target: Path, permissions: int) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.chmod(temporary, permissions)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _own_output(path: Path) -> int | None:
    """Return a duplicate descriptor of stdout or stderr if `path` is the same file.

    /dev/stdout is one such path. Opening it again would truncate the file of a shell redirection.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if os.path.samestat(path.stat(), os.fstat(stream.fileno())):
                stream.flush()
                return os.dup(stream.fileno())
        except (OSError, ValueError):  # no such file, or a stream without a descriptor
            continue
    return None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
