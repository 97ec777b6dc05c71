"""The report as one self-contained HTML page: inline styles and SVG, no scripts, no requests.

The markup and the prose are Jinja templates in `templates/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.errors import UsageError
from bookrec.files import writing
from bookrec.report import dots, plots
from bookrec.report.contents import Report
from bookrec.report.methods import LIST_METHODS, STAR_METHODS
from bookrec.report.numbers import number, signed, thousands

if TYPE_CHECKING:
    from jinja2 import Environment


def write_report(folder: Path, report: Report) -> Path:
    """Write `index.html` into the folder, creating it if needed, and return the file's path.

    Raises:
        UsageError: the folder cannot be written.
    """
    target = folder / "index.html"
    text = page(report)
    try:
        with writing(target) as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return target


def page(report: Report) -> str:
    """Return the page's HTML."""
    return _environment().get_template("page.html").render(report=report, m=report.metrics)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"number": number, "signed": signed, "thousands": thousands}
    found.globals |= {"dots": dots, "plots": plots, "names": dots.NAMES}
    found.globals |= {"star_methods": STAR_METHODS, "list_methods": LIST_METHODS}
    return found
