"""The command line's contract (docs/cli.md), by real processes on the tiny world."""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest
import tiny
from running import environment

COMMANDS = (
    "download",
    "merge",
    "embed",
    "train-projection",
    "fit-alpha",
    "evaluate",
    "recommend",
    "build",
    "status",
)
HEAVY = {"torch", "transformers", "sentence_transformers", "pandas", "scipy", "kaggle"}
RECOMMENDATION = {
    "rank",
    "book_id",
    "title",
    "author",
    "series",
    "volume",
    "year",
    "genres",
    "mean_rating",
    "ratings_count",
    "predicted_rating",
    "personal",
    "confidence",
    "because",
}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def on(workspace):
    return ("--data-dir", str(workspace.root))


_MANY = """
import contextlib, io, json, sys
from bookrec.cli import main
for args in json.loads(sys.stdin.read()):
    sys.argv = ["bookrec", *args]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def many(home):
    """Several commands in one process, which starts but once."""

    def run(*commands, **env):
        done = subprocess.run(
            [sys.executable, "-c", _MANY],
            input=json.dumps([[str(arg) for arg in args] for args in commands]),
            capture_output=True,
            encoding="utf-8",
            cwd=home,
            env={**environment(), "COLUMNS": "200", **env},
        )
        assert done.returncode == 0, done.stderr
        return [Done(*json.loads(line)) for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def recommend(many, built):
    """`bookrec recommend … --json` on the tiny world for each list of arguments, parsed."""

    def run(*lists):
        found = many(*(("recommend", *args, "--json", *on(built)) for args in lists))
        assert [done.stderr for done in found if done.returncode] == []
        return [json.loads(done.stdout) for done in found]

    return run


def history_of(reader):
    out = io.StringIO(newline="")
    rows = [(t, tiny.AUTHOR[t], n) for t, n in tiny.arrays(reader).items()]
    csv.writer(out).writerows([("title", "author", "rating"), *rows])
    return out.getvalue()


# --- what is recommended ---------------------------------------------------------------------


def test_the_withheld_book_of_the_loved_taste_comes_first(recommend, tmp_path):
    readers = range(1, tiny.READERS + 1)
    for reader in readers:
        (tmp_path / f"{reader}.csv").write_text(history_of(reader), "utf-8")
    lists = recommend(*(("-H", tmp_path / f"{r}.csv", "--series", "any") for r in readers))
    for reader, found in zip(readers, lists, strict=True):
        sea, robot = tiny.withheld(reader)
        loved, other = (sea, robot) if reader % 2 == 0 else (robot, sea)
        assert [b["title"] for b in found] == [loved, other]
        assert found[0]["predicted_rating"] > 3.5 > 2.5 > found[1]["predicted_rating"]
        assert all(tiny.loves(reader, b["title"]) for b in found[0]["because"])


def test_the_whole_catalogue_but_what_must_not_come(recommend):
    everything = ("-n", "1000", "--series", "any", "--max-per-author", "99")
    (found,) = recommend(("The Patient Machine: How Robots Learned to Wait", *everything))
    titles = [b["title"] for b in found]
    # no other edition of it, no box set, no guide, nothing without a description
    assert sorted(titles) == sorted(set(tiny.AUTHOR) - {"The Patient Machine"})
    assert [b["rank"] for b in found] == list(range(1, 36))
    assert set(titles[:10]) <= set(tiny.ROBOT_TITLES)


def test_series(recommend):
    modes = {"next": {2.0}, "first": set(), "none": set(), "any": {2.0, 3.0}}
    whole = ("A Storm of Salt", "-n", "99", "--max-per-author", "99")
    lists = recommend(*((*whole, "--series", mode) for mode in modes), whole)
    volumes = [{b["volume"] for b in found if b["series"]} for found in lists]
    assert volumes == [*modes.values(), modes["next"]]


def test_filters(recommend):
    robots, early = recommend(
        ("Kelp", "--genre", "robots", "--exclude-author", "Vidal", "-n", "99"),
        ("Kelp", "--year", "1975-1980", "-n", "99"),
    )
    assert {b["author"] for b in robots} == {"Kei Tanaka", "J. R. Okoro"}
    assert len(robots) == 4  # two an author
    assert all("Robots" in b["genres"] for b in robots)
    assert {b["year"] for b in early} <= set(range(1975, 1981))
    assert early


def test_stars_turn_the_taste(recommend):
    loved, hated = recommend(("Kelp",), ("Kelp=1", "Rust=5"))
    assert loved[0]["title"] in tiny.SEA_TITLES
    assert loved[0]["because"][0]["title"] == "Kelp"
    assert hated[0]["title"] in tiny.ROBOT_TITLES
    assert hated[0]["because"][0]["rating"] == 5.0


# --- how it is written -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed(built):
    """One question asked in all five formats."""

    def ask(form):
        command = [sys.executable, "-m", "bookrec", "recommend", "Kelp=5", "Rust=2", "-n", "5"]
        command += ["--format", form, *on(built)]
        env = {**environment(), "COLUMNS": "200"}
        return subprocess.run(command, capture_output=True, encoding="utf-8", env=env)

    forms = ("table", "json", "ndjson", "csv", "tsv")
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(forms, pool.map(ask, forms), strict=True))


def test_all_formats_agree(listed):
    assert [done.returncode for done in listed.values()] == [0] * 5
    whole = json.loads(listed["json"].stdout)
    assert [json.loads(line) for line in listed["ndjson"].stdout.splitlines()] == whole
    assert len(whole) == 5
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(listed[form].stdout), delimiter=delimiter))
        assert [(r["title"], r["author"], float(r["predicted_rating"])) for r in rows] == [
            (b["title"], b["author"], b["predicted_rating"]) for b in whole
        ]
        assert set(rows[0]) == set(whole[0])
        assert [r["genres"] for r in rows] == ["; ".join(b["genres"]) for b in whole]
        assert [json.loads(r["because"]) for r in rows] == [b["because"] for b in whole]
    places = [listed["table"].stdout.index(b["title"]) for b in whole]
    assert places == sorted(places)
    assert "Kelp" in listed["table"].stdout  # the reason


def test_json_keeps_the_contract(listed):
    for book in json.loads(listed["json"].stdout):
        assert set(book) >= RECOMMENDATION
        # `clipped` is what the end of the scale cut off
        total = book["expected"] + book["personal"] + book["clipped"]
        assert total == pytest.approx(book["predicted_rating"], abs=1e-9)
        assert 1 <= book["predicted_rating"] <= 5
        assert 0 < book["confidence"] < 1
        for reason in book["because"]:
            assert set(reason) >= {"title", "author", "rating", "share"}
            assert reason["title"] in ("Kelp", "Rust")


def test_a_pipe_gets_tsv_and_data_alone(bookrec, built):
    done = bookrec("recommend", "Kelpp", "-n", "3", *on(built))
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))
    assert [r["rank"] for r in rows] == ["1", "2", "3"]
    assert "taken as Kelp" in done.stderr
    quiet = bookrec("recommend", "Kelpp", "-n", "3", "--quiet", *on(built))
    assert (quiet.stdout, quiet.stderr) == (done.stdout, "")


def test_a_width_that_is_none_is_none(many, built):
    kelp = ("recommend", "Kelp", "-n", "2", "--format", "table", *on(built))
    (usual,) = many(kelp, COLUMNS="")
    for columns in ("wide", "0", "-8"):
        assert many(kelp, COLUMNS=columns) == [usual]
    assert usual.returncode == 0
    (narrow,) = many(kelp, COLUMNS="60")
    assert (
        max(map(len, narrow.stdout.splitlines())) <= 60 < max(map(len, usual.stdout.splitlines()))
    )


def on_terminal(*args, **env):
    """What a person sees: stdout and stderr on one terminal."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bookrec", *args]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**environment(), "TERM": "xterm-256color", **env},
    ):
        os.close(theirs)
        seen = b""
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            try:
                while chunk := terminal.read(65536):
                    seen += chunk
            except OSError:  # Linux says so when the other end is gone
                pass
    return seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_gets_a_table(built):
    seen = on_terminal("recommend", "Kelp", "-n", "2", *on(built))
    assert "\x1b[" in seen  # so that the tests below can fail
    assert "\t" not in seen
    assert re.search(r"(?m)^ *1 +\S", seen)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    "env",
    [
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
    ],
    ids=str,
)
def test_no_escape_codes_where_none_are_wanted(built, env):
    assert "\x1b" not in on_terminal("recommend", "Kelp", "-n", "2", *on(built), **env)


@pytest.mark.parametrize("form", ["table", "ndjson"])
def test_a_closed_pipe_is_quiet(built, form):
    """`bookrec recommend … | head -1`, at its worst: nobody reads a byte."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "bookrec", "recommend", "Kelp", "--format", form, *on(built)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=environment())
    os.close(write)
    assert done.stderr == b""
    assert done.returncode in (0, 1, 141)


@pytest.fixture
def evil(copied):
    """A catalogue whose titles and names would take a terminal over."""
    text = "\x1b]0;owned\x07Islands\x9b31m of \u202eGlass\x00\r"
    with closing(sqlite3.connect(copied.path("catalogue.sqlite"))) as db, db:
        kelp = "(SELECT book FROM names WHERE full = 'kelp')"
        db.execute("UPDATE books SET title = ?, authors = ?", (text, json.dumps([text])))
        db.execute(f"UPDATE books SET title = 'Kelp' WHERE book IN {kelp}")
    return copied


def test_control_characters_of_a_catalogue_never_reach_the_terminal(many, evil):
    kelp = ("recommend", "Kelp", "-n", "1", *on(evil))
    table, tsv, wrong = many(
        (*kelp, "--format", "table"),
        (*kelp, "--format", "tsv", "--no-explain"),
        (*kelp, "--author", "Nobody"),
    )
    assert (table.returncode, tsv.returncode, wrong.returncode) == (0, 0, 3)
    assert "Islands" in table.stdout
    assert "Islands" in tsv.stdout
    assert CONTROL.findall(table.stdout + wrong.stderr) == []
    assert CONTROL.findall(tsv.stdout.replace("\t", "")) == []


def test_json_escapes_what_a_terminal_would_obey(many, evil):
    kelp = ("recommend", "Kelp", "-n", "1", *on(evil))
    done = many(*((*kelp, "--format", form) for form in ("json", "ndjson", "csv", "tsv")))
    assert [CONTROL.findall(d.stdout.replace("\t", "")) for d in done] == [[]] * 4


# --- start-up --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args", [["--help"], ["status"], ["recommend", "Kelp"]], ids=lambda a: a[0]
)
def test_nothing_heavy_is_imported(built, args):
    command = [sys.executable, "-X", "importtime", "-m", "bookrec", *args]
    env = {**environment(), "BOOKREC_HOME": str(built.root)}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == 0
    imported = {
        line.rsplit("|", 1)[1].strip().split(".")[0]
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert "typer" in imported
    assert imported & HEAVY == set()


def test_every_command_has_help_with_an_example(many):
    (everything,) = many(["--help"])
    # whatever has been added since has to keep the rule too
    added = re.findall(r"(?m)^│ ([a-z][a-z-]+) {2,}", everything.stdout)
    names = sorted({*COMMANDS, *added})
    for name, done in zip(names, many(*([name, "--help"] for name in names)), strict=True):
        assert done.returncode == 0, name
        assert f"bookrec {name}" in done.stdout.split("Usage", 1)[1].split("\n", 1)[1], name
        assert "Example" in done.stdout, name
        assert done.stderr == "", name


# --- exit codes ------------------------------------------------------------------------------

USAGE = (
    (["recommend"], "nothing to go by"),
    (["recommend", "Kelp", "--format", "yaml"], "yaml"),
    (["recommend", "Kelp", "--series", "last"], "first, next, any, none"),
    (["recommend", "Kelp", "--year", "soon"], "1950-2020"),
    (["recommend", "Kelp=9"], "0.5 to 5"),
    (["recommend", "Kelp", "--genre", "Robot"], "robots"),
    (["recommend", "--history", "no-such-file.csv"], "no-such-file.csv"),
    (["evaluate", "--seed", "5"], "seed 0, not 5"),
    (["fit-alpha", "--seed", "5"], "train-projection --seed 5"),
    (["evaluate", "--ratings", "no-such-folder"], "no-such-folder"),
    (["reccommend", "Kelp"], "No such command"),
)


def test_usage_errors(many, built):
    found = many(*(args for args, _ in USAGE), BOOKREC_HOME=str(built.root))
    for (args, says), done in zip(USAGE, found, strict=True):
        assert (done.returncode, done.stdout) == (2, ""), args
        assert says in done.stderr, args


def test_no_such_title(bookrec, built):
    done = bookrec("recommend", "The Lighthouse in Wintertime", *on(built))
    assert (done.returncode, done.stdout) == (3, "")
    assert "1. The Lighthouse Winter by Ida Brandt" in done.stderr


def test_an_ambiguous_title_lists_numbered_candidates(many, copied):
    with closing(sqlite3.connect(copied.path("catalogue.sqlite"))) as db, db:
        db.execute("UPDATE names SET full = 'rust', core = 'rust' WHERE full = 'iron sleep'")
        db.execute("UPDATE books SET ratings_count = 9 WHERE title = 'Rust'")
        db.execute("UPDATE books SET title = 'Rust', ratings_count = 5 WHERE title = 'Iron Sleep'")
    rust = ("recommend", "Rust", *on(copied))
    done, vidal = many(rust, (*rust, "-a", "vidal"))
    assert (done.returncode, done.stdout) == (3, "")
    lines = [line for line in done.stderr.splitlines() if re.match(r"\s+\d\. ", line)]
    assert [re.sub(r" \(.*", "", line) for line in lines] == [
        "  1. Rust by Kei Tanaka",
        "  2. Rust by Rosa Vidal",
    ]
    assert "--author" in done.stderr
    assert vidal.returncode == 0


def test_missing_data_says_which_command_makes_it(many, tmp_path):
    first = {"merge": "download", "embed": "merge", "train-projection": "merge"}
    first |= {"fit-alpha": "merge", "evaluate": "merge"}
    found = many(*((command, "--data-dir", tmp_path / "nothing") for command in first))
    for (command, needed), done in zip(first.items(), found, strict=True):
        assert (done.returncode, done.stdout) == (4, ""), command
        assert f"`bookrec {needed}`" in done.stderr, command


# --- history files ---------------------------------------------------------------------------


def test_rows_that_found_no_book_are_written_down(bookrec, built, tmp_path):
    history = (
        "title,author,rating\nKelp,Ida Brandt,5\nA Book of Another World,Nobody,4\n"
        "Rust,Kei Tanaka,eleven\n"
    )
    path = tmp_path / "missed.csv"
    args = ("recommend", "--history", "-", "--unmatched", path, "-n", "1", "--json", *on(built))
    done = bookrec(*args, stdin=history)
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["because"][0]["title"] == "Kelp"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["title"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"A Book of Another World", "Rust"}
    assert (rows["A Book of Another World"]["line"], rows["Rust"]["line"]) == ("3", "4")
    assert rows["A Book of Another World"]["why"] == "unknown"
    assert "1 of 3" in done.stderr


def test_rows_that_found_no_book_are_written_down_beside_many_lists(bookrec, built, tmp_path):
    history, missed = tmp_path / "read.csv", tmp_path / "missed.csv"
    history.write_text("title,author,rating\nKelp,Ida Brandt,5\nA Stranger,Nobody,4\n", "utf-8")
    asked = ("recommend", "--titles", "-", "-n", "1", "--unmatched", missed, *on(built))
    done = bookrec(*asked, "--history", history, stdin="Soundings\nNo Such Book At All\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (3, 2)
    with missed.open(encoding="utf-8", newline="") as file:
        assert [(r["line"], r["title"]) for r in csv.DictReader(file)] == [("3", "A Stranger")]
    missed.unlink()
    for args in (asked, ("recommend", "Kelp", "--unmatched", missed, *on(built))):
        none = bookrec(*args, stdin="Soundings\n")
        assert (none.returncode, none.stdout, missed.exists()) == (2, "", False)
        assert "--history" in none.stderr


def test_a_history_of_strangers_is_no_reason(bookrec, built):
    done = bookrec("recommend", "-H", "-", *on(built), stdin="title,rating\nSomething Else,5\n")
    assert (done.returncode, done.stdout) == (3, "")


# --- evaluate, status, build -----------------------------------------------------------------


def test_evaluate(bookrec, copied):
    done = bookrec("evaluate", "--json", *on(copied))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) >= {"readers", "ratings", "protocol", "data", "methods", "lift", "segments"}
    assert (found["readers"], found["protocol"]) == (tiny.READERS, "held-out")
    assert found["ratings"] == sum(
        round(0.2 * len(tiny.arrays(r))) for r in range(1, tiny.READERS + 1)
    )
    assert set(found["methods"]) >= {"mean", "reader_mean", "bias", "text", "personal"}
    for method in found["methods"].values():
        assert method["coverage"] == 1.0
        for name in ("per_user_pearson", "per_user_spearman", "pooled_pearson", "rmse"):
            figure = method[name]
            assert figure["low"] <= figure["value"] <= figure["high"]
    pearson = {n: m["per_user_pearson"]["value"] for n, m in found["methods"].items()}
    assert pearson["personal"] > 0.8 > 0.3 > pearson["mean"]
    assert pearson["reader_mean"] == 0.0  # a constant could have told books apart, and did not
    lift = found["lift"]["per_user_pearson"]
    assert lift["difference"] == pytest.approx(pearson["personal"] - pearson["mean"], abs=2e-4)
    assert lift["low"] > 0
    assert json.loads(copied.path("metrics.json").read_text()) == found
    again = bookrec("evaluate", "--json", *on(copied))
    assert json.loads(again.stdout) == found


def test_evaluate_on_readers_the_model_never_saw(bookrec, copied, tmp_path):
    with (tmp_path / "new.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Name", "Rating"])
        for reader in (2, 4, 5, 7, 9):
            for title, n in tiny.arrays(reader).items():
                writer.writerow([9000 + reader, tiny.printed(title), tiny.PHRASE[n]])
    args = ("evaluate", "--ratings", tmp_path / "new.csv", "--max-history", "10", "--json")
    done = bookrec(*args, *on(copied))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["protocol"], found["readers"]) == ("unseen-readers", 5)
    methods = found["methods"]
    assert methods["personal"]["per_user_pearson"]["value"] > 0.8
    assert (tmp_path / "new.csv").exists()


def test_build_leaves_what_is_fresh_and_status_says_what_is_stale(bookrec, copied):
    before = {p.name: p.stat().st_mtime_ns for p in copied.root.iterdir() if p.suffix != ".lock"}
    done = bookrec("build", *on(copied))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    fresh = re.findall(r"(?m)^([a-z-]+): fresh", done.stderr)
    assert fresh == ["merge", "embed", "train-projection", "fit-alpha"]
    assert {p: m for p, m in before.items() if copied.path(p).stat().st_mtime_ns != m} == {}
    copied.path("vectors.npy").unlink()
    states = {s["artefact"]: s for s in json.loads(bookrec("status", "--json", *on(copied)).stdout)}
    assert states["text_vectors.npy"]["fresh"]
    assert states["vectors.npy"]["reason"] == "not made yet"
    assert states["vectors.npy"]["command"] == "train-projection"
    assert not states["model.json"]["fresh"]
