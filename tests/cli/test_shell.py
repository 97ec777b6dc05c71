"""Pipes, redirections and stdin, in a real shell."""

import json
import os
import shlex
import shutil
import subprocess
import sys

import pytest
from running import environment

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(not BASH, reason="no bash")
TITLE = "import json,sys\nfor l in sys.stdin: print(json.loads(l)['title'])"
JQ_TITLE = "jq -r .title" if shutil.which("jq") else f"python -c {shlex.quote(TITLE)}"


@pytest.fixture
def bash(home, built, tmp_path):
    """Run a line of bash in an empty folder, with `bookrec` and `python` on the path."""
    tools = tmp_path / "bin"
    tools.mkdir()
    python = shlex.quote(sys.executable)
    for name, line in {"bookrec": f"{python} -m bookrec", "python": python}.items():
        (tools / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        (tools / name).chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()

    def run(line, **env):
        path = os.pathsep.join([str(tools), os.environ["PATH"]])
        return subprocess.run(
            [BASH, "-c", f"set -o pipefail; {line}"],
            capture_output=True,
            encoding="utf-8",
            cwd=work,
            stdin=subprocess.DEVNULL,
            timeout=120,
            env={**environment(), "PATH": path, "BOOKREC_HOME": str(built.root), **env},
        )

    run.folder = work
    return run


def test_jq_reads_ndjson(bash):
    done = bash(f'bookrec recommend "Kelp" --author Brandt -n 5 --format ndjson | {JQ_TITLE}')
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5


def test_json_is_redirected_to_a_file(bash):
    (bash.folder / "goodreads_library_export.csv").write_text(
        "Book Id,Title,Author,My Rating,Exclusive Shelf\n1,Kelp,Ida Brandt,5,read\n"
    )
    done = bash("bookrec recommend --history goodreads_library_export.csv --json > recs.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 of 1 books found" in done.stderr
    assert len(json.loads((bash.folder / "recs.json").read_text("utf-8"))) == 10


def test_a_history_is_read_from_stdin(bash):
    done = bash("printf 'Kelp\\tIda Brandt\\t5\\n' | bookrec recommend --history - --json")
    assert done.returncode == 0, done.stderr
    because = json.loads(done.stdout)[0]["because"][0]
    assert (because["title"], because["rating"]) == ("Kelp", 5.0)


@pytest.mark.slow
def test_jq_reads_an_evaluation(bash, copied):
    code = "import json,sys; print(json.load(sys.stdin)['lift']['per_user_pearson']['difference'])"
    jq = "jq .lift.per_user_pearson.difference"
    read = jq if shutil.which("jq") else f"python -c {shlex.quote(code)}"
    done = bash(f"bookrec evaluate --json | {read}", BOOKREC_HOME=str(copied.root))
    assert done.returncode == 0, done.stderr
    assert -2 <= float(done.stdout) <= 2


def test_head_closes_the_pipe_without_an_error(bash):
    done = bash('bookrec recommend "Kelp" | head -3')
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == ""
    many = bash("yes Kelp | head -40 | bookrec recommend --titles - | head -1")
    assert json.loads(many.stdout)["seed"] == "Kelp"
    assert many.stderr == ""


@pytest.mark.parametrize("env", [{}, {"TERM": ""}], ids=str)
def test_a_file_gets_no_escape_codes(bash, env):
    done = bash("bookrec recommend Kelp --format table > out.txt 2>&1", **env)
    assert done.returncode == 0
    assert "\x1b" not in (bash.folder / "out.txt").read_text("utf-8")


def test_cut_reads_a_column(bash):
    done = bash("bookrec recommend Kelp -n 2 --fields author,title --no-header | cut -f2")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
