"""The table and the plot, written between two markers of a Markdown file."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Row, best_peer, difference

from bookrec.evaluation.bootstrap import Interval
from bookrec.files import replacing

PLOT = "peers.svg"
_LIBRARIES = ("bookrec", "scikit-surprise", "lenskit", "implicit", "numpy", "scipy", "torch")
_COLUMNS = (
    "method",
    "per-reader Pearson",
    "per-reader Spearman",
    "pooled Pearson",
    "RMSE",
    "nDCG@10",
    "top five liked",
    "fit, s",
    "predict, s",
)


@dataclass(frozen=True)
class Block:
    """A part of a document between two markers of this name, under a heading of its own."""

    name: str
    title: str


_BLOCK = Block("peers", "Beside published libraries")


@dataclass(frozen=True)
class Setting:
    """What the bench was run on: counts are means over the seeds."""

    data: str
    seeds: tuple[int, ...]
    ratings: int
    held_out: int
    readers: int
    cold_rows: int
    cold_readers: int
    searched: bool
    chosen: dict[str, list[str]]  # settings of each peer, one a seed


def section(rows: Sequence[Row], setting: Setting) -> str:
    """The Markdown between the markers."""
    parts = [
        _intro(setting),
        _table(rows),
        _gain(rows),
        f"![Per-reader Pearson by method, with 95 % intervals]({PLOT})",
        _cold(rows, setting),
        _settings(setting),
        f"Run on {time.strftime('%Y-%m-%d')}, {machine()}; {versions()}.",
    ]
    return "\n\n".join(p for p in parts if p)


def _intro(setting: Setting) -> str:
    seeds = ", ".join(map(str, setting.seeds))
    return (
        f"Data: {setting.data}, {setting.ratings:,} ratings. Mean over seeds {seeds}; each holds "
        f"out about {setting.held_out:,} ratings, and {setting.readers:,} readers have five or "
        "more of them. Every method learns from the same rows and predicts the same rows. "
        "Brackets: 95 % interval, a bootstrap over readers (a reader's value is the mean over the "
        "seeds). A pooled correlation, over all rows at once, is bought by knowing each reader's "
        "mean; a per-reader one is not. nDCG@10 and the share of the top five that the reader "
        "gave 4 or 5 stars: readers with ten held-out books or more. The peers' stars are clipped "
        "to 1–5, which helps them a little; bookrec's are as predicted. –: not defined, or no cost "
        "of its own. The vectors of the texts are made once, and not counted."
    )


def _table(rows: Sequence[Row]) -> str:
    lines = [line(_COLUMNS), line(["---", *["---:"] * (len(_COLUMNS) - 1)])]
    lines += [
        line(
            (
                _name(r),
                interval(r.pearson),
                interval(r.spearman),
                f"{r.pooled:.3f}",
                f"{r.rmse:.3f}" if r.rates else "–",
                f"{r.ndcg:.3f}",
                f"{r.top:.3f}",
                seconds(r.fit),
                seconds(r.predict),
            )
        )
        for r in rows
    ]
    return "\n".join(lines)


def _gain(rows: Sequence[Row]) -> str:
    personal = next((r for r in rows if r.method == "personal"), None)
    if personal is None:
        return ""
    peer = best_peer(rows)
    ratio = personal.pearson.value / peer.pearson.value
    lines = [
        "Paired by reader, `personal` less",
        "",
        f"- {peer.method}, the best peer per reader (picked on these very rows, to its advantage): "
        f"{_paired(personal, peer)}; {ratio:.2f} times its Pearson",
    ]
    own = [r for r in rows if r.kind == personal.kind and r is not personal]
    return "\n".join([*lines, *(f"- {_name(r)}: {_paired(personal, r)}" for r in own)])


def _paired(one: Row, other: Row) -> str:
    pearson, spearman = (
        interval(difference(one, other, metric), "+.4f") for metric in ("pearson", "spearman")
    )
    return f"Pearson {pearson}, Spearman {spearman}"


def _cold(rows: Sequence[Row], setting: Setting) -> str:
    head = (
        f"Books without any training rating: about {setting.cold_rows:,} held-out rows a seed; "
        f"per-reader Pearson of the {setting.cold_readers:,} readers with three or more of them in "
        "some seed."
    )
    lines = [line(("method", "per-reader Pearson, cold books")), line(("---", "---:"))]
    lines += [line((_name(r), interval(r.cold))) for r in rows]
    return head + "\n\n" + "\n".join(lines)


def _settings(setting: Setting) -> str:
    if not setting.searched:
        return "A quick run: each peer with the settings of its documentation, no search."
    lines = [
        "Settings of the peers, chosen for each seed by per-reader Pearson on its validation rows "
        "(fitted on the training rows alone), then fitted again on both:",
        "",
    ]
    for name, chosen in setting.chosen.items():
        if any(chosen):
            lines.append(f"- {name}: " + "; ".join(dict.fromkeys(chosen)))
    return "\n".join(lines)


def machine() -> str:
    """The processor, its cores and the threads that the numeric libraries were given."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text("utf-8", "replace").splitlines()
        model = next(
            (x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), model
        )
    threads = os.environ.get("OMP_NUM_THREADS", "all")
    return f"{model}, {os.cpu_count()} cores ({threads} in use)"


def versions(libraries: Sequence[str] = _LIBRARIES) -> str:
    """Python and the libraries that took part."""
    return f"Python {platform.python_version()}, " + ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in libraries
    )


def write(path: Path, text: str, block: Block = _BLOCK) -> None:
    """Put `text` between the markers of the file, which is made, or added to, if need be."""
    begin, end = f"<!-- {block.name}:begin -->", f"<!-- {block.name}:end -->"
    old = path.read_text("utf-8") if path.exists() else "# Evaluation\n"
    marked = f"{begin}\n{text}\n{end}"
    if begin in old and end in old:
        before, rest = old.split(begin, 1)
        new = before + marked + rest.split(end, 1)[1]
    else:
        new = f"{old.rstrip()}\n\n## {block.title}\n\n{marked}\n"
    with replacing(path) as temporary:
        temporary.write_text(new, "utf-8")


def line(cells: Sequence[str]) -> str:
    """A row of a table."""
    return "| " + " | ".join(cells) + " |"


def _name(row: Row) -> str:
    if row.kind == "bookrec":
        return f"**bookrec {row.method}**" if row.method == "personal" else f"bookrec {row.method}"
    return row.method


def interval(found: Interval, form: str = ".3f") -> str:
    """A figure and its interval."""
    return f"{found.value:{form}} [{found.low:{form}}, {found.high:{form}}]"


def seconds(value: float | None) -> str:
    """Seconds, or that there are none."""
    return "–" if value is None else f"{value:.1f}"
