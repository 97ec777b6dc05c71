"""The Markdown section about stars, and writing a section between two markers of a file."""

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
    "top 5 liked",
    "fit (s)",
    "predict (s)",
)


@dataclass(frozen=True)
class Block:
    """A generated part of a document: the name in its markers, and its heading."""

    name: str
    heading: str


_BLOCK = Block("peers", "Stars compared with published libraries")


@dataclass(frozen=True)
class Setup:
    """Data and settings of a run.

    `held_out` and `cold_rows` are means over the seeds. `chosen` holds the settings of each peer,
    one per seed.
    """

    data: str
    seeds: tuple[int, ...]
    ratings: int
    held_out: int
    readers: int
    cold_rows: int
    cold_readers: int
    searched: bool
    chosen: dict[str, list[str]]


def section(rows: Sequence[Row], setup: Setup) -> str:
    """Return the Markdown between the markers."""
    parts = [
        _intro(setup),
        _table(rows),
        _differences(rows),
        f"![Per-reader Pearson by method, with 95 % intervals]({PLOT})",
        _cold(rows, setup),
        _settings(setup),
        f"Run on {time.strftime('%Y-%m-%d')}, {machine()}; {versions()}.",
    ]
    return "\n\n".join(p for p in parts if p)


def _intro(setup: Setup) -> str:
    seeds = ", ".join(map(str, setup.seeds))
    return (
        f"Data: {setup.data}, {setup.ratings:,} ratings. Figures are means over seeds {seeds}. "
        f"Each seed holds out about {setup.held_out:,} ratings for the test; {setup.readers:,} "
        "readers have five or more of them. All methods are fitted on the same rows and predict "
        "the same rows. Brackets: 95 % interval, a bootstrap over readers, each with the mean of "
        "the seeds. Pooled Pearson is over all rows; unlike the per-reader figures, it rises with "
        "knowledge of each reader's mean. nDCG@10 and the share of the top 5 that the reader gave "
        "4 or 5 stars are over readers with ten or more held-out books. The peers' stars are "
        "clipped to 1–5, which helps them a little; bookrec's are not clipped. A dash means "
        "undefined, or no separate time. Times exclude the text embeddings, which are computed "
        "once."
    )


def _table(rows: Sequence[Row]) -> str:
    lines = table_head(_COLUMNS)
    lines += [
        table_row(
            (
                _name(r),
                interval(r.pearson),
                interval(r.spearman),
                f"{r.pooled:.3f}",
                f"{r.rmse:.3f}" if r.predicts_stars else "–",
                f"{r.ndcg:.3f}",
                f"{r.top:.3f}",
                seconds(r.fit),
                seconds(r.predict),
            )
        )
        for r in rows
    ]
    return "\n".join(lines)


def _differences(rows: Sequence[Row]) -> str:
    personal = next((r for r in rows if r.method == "personal"), None)
    if personal is None:
        return ""
    peer = best_peer(rows)
    ratio = personal.pearson.value / peer.pearson.value
    lines = [
        "`personal` minus another method, paired by reader:",
        "",
        f"- {peer.method}, the peer with the highest per-reader Pearson (selected on these test "
        f"rows, which favours it): {_paired(personal, peer)}; {ratio:.2f} times its Pearson",
    ]
    own = [r for r in rows if r.kind == personal.kind and r is not personal]
    return "\n".join([*lines, *(f"- {_name(r)}: {_paired(personal, r)}" for r in own)])


def _paired(one: Row, other: Row) -> str:
    pearson, spearman = (
        interval(difference(one, other, metric), "+.4f") for metric in ("pearson", "spearman")
    )
    return f"Pearson {pearson}, Spearman {spearman}"


def _cold(rows: Sequence[Row], setup: Setup) -> str:
    head = (
        "Cold start: books without a training rating, about "
        f"{setup.cold_rows:,} held-out rows per seed. Per-reader Pearson over the "
        f"{setup.cold_readers:,} readers with three or more of these rows in any seed."
    )
    lines = table_head(("method", "per-reader Pearson, cold books"))
    lines += [table_row((_name(r), interval(r.cold))) for r in rows]
    return head + "\n\n" + "\n".join(lines)


def _settings(setup: Setup) -> str:
    if not setup.searched:
        return "Quick run: each peer has the settings of its documentation, without a search."
    lines = [
        "Settings of the peers, separated by semicolons where the seeds differ. Each seed chose "
        "them by per-reader Pearson on its validation rows, with a fit on the training rows. The "
        "fit for the test uses both parts.",
        "",
    ]
    for name, chosen in setup.chosen.items():
        if any(chosen):
            lines.append(f"- {name}: " + "; ".join(dict.fromkeys(chosen)))
    return "\n".join(lines)


def machine() -> str:
    """Return the processor, its cores and the number of threads (`OMP_NUM_THREADS`)."""
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
    """Return the versions of Python and the libraries."""
    return f"Python {platform.python_version()}, " + ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in libraries
    )


def write(path: Path, text: str, block: Block = _BLOCK) -> None:
    """Write `text` between the markers of a file. A missing file or block is created."""
    begin, end = f"<!-- {block.name}:begin -->", f"<!-- {block.name}:end -->"
    old = path.read_text("utf-8") if path.exists() else "# Evaluation\n"
    marked = f"{begin}\n{text}\n{end}"
    if begin in old and end in old:
        before, rest = old.split(begin, 1)
        new = before + marked + rest.split(end, 1)[1]
    else:
        new = f"{old.rstrip()}\n\n## {block.heading}\n\n{marked}\n"
    with replacing(path) as temporary:
        temporary.write_text(new, "utf-8")


def table_head(columns: Sequence[str]) -> list[str]:
    """Return the first two lines of a table: all columns but the first are aligned right."""
    return [table_row(columns), table_row(["---", *["---:"] * (len(columns) - 1)])]


def table_row(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return "| " + " | ".join(cells) + " |"


def _name(row: Row) -> str:
    if row.kind == "bookrec":
        return f"**bookrec {row.method}**" if row.method == "personal" else f"bookrec {row.method}"
    return row.method


def interval(estimate: Interval, spec: str = ".3f") -> str:
    """Return a figure and its interval, each by the format `spec`."""
    return f"{estimate.value:{spec}} [{estimate.low:{spec}}, {estimate.high:{spec}}]"


def seconds(value: float | None) -> str:
    """Return seconds with one decimal, or a dash."""
    return "–" if value is None else f"{value:.1f}"
