"""docs/cli.md is what the commands' help says; every command has an example."""

import importlib.util
from pathlib import Path

import typer.main

from bookrec.cli import app

ROOT = Path(__file__).parents[1]


def the_tool():
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands():
    for name, command in typer.main.get_command(app).commands.items():
        yield name, command
        for below, sub in getattr(command, "commands", {}).items():
            yield f"{name} {below}", sub


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert written == the_tool().document(), "run `make docs`"


def test_every_command_and_option_is_documented():
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for name, command in commands():
        assert f" bookrec {name}\n" in page
        assert "Example" in command.help, name
        assert f"bookrec {name}" in command.help, name
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", (name, parameter.name)
            assert all(option in page for option in parameter.opts if option.startswith("--"))
