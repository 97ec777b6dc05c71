"""Writing files so that one that exists is whole: a temporary name in the folder, then a rename.

Two kinds of file. What bookrec keeps for itself is replaced as it stands (`replacing`); where a
person has named a place (`writing`), it may be a link, a pipe or a terminal, and stays one.
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
    """Yield a temporary path beside `target`; move it there when the block ends well.

    When the block raises, `target` is as it was and the temporary file is gone. `mode` is cut by
    the umask. A link at `target` is replaced, what it points to is not touched.
    """
    with _moved_to(target, mode & ~_umask()) as temporary:
        yield temporary


@contextmanager
def writing(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """Open the file that a person has named for UTF-8 text; links are followed.

    A regular file is replaced when the block ends well, keeps its permissions, and is as it was
    when the block raises. Anything else (a pipe, a device, the command's own output) is written
    into.

    Raises:
        OSError: it cannot be written.
    """
    own = _own_output(path)
    if own is not None or (path.exists() and not path.is_file()):
        with open(path if own is None else own, "w", encoding="utf-8", newline=newline) as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    with (
        _moved_to(target, mode) as temporary,
        temporary.open("w", encoding="utf-8", newline=newline) as file,
    ):
        yield file


def write_json(target: Path, value: object) -> None:
    """Write `value` as indented UTF-8 JSON, atomically. NaN is refused."""
    with replacing(target) as temporary:
        temporary.write_text(as_json(value), "utf-8")


def as_json(value: object) -> str:
    """`value` as a file's indented JSON. NaN is refused."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@contextmanager
def _moved_to(target: Path, permissions: int) -> Iterator[Path]:
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
    """A new descriptor of stdout or stderr when `path` is where it goes, as /dev/stdout is.

    To open the path anew would cut off what the shell's `> file` already holds.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if os.path.samestat(path.stat(), os.fstat(stream.fileno())):
                stream.flush()
                return os.dup(stream.fileno())
        except (OSError, ValueError):  # no such file yet; a stream without a descriptor
            continue
    return None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
