"""bookrec's lists beside published libraries', with every book of the catalogue a candidate.

python benchmarks/quality/rankers.py --data-dir WORKSPACE [--seeds 0 1 2] [--out docs/evaluation.md]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

import lists
import lists_report
import numpy as np
import own
import report
from cache import Cache
from lists import KNOWN, UNSEEN, Data, Lists, Row, Trial
from methods import Ranker, Settings
from options import common_options, parsed
from ranking_peers import PEERS

from bookrec.catalogue.database import Catalogue
from bookrec.workspace.folder import Workspace, open_workspace


def main() -> None:
    """Run what is missing, print the tables and write them into the document."""
    options = parsed(common_options(__doc__, "validation parts"))
    workspace = open_workspace(options.data_dir)
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        data, name = lists.read(catalogue), str(catalogue.fact("data", "goodreads"))
    cache = Cache(options.cache or workspace.root.with_name(f"{workspace.root.name}-lists.json"))
    trials = {protocol: lists.tests(data, protocol) for protocol in (KNOWN, UNSEEN)}
    tuning = {} if options.quick else {seed: lists.tuning(data, seed) for seed in options.seeds}
    rows: dict[str, list[Row]] = {protocol: [] for protocol in trials}
    if not options.peers_only:
        for protocol in trials:
            rows[protocol] += _own_rows(workspace, data, trials[protocol], options.seeds[0])
    chosen: dict[str, dict[str, Settings]] = {}
    for peer in PEERS:
        chosen[peer.name] = _settings(peer, data, tuning, cache)
        for protocol, settings in chosen[peer.name].items():
            seeds = options.seeds if peer.draws else options.seeds[:1]
            told = lists_report.said(settings) or "defaults"
            _tell(f"{peer.name}, {protocol}: test with {told}")
            runs = [
                [_run(peer, settings, data, one, seed, cache) for one in trials[protocol]]
                for seed in seeds
            ]
            rows[protocol].append(lists.row_of(peer.name, "peer", data, trials[protocol], runs))
    setting = _setting(name, data, trials[KNOWN][0], options.seeds, chosen, not options.quick)
    text = lists_report.section(rows, setting)
    print(text)
    if options.out:
        report.write(options.out, text, lists_report.BLOCK)
        _tell(f"Written to {options.out}.")


def _settings(
    peer: Ranker, data: Data, tuning: Mapping[int, Trial], cache: Cache
) -> dict[str, Settings]:
    """For each protocol, the settings of the best mean recall on the seeds' validation rows."""
    protocols = (KNOWN, UNSEEN) if peer.meets else (KNOWN,)
    if not tuning or len(peer.grid) == 1:
        return dict.fromkeys(protocols, peer.grid[0])
    scores = np.zeros((len(peer.grid), len(protocols)))
    for place, tried in enumerate(peer.grid):
        for seed, trial in tuning.items():
            key = _key(peer, tried, data, trial, seed)
            found = cache.kept(key, partial(_tuned, peer, tried, data, trial, seed))
            scores[place] += [found[protocol] / len(tuning) for protocol in protocols]
        told = ", ".join(f"{p} {x:.4f}" for p, x in zip(protocols, scores[place], strict=True))
        _tell(f"{peer.name}, {lists_report.said(tried) or 'defaults'}: {told}")
    best = scores.argmax(axis=0)
    return {protocol: peer.grid[g] for protocol, g in zip(protocols, best, strict=True)}


def _tuned(
    peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int
) -> dict[str, float]:
    """Mean recall of the readers that the fit has met, and of those it has not."""
    found = lists.lists_of(peer, settings, data, trial, seed)
    recalls = lists.figures(data, [trial], [found]).recall
    return {KNOWN: float(recalls[trial.met].mean()), UNSEEN: float(recalls[~trial.met].mean())}


def _run(
    peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int, cache: Cache
) -> Lists:
    """The one look at a test trial."""
    key = _key(peer, settings, data, trial, seed)
    found = cache.kept(key, lambda: asdict(lists.lists_of(peer, settings, data, trial, seed)))
    return Lists(**found)


def _key(peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int) -> str:
    drawn = f"seed {seed}" if peer.draws else "no seed"
    said = json.dumps(settings, sort_keys=True)
    return " | ".join((peer.name, peer.version, said, drawn, lists.mark(data, trial)))


def _own_rows(workspace: Workspace, data: Data, trials: list[Trial], seed: int) -> list[Row]:
    """Of one seed: a trial takes minutes to train for."""
    runs = [own.lists(workspace, data, trial, seed) for trial in trials]
    return [
        lists.row_of(m, "bookrec", data, trials, [[found[m] for found in runs]])
        for m in own.LIST_METHODS
    ]


def _setting(
    name: str,
    data: Data,
    trial: Trial,
    seeds: list[int],
    chosen: dict[str, dict[str, Settings]],
    searched: bool,
) -> lists_report.Setting:
    return lists_report.Setting(
        data=name,
        seeds=tuple(seeds),
        learned=len(trial.learn),
        candidates=int(data.candidates.sum()),
        readers=len(trial.cases),
        targets=sum(len(case.targets) for case in trial.cases),
        searched=searched,
        chosen=chosen,
    )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
