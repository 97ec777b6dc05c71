"""Every command has help with an example, and docs/cli.md is made from that help."""

import pytest
import typer.main
from running import ROOT, tool

from bookrec.cli import app

CONTRACT = (
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
PAGE = ROOT / "docs" / "cli.md"


def commands():
    """Each command and its name, subcommands included."""
    for name, command in typer.main.get_command(app).commands.items():
        yield name, command
        for below, sub in getattr(command, "commands", {}).items():
            yield f"{name} {below}", sub


def test_every_command_of_the_contract_is_there():
    assert {name for name, _ in commands()} >= set(CONTRACT)


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_help_shows_the_usage_and_an_example(bookrec, name):
    done = bookrec(*name.split(), "--help", COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    usage, rest = done.stdout.split("Usage", 1)[1].split("\n", 1)
    assert f"bookrec {name}" in usage
    assert "Example" in rest
    assert f"bookrec {name}" in rest


def test_the_page_is_what_make_docs_writes():
    assert PAGE.read_text("utf-8") == tool("docs.py").document(), "run `make docs`"


def test_every_command_and_option_is_on_the_page():
    page = PAGE.read_text("utf-8")
    for name, command in commands():
        assert f" bookrec {name}\n" in page
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", (name, parameter.name)
            assert all(option in page for option in parameter.opts if option.startswith("--"))
