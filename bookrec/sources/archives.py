"""CSV files on disk, in zips or on their own."""

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
# The exceptions of the standard library for a damaged zip.
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
    """A CSV file to copy: its name, its size in bytes, and a function that opens it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


class ArchiveError(BookrecError):
    """A zip is damaged, unsafe, or contains no CSV."""


@contextmanager
def zip_items(path: Path) -> Iterator[list[CsvItem]]:
    """Open a zip and yield its CSV files. They can be read until the block ends.

    Raises:
        ArchiveError: the zip is damaged or encrypted, or has a member that is a link or would be
            written outside its folder. Errors in the block that show damage are translated too.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                link = stat.S_ISLNK(info.external_attr >> 16)
                if link or info.flag_bits & 1 or not stays_below(info.filename):
                    raise ArchiveError(
                        f"{path} is not safe to unpack: {info.filename!r} is encrypted, a link, "
                        "or outside its folder.",
                        "Nothing was unpacked.",
                    )
            csvs = [info for info in archive.infolist() if is_csv(info.filename)]
            yield [CsvItem(i.filename, i.file_size, partial(archive.open, i)) for i in csvs]
    except _DAMAGE as error:
        raise ArchiveError(
            f"{path} is not a valid zip file: {error}.", "Download it again."
        ) from error


def stays_below(name: str) -> bool:
    """Whether a relative path stays in its folder on every operating system."""
    path = PureWindowsPath(name)  # handles both slashes and drive letters
    return not path.drive and not path.root and ".." not in path.parts


def is_csv(name: str) -> bool:
    """Whether a file name is that of a CSV. The `._name.csv` files of macOS zips are not CSVs."""
    path = PureWindowsPath(name)
    return path.suffix.lower() == ".csv" and not path.name.startswith(".")


def file_item(path: Path) -> CsvItem:
    """Return the CSV file at `path`."""
    return CsvItem(path.name, path.stat().st_size, lambda: path.open("rb"))


def sha256_of(source: IO[bytes], task: Task | None = None, copy: IO[bytes] | None = None) -> str:
    """Read and close `source`; return its SHA-256 in hex. The content is also written to `copy`."""
    digest = hashlib.sha256()
    with source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            if copy:
                copy.write(chunk)
            if task:
                task.advance(len(chunk))
    return digest.hexdigest()
