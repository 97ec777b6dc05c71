"""Start-up is fast: commands that answer in a moment import nothing heavy."""

import subprocess
import sys

import pytest
from running import environment

HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "pandas",
    "scipy",
    "kaggle",
    "matplotlib",
    "jinja2",
    "ftfy",
    "stdnum",
    "py3langid",
}


def imported(*args, **env):
    """The modules that a new process of `bookrec` imports."""
    code = "import sys; sys.argv[0] = 'bookrec'; from bookrec.cli import main; main()"
    command = [sys.executable, "-X", "importtime", "-c", code, *args]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(**env))
    assert done.returncode == 0, done.stderr
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rsplit("|", 1)[1].strip() for line in lines}


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "status",
        "recommend Kelp=5 Rust=2",
        "explain Soundings Kelp",
        "search sea stories --year 1970-1990",
        "show Soundings",
        "history list",
        "history add Kelp 4",
    ],
)
def test_nothing_heavy_is_imported(copied, line):
    found = imported(*line.split(), BOOKREC_HOME=str(copied.root))
    assert "typer" in found
    assert {name.split(".")[0] for name in found} & HEAVY == set()


def test_completion_imports_next_to_nothing(built):
    found = imported(
        BOOKREC_HOME=str(built.root),
        COMP_WORDS="bookrec\nrecommend\nKe",
        COMP_CWORD="2",
        _BOOKREC_COMPLETE="complete_bash",
    )
    assert "typer" in found
    assert {name.split(".")[0] for name in found} & {"numpy", "rapidfuzz", *HEAVY} == set()
    assert "rich.console" not in found
