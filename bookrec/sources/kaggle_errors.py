"""The errors of a Kaggle download: what went wrong and what to do about it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bookrec.errors import AuthError, BookrecError, NetworkError

_ALTERNATIVES = "Or use files you already have (--from PATH), or --source starter (no network)."


def not_importable(error: BaseException) -> BookrecError:
    """The Kaggle client could not be imported."""
    return BookrecError(
        f"The Kaggle client cannot be imported: {error}.",
        f"Run `pip install --upgrade kaggle six`. {_ALTERNATIVES}",
    )


def no_credentials(folder: Path) -> AuthError:
    """No usable credentials were found, neither in the environment nor in `folder`."""
    path = folder / "kaggle.json"
    if os.environ.get("KAGGLE_API_TOKEN"):
        message = "Kaggle does not accept the token in KAGGLE_API_TOKEN."
    elif os.path.exists(path):
        message = f"{path} does not contain a username and a key."
    else:
        message = "There are no Kaggle credentials on this machine."
    return AuthError(message, _how_to_log_in(folder))


def refused(dataset: str, error: Any, folder: Path) -> BookrecError:
    """Kaggle answered with an HTTP status of 400 or above; `error` is a `requests.HTTPError`."""
    status = error.response.status_code if error.response is not None else 0
    page = f"https://www.kaggle.com/datasets/{dataset}"
    if status == 401:
        return AuthError(
            f"Kaggle refused the credentials (401: {_brief(error)}).", _how_to_log_in(folder)
        )
    if status == 403:
        return AuthError(
            f"Kaggle refused access to {dataset} (403: {_brief(error)}).",
            f"Open {page} while logged in and accept its terms if asked. "
            f"If that does not help: {_how_to_log_in(folder)}",
        )
    if status == 404:
        return BookrecError(
            f"Kaggle has no data set {dataset} (404).",
            f"Check whether {page} has moved. {_ALTERNATIVES}",
        )
    return NetworkError(
        f"Kaggle could not deliver {dataset} ({status}: {_brief(error)}).",
        f"Try again in a few minutes. {_ALTERNATIVES}",
    )


def interrupted(dataset: str, error: Exception) -> NetworkError:
    """The download stopped before its end, or never started."""
    return NetworkError(
        f"The download of {dataset} from Kaggle did not finish: {_brief(error)}.",
        f"Check the connection and run the command again to resume. {_ALTERNATIVES}",
    )


def not_writable(target: Path, error: OSError) -> BookrecError:
    """The zip could not be written."""
    return BookrecError(
        f"{target} cannot be written: {_brief(error)}.",
        "Free some space, or choose another folder with --data-dir.",
    )


def _how_to_log_in(folder: Path) -> str:
    path = folder / "kaggle.json"
    return (
        'Log in at https://www.kaggle.com/settings and press "Create New Token" to get '
        f"kaggle.json. Move it to {folder} and run `chmod 600 {path}`. Or set KAGGLE_USERNAME and "
        f"KAGGLE_KEY to its content, or KAGGLE_API_TOKEN to a token. {_ALTERNATIVES}"
    )


def _brief(error: BaseException) -> str:
    """Return the first line of an error without its full stop, at most 200 characters."""
    return (str(error) or type(error).__name__).splitlines()[0][:200].rstrip(".")
