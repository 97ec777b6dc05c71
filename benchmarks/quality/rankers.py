"""Compare bookrec's lists with published libraries; every book of the catalogue is a candidate.

python benchmarks/quality/rankers.py --data-dir WORKSPACE [--seeds 0 1 2] [--out docs/evaluation.md]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

import bookrec_runs
import lists
import lists_report
import numpy as np
import report
from cache import Cache
from lists import KNOWN, UNSEEN, Data, Lists, Row, Trial
from methods import Ranker, Settings, settings_text
from options import common_options, log, parsed
from ranking_peers import PEERS

from bookrec.catalogue.database import Catalogue
from bookrec.workspace.folder import Workspace, open_workspace


def main() -> None:
    """Compute what is not cached, print the tables and write them into the document."""
    parser = common_options(__doc__, "seeds of the validation rows and of stochastic fits")
    options = parsed(parser)
    workspace = open_workspace(options.data_dir)
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        data, name = lists.load(catalogue), str(catalogue.fact("data", "goodreads"))
    cache = Cache(options.cache or workspace.root.with_name(f"{workspace.root.name}-lists.json"))
    trials = {protocol: lists.test_trials(data, protocol) for protocol in (KNOWN, UNSEEN)}
    tuning = {} if options.quick else {s: lists.validation_trial(data, s) for s in options.seeds}
    rows: dict[str, list[Row]] = {protocol: [] for protocol in trials}
    if not options.peers_only:
        for protocol in trials:
            rows[protocol] += _bookrec_rows(workspace, data, trials[protocol], options.seeds[0])
    chosen: dict[str, dict[str, Settings]] = {}
    for peer in PEERS:
        chosen[peer.name] = _choose_settings(peer, data, tuning, cache)
        for protocol, settings in chosen[peer.name].items():
            seeds = options.seeds if peer.stochastic else options.seeds[:1]
            log(f"{peer.name}, {protocol}: test with {settings_text(settings) or 'defaults'}")
            runs = [
                [_test(peer, settings, data, trial, seed, cache) for trial in trials[protocol]]
                for seed in seeds
            ]
            rows[protocol].append(lists.row_of(peer.name, "peer", data, trials[protocol], runs))
    setup = _setup(name, data, trials[KNOWN][0], options.seeds, chosen, not options.quick)
    text = lists_report.section(rows, setup)
    print(text)
    if options.out:
        report.write(options.out, text, lists_report.BLOCK)
        log(f"Written to {options.out}.")


def _choose_settings(
    peer: Ranker, data: Data, tuning: Mapping[int, Trial], cache: Cache
) -> dict[str, Settings]:
    """Return for each protocol the settings with the best recall on validation rows.

    Recall is averaged over the seeds.
    """
    protocols = (KNOWN, UNSEEN) if peer.folds_in else (KNOWN,)
    if not tuning or len(peer.grid) == 1:
        return dict.fromkeys(protocols, peer.grid[0])
    scores = np.zeros((len(peer.grid), len(protocols)))
    for place, settings in enumerate(peer.grid):
        for seed, trial in tuning.items():
            key = _key(peer, settings, data, trial, seed)
            recall = cache.get(key, partial(_validate, peer, settings, data, trial, seed))
            scores[place] += [recall[protocol] / len(tuning) for protocol in protocols]
        found = ", ".join(f"{p} {x:.4f}" for p, x in zip(protocols, scores[place], strict=True))
        log(f"{peer.name}, {settings_text(settings) or 'defaults'}: {found}")
    best = scores.argmax(axis=0)
    return {protocol: peer.grid[place] for protocol, place in zip(protocols, best, strict=True)}


def _validate(
    peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int
) -> dict[str, float]:
    """Return the mean recall over readers in the fit, and over readers outside it."""
    run = lists.fit_and_rank(peer, settings, data, trial, seed)
    recall = lists.figures(data, [trial], [run]).recall
    return {KNOWN: float(recall[trial.in_fit].mean()), UNSEEN: float(recall[~trial.in_fit].mean())}


def _test(
    peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int, cache: Cache
) -> Lists:
    """Make the lists of a test trial. This happens once, with the chosen settings."""
    key = _key(peer, settings, data, trial, seed)
    run = cache.get(key, lambda: asdict(lists.fit_and_rank(peer, settings, data, trial, seed)))
    return Lists(**run)


def _key(peer: Ranker, settings: Settings, data: Data, trial: Trial, seed: int) -> str:
    seed_key = f"seed {seed}" if peer.stochastic else "no seed"
    settings_key = json.dumps(settings, sort_keys=True)
    data_key = lists.fingerprint(data, trial)
    return " | ".join((peer.name, peer.version, settings_key, seed_key, data_key))


def _bookrec_rows(workspace: Workspace, data: Data, trials: list[Trial], seed: int) -> list[Row]:
    """Return bookrec's rows for one seed only: each trial takes minutes to train."""
    runs = [bookrec_runs.lists(workspace, data, trial, seed) for trial in trials]
    return [
        lists.row_of(method, "bookrec", data, trials, [[run[method] for run in runs]])
        for method in bookrec_runs.LIST_METHODS
    ]


def _setup(
    name: str,
    data: Data,
    trial: Trial,
    seeds: list[int],
    chosen: dict[str, dict[str, Settings]],
    searched: bool,
) -> lists_report.Setup:
    return lists_report.Setup(
        data=name,
        seeds=tuple(seeds),
        fit_rows=len(trial.fit_rows),
        candidates=int(data.candidates.sum()),
        readers=len(trial.cases),
        targets=sum(len(case.targets) for case in trial.cases),
        searched=searched,
        chosen=chosen,
    )


if __name__ == "__main__":
    main()
