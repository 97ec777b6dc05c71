"""What people type in a shell, in a real one: pipes, redirections, stdin, completion."""

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
HEAVY = ("torch", "transformers", "sentence_transformers", "pandas", "scipy", "kaggle")
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


def test_titles_by_jq(bash):
    done = bash(f'bookrec recommend "Kelp" --author Brandt -n 5 --format ndjson | {JQ_TITLE}')
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5


def test_a_history_to_a_json_file(bash):
    (bash.folder / "goodreads_library_export.csv").write_text(
        "Book Id,Title,Author,My Rating,Exclusive Shelf\n1,Kelp,Ida Brandt,5,read\n"
    )
    done = bash("bookrec recommend --history goodreads_library_export.csv --json > recs.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 of 1 books found" in done.stderr
    assert len(json.loads((bash.folder / "recs.json").read_text("utf-8"))) == 10


def test_a_history_from_stdin(bash):
    done = bash("printf 'Kelp\\tIda Brandt\\t5\\n' | bookrec recommend --history - --json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["because"][0] == {
        **json.loads(done.stdout)[0]["because"][0],
        "title": "Kelp",
        "rating": 5.0,
    }


def test_evaluate_to_jq(bash, copied):
    code = "import json,sys; print(json.load(sys.stdin)['lift']['per_user_pearson']['difference'])"
    jq = "jq .lift.per_user_pearson.difference"
    read = jq if shutil.which("jq") else f"python -c {shlex.quote(code)}"
    done = bash(f"bookrec evaluate --json | {read}", BOOKREC_HOME=str(copied.root))
    assert done.returncode == 0, done.stderr
    assert -2 <= float(done.stdout) <= 2


def test_head_closes_the_pipe(bash):
    done = bash('bookrec recommend "Kelp" | head -3')
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == ""
    many = bash("yes Kelp | head -40 | bookrec recommend --titles - | head -1")
    assert json.loads(many.stdout)["seed"] == "Kelp"
    assert many.stderr == ""


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_cron_gets_no_escape_codes(bash, env):
    done = bash("bookrec recommend Kelp --format table > out.txt 2>&1", **env)
    assert done.returncode == 0
    assert "\x1b" not in (bash.folder / "out.txt").read_text("utf-8")


def test_titles_from_stdin_answer_a_line_each(bash):
    lines = "Kelp\\nNo Such Book\\n\\nRust=1\\nFog Horn\\tPer Holt\\t4\\nKelp=9\\n"
    done = bash(f"printf '{lines}' | bookrec recommend --titles - -n 2 --fields title,author")
    assert done.returncode == 3
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["seed"] for a in answers] == [
        "Kelp",
        "No Such Book",
        "Rust=1",
        "Fog Horn\tPer Holt\t4",
        "Kelp=9",
    ]
    assert ["error" in a for a in answers] == [False, True, False, False, True]
    assert [set(b) for b in answers[0]["recommendations"]] == [{"title", "author"}] * 2


def test_a_seed_of_a_list_gets_what_it_gets_alone(bash):
    alone = bash("bookrec recommend Kelp -n 3 --json")
    (bash.folder / "wanted.txt").write_text("Kelp\n")
    listed = bash("bookrec recommend --titles wanted.txt -n 3 --format json")
    assert listed.returncode == 0
    assert json.loads(listed.stdout)[0]["recommendations"] == json.loads(alone.stdout)
    flat = bash("bookrec recommend --titles wanted.txt -n 3 --format tsv --fields title")
    rows = [line.split("\t") for line in flat.stdout.splitlines()]
    assert rows[0] == ["seed", "title"]
    assert [row[1] for row in rows[1:]] == [b["title"] for b in json.loads(alone.stdout)]


def test_fields_and_header(bash):
    done = bash("bookrec recommend Kelp -n 2 --fields author,title --no-header | cut -f2")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    named = bash("bookrec recommend Kelp -n 2 --fields author,title --format csv")
    assert named.stdout.splitlines()[0] == "author,title"
    wrong = bash("bookrec recommend Kelp --fields titel")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "title" in wrong.stderr


def test_one_stdin_has_one_reader(bash):
    done = bash("bookrec recommend --titles - --history -")
    assert done.returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        "recommend Kelp=5 Rust=2",
        "explain Soundings Kelp",
        "history list",
        "history add Kelp 4 --data-dir {copy}",
        "recommend --help",
        "history --help",
    ],
)
def test_nothing_heavy_is_imported(bash, copied, command):
    code = (
        "import sys\nfrom bookrec.cli import main\n"
        f"sys.argv = ['bookrec', *{shlex.split(command.format(copy=copied.root))!r}]\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\n"
        f"heavy = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "print('heavy:', heavy, file=sys.stderr)"
    )
    done = bash(f"python -c {shlex.quote(code)}")
    assert "heavy: []" in done.stderr, done.stderr


# --- completion -------------------------------------------------------------------------------


def complete(bash, *words, **env):
    code = "import sys\nsys.argv = ['bookrec']\nfrom bookrec.cli import main\nmain()"
    script = f"python {'-X importtime ' if env.pop('timed', '') else ''}-c {shlex.quote(code)}"
    done = bash(
        script,
        COMP_WORDS="\n".join(["bookrec", *words]),
        COMP_CWORD=str(len(words)),
        _BOOKREC_COMPLETE="complete_bash",
        **env,
    )
    return done


def test_titles_are_completed(bash):
    assert complete(bash, "recommend", "Ke").stdout.split("\n")[0] == "Kelp"
    assert complete(bash, "recommend", "gull").stdout.strip() == r"Gull\ Rock"
    assert complete(bash, "recommend", '"The Br').stdout.strip() == "The Brass Mind"
    assert (
        complete(bash, "explain", "Soundings", "Whaler").stdout.strip()
        == r"The\ Whaler\'s\ Daughter"
    )


def test_options_are_completed(bash):
    assert "--novelty" in complete(bash, "recommend", "--nov").stdout
    assert complete(bash, "recommend", "--series", "ne").stdout.split() == ["next"]
    assert set(complete(bash, "recommend", "--format", "").stdout.split()) >= {"json", "tsv"}


def test_completion_is_silent_about_errors_and_imports_next_to_nothing(bash, tmp_path):
    nowhere = complete(bash, "recommend", "Ke", BOOKREC_HOME=str(tmp_path / "nowhere"))
    assert nowhere.stderr == ""
    timed = complete(bash, "recommend", "Ke", timed="1")
    loaded = {line.rsplit("|", 1)[1].strip() for line in timed.stderr.splitlines() if "|" in line}
    assert not loaded & {"numpy", "rapidfuzz", "rich.console", *HEAVY}
