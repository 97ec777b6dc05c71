"""docs/cli.md is what the commands' help says; every command has an example."""

import typer.main
from running import ROOT, tool

from bookrec.cli import app


def commands():
    for name, command in typer.main.get_command(app).commands.items():
        yield name, command
        for below, sub in getattr(command, "commands", {}).items():
            yield f"{name} {below}", sub


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert written == tool("docs.py").document(), "run `make docs`"


def test_every_command_and_option_is_documented():
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for name, command in commands():
        assert f" bookrec {name}\n" in page
        assert "Example" in command.help, name
        assert f"bookrec {name}" in command.help, name
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", (name, parameter.name)
            assert all(option in page for option in parameter.opts if option.startswith("--"))
