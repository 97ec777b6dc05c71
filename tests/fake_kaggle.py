"""A Kaggle server on loopback: as much of it as the real client needs for a download."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, KEY = "reader", "secret"


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of the members, uncompressed so that its size is known."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class FakeKaggle(ThreadingHTTPServer):
    """Its files and its faults may be changed at any time."""

    daemon_threads = True

    def __init__(self, zips: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.zips = zips  # slug → body
        self.status = 0  # answer every API call with this status instead
        self.drop_after = 0  # bytes of a body after which the connection is dropped; 0: never
        self.expired = False  # an address that was handed out works once
        self.silent = threading.Event()  # when set, API calls get no answer until the end
        self.closing = threading.Event()
        self.calls: list[str] = []  # slugs asked for
        self.ranges: list[tuple[str, str]] = []  # (Range, If-Range) of each body asked for

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeKaggle

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        slug = body.get("datasetSlug", "")
        self.server.calls.append(slug)
        if self.server.silent.is_set():
            self.server.closing.wait(10)
            return
        if self.path != "/v1/datasets.DatasetApiService/DownloadDataset":
            return self._refuse(404, f"no such call: {self.path}")
        if self.server.status:
            return self._refuse(self.server.status, "as the test asked")
        login = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {login}":
            return self._refuse(401, "wrong credentials")
        if slug not in self.server.zips:
            return self._refuse(404, "no such data set")
        self.send_response(302)
        self.send_header("Location", f"{self.server.url}/files/{slug}.zip?signed=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        body = self.server.zips[self.path.removeprefix("/files/").removesuffix(".zip?signed=1")]
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        wanted, condition = self.headers.get("Range", ""), self.headers.get("If-Range", "")
        self.server.ranges.append((wanted, condition))
        if self.server.expired and len(self.server.ranges) > 1:
            return self._refuse(403, "this address has expired")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if condition and condition != etag:
            start = 0
        self.send_response(206 if start else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        end = start + self.server.drop_after if self.server.drop_after else len(body)
        with suppress(ConnectionError):  # the client hangs up to ask again with a Range
            self.wfile.write(body[start:end])  # HTTP/1.0: the connection is closed after it

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps({"code": status, "message": message}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def serving(zips: dict[str, bytes]) -> Iterator[FakeKaggle]:
    """Run a server, and close it and its socket afterwards."""
    server = FakeKaggle(zips)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
