"""docs/cli.md from the commands' own help: `make docs`. A test keeps the file true."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import typer.main

from bookrec.cli import app

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
EVERYWHERE = {"data_dir", "format", "json", "quiet", "verbose"}
HEAD = """# The command line

Made by `make docs` from the commands' own help; do not edit.

Data goes to stdout and nothing else does; notes, progress and errors go to stderr. Without
`--format`, a terminal gets a table and a pipe gets tab-separated values.

Every command has `--data-dir DIR` (the workspace; `BOOKREC_HOME`, else the platform's data
folder), `-q`/`--quiet` (only data and errors), `-v`/`--verbose` (say more on stderr) and
`-h`/`--help`; those with a result have `--format table|json|ndjson|csv|tsv` and `--json`. They go
after the command's name. `bookrec --install-completion` sets up completion of options and titles.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failure, or the reader of a pipe has gone |
| 2 | usage: an option or an input file that cannot be used |
| 3 | no such title, or an ambiguous one (candidates are listed) |
| 4 | data or model missing, damaged or stale (the message says what to type) |
| 5 | not authenticated |
| 6 | network |
| 130 | interrupted |

`recommend --json` is a list of objects, `--format ndjson` the same, an object a line:

```json
{"rank": 1, "book_id": "…", "title": "…", "author": "…", "series": "…", "volume": 2.0,
 "year": 1969, "genres": ["…"], "mean_rating": 4.1, "ratings_count": 12345,
 "predicted_rating": 4.41, "expected": 3.95, "personal": 0.46, "loyalty": 0.15, "clipped": 0.0,
 "confidence": 0.62, "likeness": null,
 "because": [{"title": "…", "author": "…", "rating": 5.0, "share": 0.791, "stars": 0.421,
              "alike": ["same author"]}],
 "because_others": {"books": 57, "stars": -0.111, "share": -0.209}}
```

What is not known is null. `mean_rating` is the site's mean, what all its readers give the book;
`expected` is the model's own mean, what it expects for anyone: from the ratings it learned from
and, where those are few, from `mean_rating`, author, series and text. `expected` + `personal` +
`clipped` = `predicted_rating`, where `clipped` is what the scale of 1 to 5 cuts off; `loyalty`
(what it says that the reader has come back to the series or the author) and the `stars` of
`because` and of `because_others` sum to `personal`. A `share` is so much of the reason: the stars
of that part by the sum of the absolute stars of `because` and `because_others`. It has the part's
sign and lies between -1 and 1; the absolute shares sum to 1, and all are null where the books add
nothing. `because_others` is one part, the sum of the books that are not named: those for and those
against the book are set off against each other. Rounded as they are, all these sums are exact to
the last digit. `likeness` is the cosine to the words of `--like`.

`explain --json` is one such object in which `because` names every book, with `recommended`, `rank`
(null when something bars the book), `place` by score alone `among` so many books, and `why_not`, a
list of `{"reason": "series", "text": "…"}`; the reasons are `read`, `not_described`, `kind`,
`genre`, `not-genre`, `language`, `year`, `pages`, `min-ratings`, `max-ratings`, `exclude-author`,
`not_near` (the history says next to nothing for it), `author_cap`, `series`, `same_title` and
`too_far`.

`recommend --titles` answers `{"seed": "…", "recommendations": […]}` a line, or `{"seed": "…",
"error": "…", "candidates": ["…"]}` for one that was not found, and ends with exit code 3 then.

`evaluate --json` says by which `protocol` it measured ("held-out", "unseen-readers" or "forward",
where `histories` is "dated": each rating predicted from what was dated on earlier days; or
"in-order": by one cut, the latest 30 % from the earliest 70 %), and what the intervals are over
(`interval_over`: "readers"; of a single reader "days" or "ratings"):

```json
{"protocol": "forward", "histories": "dated", "interval_over": "readers", "readers": 19,
 "ratings": 2210, "data": "goodreads",
 "methods": {"mean": {"per_user_pearson": {"value": 0.21, "low": 0.17, "high": 0.25}, "…": "…"},
             "reader_mean": {"…": "…"}, "bias": {"…": "…"}, "text": {"…": "…"},
             "personal": {"…": "…"}},
 "lift": {"per_user_pearson": {"difference": 0.07, "low": 0.04, "high": 0.1}},
 "segments": {"cold_books": {"…": "…"}, "…": "…"},
 "lists": {"k": 20, "candidates": 24683, "readers": 19, "targets": 650, "history": 84.1,
  "methods": {"popularity": {"recall_at_20": {"value": 0.06, "low": 0.03, "high": 0.09},
                             "ndcg_at_20": {"…": "…"}, "stratified_recall_at_20": {"…": "…"},
                             "popularity": 6.5, "coverage": 0.01, "duplicates": 0.0},
              "itemknn": {"…": "…"}, "ease": {"…": "…"}, "text": {"…": "…"},
              "personal": {"…": "…"}, "shown": {"…": "…"}},
  "lift": {"over": "ease", "recall_at_20": {"difference": 0.01, "low": -0.01, "high": 0.03},
           "stratified_recall_at_20": {"…": "…"}},
  "frontier": [{"novelty": 0.0, "recall_at_20": {"…": "…"}, "…": "…"}],
  "by_history": {"1": {"readers": 19, "targets": 650, "methods": {"…": "…"}}, "…": "…"},
  "cold_books": {"candidates": 15000, "readers": 12, "methods": {"…": "…"}}}}
```

`lists` are of 20 books out of all that may be recommended, less what is read; no candidates are
sampled. Targets are held-out books given 4 or 5 stars, of readers with three or more, at most 300
of them, drawn with the seed; where nobody has so many, `lists` is null. Recall's denominator is
min(20, targets). Stratified recall weighs a target by (site ratings + 10)^-1/2. `popularity` is the
mean log10(ratings + 10) of the lists, `coverage` the share of candidates that any list shows,
`duplicates` the share of a list that repeats a work, `history` the mean number of books a list was
made from. Popularity, item kNN and EASE know the readers' history rows alone, of described books.
`personal` is the order by score, `shown` what `recommend` prints, `text` the same score on the
unprojected vectors; `frontier` is `personal` as `--novelty` turns. `by_history` tells only so many
liked books of each history, drawn at random; `cold_books` ranks the books that no known reader has
rated among themselves, beside the site's popularity. Of a single reader a method's `hits` are how
many of the 20 were targets, and there are no intervals. In csv and tsv a method is a row; the
lists' `coverage` is `list_coverage` there.
"""


def document() -> str:
    """The whole page."""
    root: Any = typer.main.get_command(app)
    parts = [HEAD]
    for name, command in root.commands.items():
        parts += _section(f"bookrec {name}", command, "##")
        for below, sub in getattr(command, "commands", {}).items():
            parts += _section(f"bookrec {name} {below}", sub, "###")
    return "\n".join(parts).rstrip() + "\n"


def _section(name: str, command: Any, level: str) -> list[str]:
    """Title, help and the table of one command's arguments and options."""
    lines = [f"{level} {name}", "", *_help(inspect.cleandoc(command.help or "")), ""]
    rows = [_row(p) for p in command.params if p.name not in EVERYWHERE]
    if rows and not hasattr(command, "commands"):
        lines += ["| | | default |", "|---|---|---|", *rows, ""]
    return lines


def _help(text: str) -> list[str]:
    """Paragraphs as they are; examples as code."""
    lines, code = [], False
    for line in text.splitlines():
        single = re.match(r"Example: (.*)", line)
        example = re.match(r"\s+(\S.*)", line)
        if single:
            lines += ["```sh", single[1], "```"]
        elif example:
            lines += ["```sh"] if not code else []
            lines.append(example[1])
            code = True
        elif not (code and not line):  # blank lines between examples go
            lines.append(line)
    return [*lines, "```"] if code else lines


def _row(parameter: Any) -> str:
    """One argument or option: its names, what it does, its default."""
    if parameter.param_type_name == "argument":
        names = f"`{parameter.metavar or parameter.name.upper()}`"
    else:
        names = ", ".join(f"`{n}`" for n in (*parameter.opts, *parameter.secondary_opts))
        names += f" `{parameter.metavar}`" if parameter.metavar else ""
    default = parameter.default
    known = default not in (None, False, "", ()) and not callable(default)
    shown = f"`{default}`" if known and not isinstance(default, bool) else ""
    cells = [cell.replace("|", "\\|") for cell in (names, parameter.help or "", shown)]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document(), "utf-8")
    print(TARGET)
