"""Write docs/cli.md from the commands' own help (`make docs`). A test checks that it is current."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import typer.main

from bookrec.cli import app

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
COMMON = {"data_dir", "format", "json", "quiet", "verbose"}
HEAD = """# The command line

Made by `make docs` from the commands' own help; do not edit.

Data goes to stdout, and nothing else does. Messages, progress and errors go to stderr. Without
`--format`, the output is a table on a terminal and tab-separated values in a pipe.

Every command has `--data-dir DIR` (the workspace; default: `BOOKREC_HOME`, else the platform's data
folder), `-q`/`--quiet` (print only data and errors), `-v`/`--verbose` (print more on stderr) and
`-h`/`--help`. Commands with a result have `--format table|json|ndjson|csv|tsv` and `--json`. These
options come after the command's name. `bookrec --install-completion` sets up completion of options
and titles.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failure, or a closed pipe |
| 2 | usage: an option or an input file that cannot be used |
| 3 | no such title, or an ambiguous one (candidates are listed); nothing fits `--like` |
| 4 | data or model missing, damaged or stale (the message says what to type) |
| 5 | not authenticated |
| 6 | network |
| 130 | interrupted |

## JSON of recommend and explain

`recommend --json` is a list of objects. `--format ndjson` writes the same objects, one per line:

```json
{"rank": 1, "book_id": "…", "title": "…", "author": "…", "series": "…", "volume": 2.0,
 "year": 1969, "genres": ["…"], "mean_rating": 4.1, "ratings_count": 12345,
 "predicted_rating": 4.41, "expected": 3.95, "personal": 0.46, "loyalty": 0.15, "clipped": 0.0,
 "confidence": 0.62, "likeness": null, "matches": [],
 "because": [{"title": "…", "author": "…", "rating": 5.0, "share": 0.791, "stars": 0.421,
              "alike": ["same author"]}],
 "because_others": {"books": 57, "stars": -0.111, "share": -0.209}}
```

Unknown values are null. Ratings and their parts are in stars.

- `mean_rating`: mean rating on the site, over all its readers.
- `expected`: rating that the model expects from any reader: from the ratings it was trained on and,
  where those are few, from `mean_rating`, author, series and text.
- `personal`: what this reader's history adds: the sum of `loyalty`, the `stars` of `because` and
  the `stars` of `because_others`.
- `clipped`: what limiting the prediction to 1–5 stars removes: `expected` + `personal` + `clipped`
  = `predicted_rating`.
- `loyalty`: what the reader's return to the series or the author adds.
- `confidence`: from 0 to 1; grows with the number of similar books in the history.
- `likeness`: how well the book fits the text of `--like`, from 0 to 1.
- `matches`: the words of that text that the book was found to be about, by its genres, by these
  words or by others that mean the same.
- `because`: books of the history, with the `stars` that each adds and what it has in common with
  the recommended book (`alike`).
- `because_others`: the other books of the history as one part. Their `stars` are summed, so those
  for and against the book cancel.
- `share`: the part's `stars`, divided by the sum of the absolute stars of `because` and
  `because_others`: signed, between -1 and 1. The absolute shares sum to 1. All are null if the
  books add nothing.

The values are rounded so that these sums are exact to the last digit.

`explain --json` is one such object, in which `because` names every book. It also has `recommended`,
`rank` (null if the book is barred from the list), `place` (rank by score alone), `among` (the
number of books ranked) and `why_not`, a list of `{"reason": "series", "text": "…"}`. Its reasons:
`read`, `not_described`, `kind`, `genre`, `not-genre`, `language`, `year`, `pages`, `min-ratings`,
`max-ratings`, `exclude-author`, `not_near` (too little in the history supports the book),
`not_like` (it does not fit the text of `--like`), `author_cap`, `series`, `same_title`,
`contents` (a part of it, or a set with it, is listed) and `too_far`.

A filter (`--genre`, `--language`, `--year`, `--pages`, `--min-ratings`, `--max-ratings`) leaves out
books of which the value is unknown, and a message says how many; `--unknown` lets them in.
`--not-genre` lets in books without known genres. A genre is found by any of its names and
spellings, in the singular or the plural. A name also means its kinds: `--genre Romance` allows
"Paranormal Romance".

`recommend --titles` writes one line per title: `{"seed": "…", "recommendations": […]}`, or
`{"seed": "…", "error": "…", "candidates": ["…"]}` for a title that was not found. In that case the
exit code is 3.

## JSON of search and show

`search --json` is a list of objects:

```json
{"book_id": "…", "title": "…", "author": "…", "series": "…", "volume": 2.0, "year": 1969,
 "genres": ["…"], "mean_rating": 4.1, "ratings_count": 12345, "pages": 337, "language": "English",
 "kind": "book", "described": true}
```

- `series`, `volume`: the main series, or the one that was searched for.
- `kind`: `book`, or what is not recommended: `set` (box set, omnibus), `guide` and others.
- `described`: false if the catalogue has no description or no author of it. Such a book is not
  recommended.

If nothing is found, there is no output and the exit code is 3. `search --genres` is a list of
`{"genre": "Fantasy", "books": 5303}`, `search --languages` of
`{"language": "English", "books": 23456}`: the books that may be recommended.

`show --json` is one object with these fields, except that `series` and `volume` are always the main
series, and with the following. In csv and tsv, lists of objects are left out.

```json
{"mean_rating_here": 3.5, "ratings_here": 20, "isbn": "9780441172696", "goodreads": "https://…",
 "open_library": "https://…", "description": "…",
 "all_series": [{"name": "Dune", "volume": 2.0,
                 "volumes": [{"volume": 1.0, "book_id": "…", "title": "…", "author": "…",
                              "year": 1965, "this": false}]}],
 "contains": [{"book_id": "…", "title": "…", "author": "…", "year": 1965}], "also_in": [{"…": "…"}],
 "editions": [{"title": "…", "author": "…", "language": "English", "isbn": "…",
               "goodreads_id": "…", "ratings_count": 82580}]}
```

- `ratings_here`, `mean_rating_here`: ratings by the readers of this catalogue. `ratings_count` and
  `mean_rating` are those of the site.
- `isbn`, `open_library`: the most rated edition that has an ISBN.
- `contains`: the books in a set; `also_in`: the sets that contain the book.

## JSON of evaluate

`evaluate --json` is one object:

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

`protocol` is one of:

- `held-out`: known readers; a random part of each reader's ratings is predicted from the rest.
- `unseen-readers`: the same for readers that the model has not seen (`--ratings`).
- `forward`: later ratings are predicted from earlier ones. If `histories` is `dated`, each rating
  is predicted from those of earlier days; if it is `in-order`, the latest 30% of a reader's ratings
  are predicted from the earliest 70%.

`interval_over` says what the intervals are over: `readers`, or `days` or `ratings` for a single
reader.

`lists` measures lists of 20 books, chosen from all books that may be recommended except those the
reader has read. No candidates are sampled. The targets are held-out books with 4 or 5 stars, for
readers with three or more of them; at most 300 readers, drawn with the seed. If no reader has
three, `lists` is null.

- `recall_at_20`: targets on the list, divided by min(20, targets).
- `stratified_recall_at_20`: the same, each target weighted by (ratings on the site + 10)^-1/2.
- `popularity`: mean log10(ratings + 10) of the listed books.
- `coverage`: share of the candidates that appear in any list.
- `duplicates`: share of a list that repeats a work.
- `history`: mean number of books that a list was made from.
- `methods`: `popularity`, `itemknn` and `ease` are fitted on the known readers' history rows of
  described books only. `text` is the order by score with unprojected text vectors, `personal` with
  the trained book vectors; `shown` is what `recommend` prints.
- `frontier`: `personal` at several settings of `--novelty`.
- `by_history`: lists from 1, 5 and 20 liked books of each history, drawn at random.
- `cold_books`: the books without a rating by a known reader, ranked among themselves; the baseline
  is their popularity on the site.
- `hits`: for a single reader, the number of targets on a method's list; there are then no
  intervals.

In csv and tsv each method is a row, and the `coverage` of lists is called `list_coverage`.
"""


def document() -> str:
    """Return the whole page."""
    root: Any = typer.main.get_command(app)
    parts = [HEAD]
    for name, command in root.commands.items():
        parts += _section(f"bookrec {name}", command, "##")
        for below, sub in getattr(command, "commands", {}).items():
            parts += _section(f"bookrec {name} {below}", sub, "###")
    return "\n".join(parts).rstrip() + "\n"


def _section(name: str, command: Any, level: str) -> list[str]:
    """Return a command's heading, its help and a table of its arguments and options."""
    lines = [f"{level} {name}", "", *_help(inspect.cleandoc(command.help or "")), ""]
    rows = [_row(p) for p in command.params if p.name not in COMMON]
    if rows and not hasattr(command, "commands"):
        lines += ["| | | default |", "|---|---|---|", *rows, ""]
    return lines


def _help(text: str) -> list[str]:
    """Return the lines of a help text, with its examples as code blocks."""
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
        elif not (code and not line):  # drops the blank lines between examples
            lines.append(line)
    return [*lines, "```"] if code else lines


def _row(parameter: Any) -> str:
    """Return a table row: the names of an argument or option, its help and its default."""
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        name += "…" if parameter.nargs == -1 else ""
        names = f"`{name}`" if parameter.required else f"`[{name}]`"
    else:
        names = ", ".join(f"`{n}`" for n in (*parameter.opts, *parameter.secondary_opts))
        names += f" `{parameter.metavar}`" if parameter.metavar else ""
    default = parameter.default
    hidden = default in (None, "", ()) or isinstance(default, bool) or callable(default)
    cells = [names, parameter.help or "", "" if hidden else f"`{default}`"]
    escaped = [cell.replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document(), "utf-8")
    print(TARGET)
