"""The Markdown section about lists."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lists import FOLDS, KNOWN, UNSEEN, Row, difference
from methods import Settings, settings_text
from report import Block, interval, machine, seconds, table_head, table_row, versions

from bookrec.evaluation.list_cases import MIN_TARGETS
from bookrec.evaluation.list_metrics import K

BLOCK = Block("lists", "Lists compared with published libraries")
_REFERENCE = "irspack EASE"  # differences are to this method, paired by reader
_LIBRARIES = ("bookrec", "irspack", "implicit", "lenskit", "numpy", "scipy")
_COLUMNS = (
    "method",
    f"recall@{K}",
    f"nDCG@{K}",
    f"stratified recall@{K}",
    "recall − EASE",
    "stratified − EASE",
    "popularity",
    "coverage",
    "fit (s)",
    "rank (s)",
)
_TITLES = {
    KNOWN: "Known readers",
    UNSEEN: "Unseen readers",
}


@dataclass(frozen=True)
class Setup:
    """Data and settings of a run; `chosen` holds the settings of each peer for each protocol."""

    data: str
    seeds: tuple[int, ...]
    fit_rows: int
    candidates: int
    readers: int
    targets: int
    searched: bool
    chosen: Mapping[str, Mapping[str, Settings]]


def section(rows: Mapping[str, Sequence[Row]], setup: Setup) -> str:
    """Return the Markdown between the markers, from the rows of each protocol."""
    parts = [_intro(setup)]
    for protocol, table in rows.items():
        parts += [f"### {_TITLES[protocol]}", _table(table)]
    parts += [_omitted(rows), _settings(setup)]
    parts.append(f"Run on {time.strftime('%Y-%m-%d')}, {machine()}; {versions(_LIBRARIES)}.")
    return "\n\n".join(p for p in parts if p)


def _intro(setup: Setup) -> str:
    seeds = ", ".join(map(str, setup.seeds))
    return (
        f"Data: {setup.data}. Candidates: all {setup.candidates:,} books that may be recommended, "
        "minus the reader's history, without sampling. Targets: test rows with 4 or 5 stars, "
        f"{setup.targets:,} in total, from the {setup.readers:,} readers who have {MIN_TARGETS} or "
        f"more. All methods are fitted on the other {setup.fit_rows:,} ratings. The second table "
        "has the same readers, histories and targets, but the fit excludes the reader: a hash "
        f"divides the readers into {FOLDS} folds, and each fold is ranked by a fit on the other "
        f"{FOLDS - 1}. The peers learn from who rated what, ignoring the stars, on described books "
        "with two or more readers. Stratified recall weights a target by (site ratings + 10)^-½ "
        "(Steck 2011). Popularity is the mean log10(site ratings + 10) over the lists. Coverage is "
        "the share of the candidates that appear in any list. Brackets: 95 % interval, a bootstrap "
        "over readers; differences are paired by reader. A stochastic peer is run with seeds "
        f"{seeds}, and a reader's value is the mean. Times are CPU seconds with one thread, for "
        "one fit and for ranking its readers (in the second table, one fold of them). A dash means "
        "not measured."
    )


def _table(rows: Sequence[Row]) -> str:
    reference = next(r for r in rows if r.method == _REFERENCE)
    lines = table_head(_COLUMNS)
    for r in rows:
        differences = [
            "–" if r is reference else interval(difference(r, reference, metric), "+.3f")
            for metric in ("recall", "stratified")
        ]
        name = f"**bookrec {r.method}**" if r.kind == "bookrec" else r.method
        metrics = (interval(r.recall), interval(r.ndcg), interval(r.stratified))
        others = (f"{r.popularity:.2f}", f"{r.coverage:.3f}", seconds(r.fit), seconds(r.rank))
        lines.append(table_row((name, *metrics, *differences, *others)))
    return "\n".join(lines)


def _omitted(rows: Mapping[str, Sequence[Row]]) -> str:
    """Name the methods that are missing from the second table."""
    present = {r.method for r in rows[UNSEEN]}
    missing = [r.method for r in rows[KNOWN] if r.method not in present]
    if not missing:
        return ""
    return f"{' and '.join(missing)}: the library cannot rank for readers outside the fit."


def _settings(setup: Setup) -> str:
    if not setup.searched:
        return "Quick run: each peer has its library's defaults, without a search."
    lines = [
        f"Settings of the peers, chosen by mean recall@{K} on the validation rows of seeds "
        f"{', '.join(map(str, setup.seeds))}. For each seed, the fit is on the training rows "
        "without one fold of readers. The readers of the other folds choose for the first table, "
        "the readers of that fold for the second. The fit for the test uses training and "
        "validation rows.",
        "",
    ]
    for name, chosen in setup.chosen.items():
        if any(chosen.values()):
            texts = {p: settings_text(s) or "defaults" for p, s in chosen.items()}
            same = len(set(texts.values())) == 1
            parts = [text if same else f"{protocol}: {text}" for protocol, text in texts.items()]
            lines.append(f"- {name}: " + "; ".join(dict.fromkeys(parts)))
    return "\n".join(lines)
