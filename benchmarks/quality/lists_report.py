"""The tables of lists, in Markdown."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lists import FOLDS, KNOWN, UNSEEN, Row, difference
from methods import Settings
from report import Block, interval, line, machine, seconds, versions

from bookrec.evaluation.list_cases import MIN_TARGETS
from bookrec.evaluation.list_metrics import K

BLOCK = Block("lists", "Lists beside published libraries")
_ANCHOR = "irspack EASE"  # the method that the others are compared with, reader by reader
_LIBRARIES = ("bookrec", "irspack", "implicit", "lenskit", "numpy", "scipy")
_COLUMNS = (
    "method",
    f"recall@{K}",
    f"nDCG@{K}",
    f"stratified recall@{K}",
    "recall less EASE's",
    "stratified less EASE's",
    "popularity",
    "coverage",
    "fit, s",
    "rank, s",
)
_TITLES = {
    KNOWN: "Readers known to the fit",
    UNSEEN: "Readers never seen",
}


@dataclass(frozen=True)
class Setting:
    """What the bench was run on; `chosen` are each peer's settings in each protocol."""

    data: str
    seeds: tuple[int, ...]
    learned: int
    candidates: int
    readers: int
    targets: int
    searched: bool
    chosen: Mapping[str, Mapping[str, Settings]]


def section(rows: Mapping[str, Sequence[Row]], setting: Setting) -> str:
    """The Markdown between the markers; `rows` are those of each protocol."""
    parts = [_intro(setting)]
    for protocol, found in rows.items():
        parts += [f"### {_TITLES[protocol]}", _table(found)]
    parts += [_without(rows), _settings(setting)]
    parts.append(f"Run on {time.strftime('%Y-%m-%d')}, {machine()}; {versions(_LIBRARIES)}.")
    return "\n\n".join(p for p in parts if p)


def _intro(setting: Setting) -> str:
    seeds = ", ".join(map(str, setting.seeds))
    return (
        f"Data: {setting.data}. Candidates: all {setting.candidates:,} books that may be "
        "recommended, less the reader's history; none is sampled. Targets: test rows with 4 or 5 "
        f"stars, {setting.targets:,} of {setting.readers:,} readers with {MIN_TARGETS} or more. "
        f"Every method learns from the other {setting.learned:,} ratings. In the second table the "
        f"readers are cut into {FOLDS} folds by a hash, each fold's readers are left out of the "
        "fit, and their history is only what a list is asked for with; readers, histories and "
        "targets are those of the first table. The peers learn who rated what, whatever the stars, "
        "of described books that two readers or more have rated. Stratified recall weighs a target "
        "by (site ratings + 10)^-½ (Steck 2011); popularity is the mean log10(site ratings + 10) "
        "of the lists, coverage the share of the candidates that any list holds. Brackets: 95 % "
        "interval, a bootstrap over readers; differences are paired by reader. A peer that draws "
        f"random numbers is run with seeds {seeds}, a reader's value is the mean. Seconds are the "
        "processor's, one thread: of one fit, and of ranking for its readers (in the second table "
        "a fifth of them). –: not measured."
    )


def _table(rows: Sequence[Row]) -> str:
    anchor = next(r for r in rows if r.method == _ANCHOR)
    lines = [line(_COLUMNS), line(["---", *["---:"] * (len(_COLUMNS) - 1)])]
    for r in rows:
        less = [
            "–" if r is anchor else interval(difference(r, anchor, metric), "+.3f")
            for metric in ("recall", "stratified")
        ]
        name = f"**bookrec {r.method}**" if r.kind == "bookrec" else r.method
        figures = (interval(r.recall), interval(r.ndcg), interval(r.stratified))
        shown = (f"{r.popularity:.2f}", f"{r.coverage:.3f}", seconds(r.fit), seconds(r.rank))
        lines.append(line((name, *figures, *less, *shown)))
    return "\n".join(lines)


def _without(rows: Mapping[str, Sequence[Row]]) -> str:
    """The methods that a protocol leaves out."""
    there = {r.method for r in rows[UNSEEN]}
    missing = [r.method for r in rows[KNOWN] if r.method not in there]
    if not missing:
        return ""
    return f"{' and '.join(missing)}: the library cannot rank for a reader it was not fitted on."


def _settings(setting: Setting) -> str:
    if not setting.searched:
        return "A quick run: each peer with the defaults of its library, no search."
    lines = [
        f"Settings of the peers, chosen by mean recall@{K} over the validation rows of seeds "
        f"{', '.join(map(str, setting.seeds))} (fitted on the training rows, less one fold of "
        "readers for each seed; the readers of the other folds choose for the first table, the "
        "fold's own for the second), then fitted again on training and validation rows:",
        "",
    ]
    for name, chosen in setting.chosen.items():
        if any(chosen.values()):
            same = len({said(s) for s in chosen.values()}) == 1
            told = [
                said(s) or "defaults" if same else f"{p}: {said(s) or 'defaults'}"
                for p, s in chosen.items()
            ]
            lines.append(f"- {name}: " + "; ".join(dict.fromkeys(told)))
    return "\n".join(lines)


def said(settings: Settings) -> str:
    """Settings as one reads them."""
    return json.dumps(settings).strip("{}").replace('"', "")
