"""On a terminal the candidates for a title are answered with a number."""

import csv
import os
import subprocess
import sys
import time

import pytest
from running import environment, on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def answered(answer, *args):
    """Run a command on a terminal and type the answer when it asks. Return exit code and output."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bookrec", *args]
    env = {**environment(), "TERM": "dumb"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        seen, asked, end = b"", 0, time.monotonic() + 100
        while time.monotonic() < end:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # on Linux, when the other end is closed
                break
            if not chunk:
                break
            seen += chunk
            if seen.count(b"Number (1-") > asked:
                asked += 1
                os.write(ours, answer)
        os.close(ours)
        return process.wait(timeout=10), seen.decode()


def test_a_number_goes_on_with_that_book(built):
    code, seen = answered(
        b"1\n", "recommend", "The Lighthouse in Wintertime=4", "-n", "2", *on(built)
    )
    assert "1. The Lighthouse Winter by Ida Brandt" in seen
    assert code == 0, seen
    assert "Number (1-1, Enter for none)" in seen


@pytest.mark.parametrize("answer", [b"\n", b"0\n"])
def test_none_of_them_is_the_ordinary_error(built, answer):
    code, seen = answered(answer, "recommend", "The Lighthouse in Wintertime", *on(built))
    assert code == 3
    assert seen.count("1. The Lighthouse Winter") == 1


def test_explain_and_history_add_ask_too(copied):
    code, seen = answered(b"1\n", "explain", "The Lighthouse in Wintertime", "Kelp", *on(copied))
    assert code == 0, seen
    code, seen = answered(b"1\n", "history", "add", "Brandt", "4", *on(copied))
    assert code == 0, seen
    with copied.path("history.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["author"] == "Ida Brandt"


def test_quiet_and_pipes_are_not_asked(bookrec, built):
    code, seen = answered(b"1\n", "recommend", "The Lighthouse in Wintertime", "-q", *on(built))
    assert (code, "Number (" in seen) == (3, False)
    done = bookrec("recommend", "The Lighthouse in Wintertime", *on(built), stdin="1\n")
    assert (done.returncode, "Number (" in done.stderr) == (3, False)
