"""Downloading a data set from Kaggle, with resume. No other module imports `kaggle`.

The Kaggle client is written as a command-line tool. Importing it creates folders, prints and may
use the network; without credentials it prints a help page and exits; its first request has no
time limit. So it is imported late, its output is captured, every request gets a time limit, and
its exceptions are translated.

For tests, the environment variable BOOKREC_KAGGLE_ENDPOINT replaces Kaggle's server, e.g. by
`http://127.0.0.1:8000`. Credentials are then sent there.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from bookrec.errors import BookrecError
from bookrec.progress import Progress, Task
from bookrec.sources import kaggle_errors

# Seconds. Kaggle may pack a data set before it sends the first byte, hence the longer read limit.
CONNECT_SECONDS = 15.0
READ_SECONDS = 120.0
POLL_SECONDS = 0.2


def fetch(dataset: str, folder: Path, progress: Progress, force: bool = False) -> Path:
    """Download the zip of a Kaggle data set (`owner/slug`) into `folder` and return its path.

    An interrupted download is resumed, unless Kaggle's file has changed since. A complete zip is
    not downloaded again. `force` starts over. Nothing is written to stdout.

    Raises:
        AuthError: there are no credentials (checked before any request), or they were refused.
        NetworkError: Kaggle could not be reached, was too slow, or closed the connection.
        BookrecError: the data set does not exist, the client cannot be imported, or the zip
            cannot be written.
    """
    target = zip_path(dataset, folder)
    output = io.StringIO()  # only the client's warnings are passed on
    try:
        with redirect_stdout(output), _endpoint(), _time_limits(), _translated(dataset, target):
            client = _client()
            if force:
                discard(target)
            _show_bytes(client, target, progress)
            client.dataset_download_files(dataset, path=str(folder), quiet=True)
    finally:
        for line in dict.fromkeys(output.getvalue().splitlines()):
            if line.startswith("Warning:"):
                progress.say(f"kaggle: {line.removeprefix('Warning:').strip()}")
    return target


def zip_path(dataset: str, folder: Path) -> Path:
    """Return the path of the zip that `fetch` downloads."""
    return folder / f"{dataset.rsplit('/', 1)[-1]}.zip"


def discard(target: Path) -> None:
    """Delete a downloaded zip, complete or partial, and the client's record of its progress."""
    target.unlink(missing_ok=True)
    target.with_name(f"{target.name}.kaggle-partial").unlink(missing_ok=True)


def config_folder() -> Path:
    """Return the folder in which the client looks for kaggle.json. It need not exist."""
    if chosen := os.environ.get("KAGGLE_CONFIG_DIR"):
        return Path(chosen)
    old = Path(os.path.expanduser("~"), ".kaggle")
    if not sys.platform.startswith("linux") or os.path.exists(old):
        return old
    return Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "kaggle")


def _client() -> Any:
    """Return an authenticated `KaggleApi`."""
    try:
        with _harmless_import():
            from kaggle.api.kaggle_api_extended import KaggleApi
    except (ImportError, SystemExit) as error:
        raise kaggle_errors.not_importable(error) from error
    client = KaggleApi()
    # The class has set these on import, possibly to the temporary folder.
    client.config_dir = str(config_folder())
    client.config = str(config_folder() / "kaggle.json")
    try:
        client.authenticate()
    except SystemExit:
        raise kaggle_errors.no_credentials(config_folder()) from None
    return client


@contextmanager
def _harmless_import() -> Iterator[None]:
    """Give the client a temporary folder during its import if its own folder does not exist.

    It would create one, and fail if the home folder is not writable.
    """
    if os.path.isdir(config_folder()):  # Path.is_dir raises if a parent is not readable
        yield
        return
    before = os.environ.get("KAGGLE_CONFIG_DIR")
    with tempfile.TemporaryDirectory() as empty:
        os.environ["KAGGLE_CONFIG_DIR"] = empty
        try:
            yield
        finally:
            del os.environ["KAGGLE_CONFIG_DIR"]
            if before is not None:
                os.environ["KAGGLE_CONFIG_DIR"] = before


@contextmanager
def _endpoint() -> Iterator[None]:
    """Make the client use BOOKREC_KAGGLE_ENDPOINT if it is set.

    Raises:
        BookrecError: kagglesdk no longer has the private name that is patched here.
    """
    url = os.environ.get("BOOKREC_KAGGLE_ENDPOINT")
    if not url:
        yield
        return
    try:
        from kagglesdk import kaggle_env

        endpoints, production = kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.PROD
        before = endpoints[production]
    except (ImportError, AttributeError, KeyError) as error:
        raise BookrecError(
            f"BOOKREC_KAGGLE_ENDPOINT does not work with this version of kagglesdk: {error!r}.",
            "Unset it, or install kaggle 2.2.4.",
        ) from error
    endpoints[production] = url.rstrip("/")
    try:
        yield
    finally:
        endpoints[production] = before


@contextmanager
def _time_limits() -> Iterator[None]:
    """Set a time limit on every request. The client's first has none, its retries five minutes.

    The patch affects the whole process, which sends no other requests in the meantime.
    """
    from requests.adapters import HTTPAdapter

    send: Callable[..., Any] = HTTPAdapter.send

    def limited(self: HTTPAdapter, *args: Any, **options: Any) -> Any:
        return send(self, *args, **{**options, "timeout": (CONNECT_SECONDS, READ_SECONDS)})

    HTTPAdapter.send = limited  # type: ignore[method-assign]
    try:
        yield
    finally:
        HTTPAdapter.send = send  # type: ignore[method-assign]


def _show_bytes(client: Any, target: Path, progress: Progress) -> None:
    """Show progress in bytes while the client downloads `target`."""
    download = client.download_file

    def watched(response: Any, *args: Any, **options: Any) -> None:
        size = int(response.headers.get("Content-Length") or 0) or None
        with progress.task(f"Downloading {target.name}", size) as task, _growth(target, task):
            download(response, *args, **options)

    client.download_file = watched


@contextmanager
def _growth(target: Path, task: Task) -> Iterator[None]:
    """Advance `task` as `target` grows. The client has no callback, so the size is polled."""
    done = threading.Event()

    def watch() -> None:
        shown = 0
        while True:
            ended = done.wait(POLL_SECONDS)
            size = target.stat().st_size if target.exists() else 0
            task.advance(size - shown)
            shown = size
            if ended:
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


@contextmanager
def _translated(dataset: str, target: Path) -> Iterator[None]:
    """Translate the client's exceptions into bookrec's errors."""
    import requests

    try:
        yield
    except requests.HTTPError as error:
        raise kaggle_errors.refused(dataset, error, config_folder()) from error
    except (requests.RequestException, ConnectionError, TimeoutError) as error:
        raise kaggle_errors.interrupted(dataset, error) from error
    except ValueError as error:
        # The size is wrong: the client may have overwritten the partial file with an error page.
        discard(target)
        raise kaggle_errors.interrupted(dataset, error) from error
    except OSError as error:
        raise kaggle_errors.not_writable(target, error) from error
