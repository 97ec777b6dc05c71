"""CSV files on this machine: in a folder, alone, or in a zip."""

from __future__ import annotations

import hashlib
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO

from bookrec.errors import BookrecError
from bookrec.progress import Task

CHUNK = 1 << 20  # bytes read at a time
# What a damaged zip makes the standard library raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
)


@dataclass(frozen=True)
class CsvItem:
    """A CSV that can be had: its name, its size in bytes, and how to read it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


class ArchiveError(BookrecError):
    """A zip that cannot be used; one that was downloaded is not worth keeping."""


@contextmanager
def zip_items(path: Path) -> Iterator[list[CsvItem]]:
    """The CSVs of a zip, by their last name alone, while it is open.

    Raises:
        BookrecError: it is damaged, encrypted, or has a member that would leave its folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                link = stat.S_ISLNK(info.external_attr >> 16)
                if link or info.flag_bits & 1 or not stays_below(info.filename):
                    raise ArchiveError(
                        f"{path} is not safe to unpack: {info.filename!r} leaves its folder, "
                        "is a link, or is encrypted.",
                        "Nothing was unpacked.",
                    )
            csvs = [info for info in archive.infolist() if is_csv(info.filename)]
            yield [CsvItem(i.filename, i.file_size, partial(archive.open, i)) for i in csvs]
    except _DAMAGE as error:
        raise ArchiveError(
            f"{path} is not a whole zip file: {error}.", "Fetch it again where it came from."
        ) from error


def stays_below(name: str) -> bool:
    """Whether a relative name leads to somewhere below its folder, on every system."""
    path = PureWindowsPath(name)  # it knows both slashes, and drive letters
    return not path.drive and not path.root and ".." not in path.parts


def is_csv(name: str) -> bool:
    """Whether a name is a CSV's; macOS zips hold a look-alike `._name.csv` beside each."""
    path = PureWindowsPath(name)
    return path.suffix.lower() == ".csv" and not path.name.startswith(".")


def file_item(path: Path) -> CsvItem:
    """The CSV file at `path`."""
    return CsvItem(path.name, path.stat().st_size, lambda: path.open("rb"))


def sha256_of(source: IO[bytes], task: Task | None = None, copy: IO[bytes] | None = None) -> str:
    """The digest of what `source` holds, which is closed; each chunk is also written to `copy`."""
    digest = hashlib.sha256()
    with source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            if copy:
                copy.write(chunk)
            if task:
                task.advance(len(chunk))
    return digest.hexdigest()
