"""The only importer of `kaggle`: one data set's zip, fetched into a folder, resumably.

The client is a command-line tool first. Importing it makes folders, prints, and may call the
network; without credentials it prints a page and exits; its first request waits for ever. So it is
imported late, its output is kept off stdout, every request gets a time limit, and what it raises
becomes one of bookrec's errors.

For tests, the environment variable BOOKREC_KAGGLE_ENDPOINT names another server than Kaggle's, e.g.
`http://127.0.0.1:8000`; credentials are then sent there.
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

from bookrec.errors import AuthError, BookrecError, NetworkError
from bookrec.progress import Progress, Task

# Seconds. Kaggle may pack a data set before its first byte, so reading gets the longer limit.
CONNECT_SECONDS = 15.0
READ_SECONDS = 120.0
POLL_SECONDS = 0.2
_ELSEWHERE = (
    "Files you already have can be used with --from PATH; --source starter needs no network."
)


def fetch(dataset: str, folder: Path, progress: Progress, force: bool = False) -> Path:
    """Fetch the zip of a Kaggle data set (`owner/slug`) into `folder` and return its path.

    A download that was cut off is taken up where it stopped, as long as Kaggle's file is the same;
    a zip that is there in full is not fetched again; `force` starts over. Nothing is written to
    stdout.

    Raises:
        AuthError: no credentials (before any request), or they were refused.
        NetworkError: Kaggle could not be reached, was too slow, or hung up.
        BookrecError: there is no such data set, the client cannot be imported, or the disk refused.
    """
    target = zip_path(dataset, folder)
    chatter = io.StringIO()  # the client's help pages would drown ours; its warnings are passed on
    try:
        with redirect_stdout(chatter), _endpoint(), _time_limits(), _explained(dataset, target):
            client = _client()
            if force:
                discard(target)
            _show_bytes(client, target, progress)
            client.dataset_download_files(dataset, path=str(folder), quiet=True)
    finally:
        for line in dict.fromkeys(chatter.getvalue().splitlines()):
            if line.startswith("Warning:"):
                progress.say(f"kaggle: {line.removeprefix('Warning:').strip()}")
    return target


def zip_path(dataset: str, folder: Path) -> Path:
    """Where `fetch` puts the zip of a data set."""
    return folder / f"{dataset.rsplit('/', 1)[-1]}.zip"


def discard(target: Path) -> None:
    """Remove a fetched zip, whole or partial, and the client's note of how far it came."""
    target.unlink(missing_ok=True)
    target.with_name(f"{target.name}.kaggle-partial").unlink(missing_ok=True)


def config_folder() -> Path:
    """Where the client looks for kaggle.json; it need not exist."""
    if chosen := os.environ.get("KAGGLE_CONFIG_DIR"):
        return Path(chosen)
    old = Path(os.path.expanduser("~"), ".kaggle")
    if not sys.platform.startswith("linux") or os.path.exists(old):
        return old
    return Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "kaggle")


def _client() -> Any:
    """An authenticated `KaggleApi`."""
    try:
        with _harmless_import():
            from kaggle.api.kaggle_api_extended import KaggleApi
    except (ImportError, SystemExit) as error:
        raise BookrecError(
            f"The Kaggle client cannot be imported: {error}.",
            f"Run `pip install --upgrade kaggle six`. {_ELSEWHERE}",
        ) from error
    client = KaggleApi()
    # Said again: the class read the folder once, when it was first imported.
    client.config_dir = str(config_folder())
    client.config = str(config_folder() / "kaggle.json")
    try:
        client.authenticate()
    except SystemExit:
        raise AuthError(_no_credentials(), _how_to_log_in()) from None
    return client


@contextmanager
def _harmless_import() -> Iterator[None]:
    """Point the client at a throw-away folder when its own is not there.

    It would make one while being imported, and fail where the home cannot be written.
    """
    if os.path.isdir(config_folder()):  # Path.is_dir would raise where a parent may not be read
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
    """Send the client to BOOKREC_KAGGLE_ENDPOINT when it is set.

    Raises:
        BookrecError: the name patched here, private to kagglesdk, is no longer there.
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
    """Give every request a limit: the client gives its first none, and its retries five minutes.

    The patch holds for the whole process, which does nothing else meanwhile.
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
    """Draw a bar of bytes while the client downloads `target`."""
    download = client.download_file

    def watched(response: Any, *args: Any, **options: Any) -> None:
        size = int(response.headers.get("Content-Length") or 0) or None
        with progress.task(f"Downloading {target.name}", size) as task, _growth(target, task):
            download(response, *args, **options)

    client.download_file = watched


@contextmanager
def _growth(target: Path, task: Task) -> Iterator[None]:
    """Advance `task` by the bytes that `target` grows; the client offers no callback."""
    done = threading.Event()

    def watch() -> None:
        seen = 0
        while True:
            ended = done.wait(POLL_SECONDS)
            size = target.stat().st_size if target.exists() else 0
            task.advance(size - seen)
            seen = size
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
def _explained(dataset: str, target: Path) -> Iterator[None]:
    """Turn what the client raises into bookrec's errors."""
    import requests

    try:
        yield
    except requests.HTTPError as error:
        raise _refusal(dataset, error) from error
    except (requests.RequestException, ConnectionError, TimeoutError) as error:
        raise _hung_up(dataset, error) from error
    except ValueError as error:
        # The size is wrong: the client may have written an error page over the partial file.
        discard(target)
        raise _hung_up(dataset, error) from error
    except OSError as error:
        raise BookrecError(
            f"{target} cannot be written: {_short(error)}.",
            "Make room, or name another folder with --data-dir.",
        ) from error


def _hung_up(dataset: str, error: Exception) -> NetworkError:
    return NetworkError(
        f"The download of {dataset} from Kaggle did not finish: {_short(error)}.",
        f"Check the connection and run the command again: it resumes. {_ELSEWHERE}",
    )


def _refusal(dataset: str, error: Any) -> BookrecError:
    """The error for an HTTP status of 400 or above."""
    status = error.response.status_code if error.response is not None else 0
    page = f"https://www.kaggle.com/datasets/{dataset}"
    if status == 401:
        return AuthError(
            f"Kaggle refused the credentials (401: {_short(error)}).", _how_to_log_in()
        )
    if status == 403:
        return AuthError(
            f"Kaggle refused to hand out {dataset} (403: {_short(error)}).",
            f"Open {page} while logged in and accept its terms if it asks. "
            f"If that is not it: {_how_to_log_in()}",
        )
    if status == 404:
        return BookrecError(
            f"Kaggle has no data set {dataset} (404).",
            f"See whether {page} was moved. {_ELSEWHERE}",
        )
    return NetworkError(
        f"Kaggle could not hand out {dataset} ({status}: {_short(error)}).",
        f"Try again in a few minutes. {_ELSEWHERE}",
    )


def _no_credentials() -> str:
    """What was found where credentials should be."""
    if os.environ.get("KAGGLE_API_TOKEN"):
        return "Kaggle does not accept the token in KAGGLE_API_TOKEN."
    path = config_folder() / "kaggle.json"
    if os.path.exists(path):
        return f"{path} holds no username and key that can be read."
    return "There are no Kaggle credentials on this machine."


def _how_to_log_in() -> str:
    folder = config_folder()
    path = folder / "kaggle.json"
    return (
        'Log in at https://www.kaggle.com/settings and press "Create New Token": you get '
        f"kaggle.json. Put it into {folder} and run `chmod 600 {path}`. Or set KAGGLE_USERNAME "
        f"and KAGGLE_KEY to what it holds, or KAGGLE_API_TOKEN to a token. {_ELSEWHERE}"
    )


def _short(error: BaseException) -> str:
    """The first line of an error without its full stop, at most 200 characters."""
    return (str(error) or type(error).__name__).splitlines()[0][:200].rstrip(".")
