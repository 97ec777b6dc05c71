"""`download`: the real Kaggle client against a server on loopback."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_kaggle import KEY, USER, FakeKaggle, serving, zipped

from bookrec.config import DownloadConfig
from bookrec.errors import AuthError, BookrecError, MissingError, NetworkError, UsageError
from bookrec.progress import Silent, Task
from bookrec.sources import kaggle as kaggle_client
from bookrec.stages import download
from bookrec.workspace.folder import Workspace

BOOKS, RATINGS = (dataset.split("/")[1] for dataset in download.DATASETS)
# Above the client's chunk of 1 MiB, so that a dropped connection leaves something to resume.
LARGE = random.Random(0).randbytes(3_500_000)
KAGGLE = DownloadConfig()


class Listener(Silent):
    """A `Progress` that records messages and how far each bar came."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.bars: dict[str, list[float]] = {}

    def say(self, text: str) -> None:
        self.messages.append(text)

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        bar = self.bars[name] = [0.0, total or 0.0]

        class Bar:
            def advance(self, step: float = 1) -> None:
                bar[0] += step

            def note(self, text: str) -> None:
                return

        yield Bar()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with credentials, and no waiting for the client's back-off."""
    for name in [n for n in os.environ if n.startswith("KAGGLE_") or n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    config = tmp_path / "home" / "kaggle"
    config.mkdir(parents=True)
    (config / "kaggle.json").write_text(json.dumps({"username": USER, "key": KEY}))
    (config / "kaggle.json").chmod(0o600)
    monkeypatch.setenv("HOME", str(config.parent))
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(config))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return config.parent


@pytest.fixture
def kaggle(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKaggle]:
    zips = {
        BOOKS: zipped({"books_1.csv": LARGE, "cover.png": b"no"}),
        RATINGS: zipped({"a/X.csv": b"1", "b/x.csv": b"2", "__MACOSX/._x.csv": b"no"}),
    }
    with serving(zips) as server:
        monkeypatch.setenv("BOOKREC_KAGGLE_ENDPOINT", server.url)
        yield server


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def listing(workspace: Workspace) -> list[str]:
    """Return every file below raw/, temporary files and zips included."""
    files = (f for f in workspace.raw.rglob("*") if f.is_file())
    return sorted(f.relative_to(workspace.raw).as_posix() for f in files)


def test_a_data_set_is_fetched_once_and_again_only_if_damaged(
    kaggle: FakeKaggle,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(kaggle_client, "POLL_SECONDS", 0.0001)
    listener = Listener()
    first = download.run(workspace, KAGGLE, listener)
    names = ["best-books-ever/books_1.csv", "ratings-10m/X.csv", "ratings-10m/x-2.csv"]
    assert sorted(first.fetched) == sorted(names) == sorted(first.files)
    assert listing(workspace) == sorted([*names, "manifest.json"])
    assert (workspace.raw / "ratings-10m/x-2.csv").read_bytes() == b"2"
    books = first.files["best-books-ever/books_1.csv"]
    assert (books.bytes, books.sha256) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    size = len(kaggle.zips[BOOKS])
    assert listener.bars[f"Downloading {BOOKS}.zip"] == [size, size]

    second = download.run(workspace, KAGGLE, Listener())
    assert (second.fetched, sorted(second.intact)) == ((), sorted(names))
    assert kaggle.calls == [BOOKS, RATINGS]

    damaged = workspace.raw / "ratings-10m/X.csv"
    damaged.write_bytes(b"9")  # the same size
    third = download.run(workspace, KAGGLE, listener)
    assert third.fetched == ("ratings-10m/X.csv",)
    assert kaggle.calls == [BOOKS, RATINGS, RATINGS]
    assert damaged.read_bytes() == b"1"
    assert any("X.csv has changed" in text for text in listener.messages)

    fourth = download.run(workspace, DownloadConfig(force=True), Listener())
    assert sorted(fourth.fetched) == sorted(names)
    assert capsys.readouterr() == ("", "")


def test_the_next_run_resumes_a_dropped_download(
    kaggle: FakeKaggle, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    kaggle.drop_after = 1_200_000
    real = kaggle_client._show_bytes

    def impatient(client: object, *args: object) -> None:
        whole = client.download_file  # type: ignore[attr-defined]
        client.download_file = lambda *a, **o: whole(*a, max_retries=1, **o)  # type: ignore[attr-defined]
        real(client, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(kaggle_client, "_show_bytes", impatient)
    with pytest.raises(NetworkError) as caught:
        download.run(workspace, KAGGLE, Silent())
    assert caught.value.exit_code == 6
    partial = workspace.raw / "best-books-ever" / f"{BOOKS}.zip"
    got = partial.stat().st_size
    assert 0 < got < len(LARGE)

    kaggle.drop_after = 0
    kaggle.ranges.clear()
    download.run(workspace, KAGGLE, Silent())
    assert (workspace.raw / "best-books-ever/books_1.csv").read_bytes() == LARGE
    assert kaggle.ranges[1][0] == f"bytes={got}-"
    assert kaggle.ranges[1][1]  # a changed file would have been sent whole
    assert not partial.exists()


def test_a_run_resumes_dropped_connections_itself(kaggle: FakeKaggle, workspace: Workspace) -> None:
    kaggle.drop_after = 1_200_000
    download.run(workspace, KAGGLE, Silent())
    assert (workspace.raw / "best-books-ever/books_1.csv").read_bytes() == LARGE
    starts = [int(r.removeprefix("bytes=").rstrip("-")) for r, _ in kaggle.ranges if r]
    assert len(starts) > 1
    assert 0 < starts[0] < starts[-1]


def test_an_expired_address_does_not_damage_the_next_run(
    kaggle: FakeKaggle, workspace: Workspace
) -> None:
    """Some versions of the client overwrite the partial file with the refusal."""
    kaggle.drop_after, kaggle.expired = 1_200_000, True
    with pytest.raises(BookrecError):
        download.run(workspace, KAGGLE, Silent())
    kaggle.drop_after, kaggle.expired = 0, False
    download.run(workspace, KAGGLE, Silent())
    assert (workspace.raw / "best-books-ever/books_1.csv").read_bytes() == LARGE


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, AuthError, "kaggle.json"),
        (403, AuthError, "accept its terms"),
        (404, BookrecError, "--from"),
        (503, NetworkError, "Try again"),
    ],
)
def test_a_refusal_has_its_error_and_a_hint(
    kaggle: FakeKaggle, workspace: Workspace, status: int, kind: type[BookrecError], words: str
) -> None:
    kaggle.status = status
    with pytest.raises(BookrecError) as caught:
        download.run(workspace, KAGGLE, Silent())
    assert type(caught.value) is kind
    assert str(status) in caught.value.message
    assert words in caught.value.hint
    assert listing(workspace) == []


def test_a_silent_server_times_out(
    kaggle: FakeKaggle, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kaggle_client, "READ_SECONDS", 0.2)
    kaggle.silent.set()
    with pytest.raises(NetworkError, match="timed out"):
        download.run(workspace, KAGGLE, Silent())


def test_an_unreachable_server_is_a_network_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({}) as gone:
        monkeypatch.setenv("BOOKREC_KAGGLE_ENDPOINT", gone.url)
    with pytest.raises(NetworkError):
        download.run(workspace, KAGGLE, Silent())


def test_missing_credentials_are_explained_without_a_home_or_a_request(
    kaggle: FakeKaggle, workspace: Workspace, tmp_path: Path
) -> None:
    """In a new process, because the first import of the client prints and makes folders."""
    code = """if True:
        import sys
        from pathlib import Path
        from bookrec.config import DownloadConfig
        from bookrec.errors import AuthError
        from bookrec.progress import Silent
        from bookrec.stages import download
        from bookrec.workspace import Workspace
        assert "kaggle" not in sys.modules
        try:
            download.run(Workspace(Path(sys.argv[1])), DownloadConfig(), Silent())
        except AuthError as error:
            sys.stderr.write(error.hint)
            sys.exit(error.exit_code)
    """
    env = {k: v for k, v in os.environ.items() if k not in ("KAGGLE_CONFIG_DIR", "XDG_CONFIG_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(workspace.root)],
        env={**env, "HOME": os.devnull},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    for words in ("https://www.kaggle.com/settings", "Create New Token", "KAGGLE_KEY", "chmod 600"):
        assert words in done.stderr
    assert f"{os.devnull}/.config/kaggle" in done.stderr
    assert kaggle.calls == []


def test_credentials_may_come_from_the_environment(
    kaggle: FakeKaggle, workspace: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "kaggle/kaggle.json").write_text("not json")
    with pytest.raises(AuthError, match="does not contain a username and a key"):
        download.run(workspace, KAGGLE, Silent())
    monkeypatch.setenv("KAGGLE_API_TOKEN", "expired")
    with pytest.raises(AuthError, match="the token in KAGGLE_API_TOKEN"):
        download.run(workspace, KAGGLE, Silent())
    monkeypatch.setenv("KAGGLE_USERNAME", USER)
    monkeypatch.setenv("KAGGLE_KEY", KEY)
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    assert len(download.run(workspace, KAGGLE, Silent()).fetched) == 3


def test_the_endpoint_hook_fails_clearly_when_kagglesdk_changes(
    kaggle: FakeKaggle, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("kagglesdk.kaggle_env._env_to_endpoint")
    with pytest.raises(BookrecError, match="BOOKREC_KAGGLE_ENDPOINT does not work"):
        download.run(workspace, KAGGLE, Silent())


def test_a_damaged_zip_is_removed_and_fetched_again(
    kaggle: FakeKaggle, workspace: Workspace
) -> None:
    whole = kaggle.zips[BOOKS]
    flipped = bytes([whole[2_000_000] ^ 1])
    for broken in (whole[:-1000], whole[:2_000_000] + flipped + whole[2_000_001:]):
        kaggle.zips[BOOKS] = broken
        with pytest.raises(BookrecError, match="not a valid zip"):
            download.run(workspace, KAGGLE, Silent())
        assert listing(workspace) == []
    kaggle.zips[BOOKS] = whole
    download.run(workspace, KAGGLE, Silent())
    assert (workspace.raw / "best-books-ever/books_1.csv").read_bytes() == LARGE


@pytest.mark.parametrize(
    "name", ["../out.csv", "/out.csv", "a/../../out.csv", "..\\out.csv", "C:/out.csv", "link.csv"]
)
def test_a_zip_with_a_path_outside_its_folder_is_refused(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    info = zipfile.ZipInfo(name)
    info.external_attr = (0o120777 if name == "link.csv" else 0o100644) << 16
    given = tmp_path / "given.zip"
    with zipfile.ZipFile(given, "w") as archive:
        archive.writestr("good.csv", b"1")
        archive.writestr(info, b"/etc/passwd")
    with pytest.raises(BookrecError, match="not safe to unpack"):
        download.run(workspace, DownloadConfig(from_paths=(given,)), Silent())
    assert listing(workspace) == []
    assert given.exists()
    assert not list(tmp_path.rglob("out.csv"))


def test_local_files_and_the_starter_library_replace_each_other(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    monkeypatch.setattr("importlib.resources.files", lambda name: package)
    starter = DownloadConfig(source="starter")
    with pytest.raises(MissingError):
        download.run(workspace, starter, Silent())
    (package / "starter").mkdir(parents=True)
    (package / "starter" / "books.csv").write_bytes(b"simulated")
    download.run(workspace, starter, Silent())
    assert listing(workspace) == ["manifest.json", "starter/books.csv"]

    given = tmp_path / "given"
    given.mkdir()
    (given / "x.csv").write_bytes(b"1")
    (given / "more.zip").write_bytes(zipped({"deep/x.csv": b"2"}))
    (workspace.raw / "mine.csv").write_bytes(b"put here by hand")
    paths = DownloadConfig(from_paths=(given, given / "more.zip"))
    listener = Listener()
    download.run(workspace, paths, listener)
    real = ["local/x-2.csv", "local/x.csv", "manifest.json", "mine.csv"]
    assert listing(workspace) == real
    assert (workspace.raw / "local/x-2.csv").read_bytes() == b"2"
    assert listener.messages == ["Removing starter/books.csv, which came from starter."]

    (given / "x.csv").write_bytes(b"3")
    again = download.run(workspace, paths, Silent())
    assert (again.fetched, again.intact) == (("local/x.csv",), ("local/x-2.csv",))
    download.run(workspace, starter, Silent())
    assert listing(workspace) == ["manifest.json", "mine.csv", "starter/books.csv"]


def test_a_path_without_data_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path / "home"):
        with pytest.raises(UsageError):
            download.run(workspace, DownloadConfig(from_paths=(path,)), Silent())
