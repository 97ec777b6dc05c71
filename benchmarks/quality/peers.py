"""bookrec beside published recommender libraries, on the same ratings and the same splits.

python benchmarks/quality/peers.py --data-dir WORKSPACE [--seeds 0 1 2] [--out docs/evaluation.md]
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import own
import report
from cache import Cache
from lenskit_peers import PEERS as LENSKIT
from measure import COLD_ROWS, Row, Test, over_readers, row_of, test_of
from methods import Job, Peer, Run, Settings, fingerprint, job_of
from options import common_options, parsed
from other_peers import PEERS as OTHERS
from plot import draw
from surprise_peers import PEERS as SURPRISE

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.metrics import by_reader, pearson
from bookrec.evaluation.split import MIN_ROWS_FOR_CORRELATION, Part, Split, hold_out
from bookrec.workspace.folder import Workspace, open_workspace

PEERS = (*SURPRISE, *LENSKIT, *OTHERS)


def main() -> None:
    """Run what is missing, print the table and write it, with the plot, into the document."""
    parser = common_options(__doc__, "one split each")
    parser.add_argument(
        "--without", nargs="+", default=[], metavar="NAME", help="peers to leave out"
    )
    options = parsed(parser)
    workspace = open_workspace(options.data_dir)
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        ratings, described = catalogue.ratings(), catalogue.described
        data = str(catalogue.fact("data", "goodreads"))
    cache = Cache(options.cache or workspace.root.with_name(f"{workspace.root.name}-peers.json"))
    splits = [hold_out(ratings, ratings.books < described, seed) for seed in options.seeds]
    tests = [test_of(ratings, split) for split in splits]
    rows: list[Row] = []
    if not options.peers_only:
        rows += _own_rows(workspace, splits, tests)
    chosen: dict[str, list[str]] = {}
    for peer in PEERS:
        if peer.name in options.without:
            continue
        found = [_peer(peer, workspace, ratings, s, cache, not options.quick) for s in splits]
        chosen[peer.name] = [_said(settings) for settings, _ in found]
        rows.append(row_of(peer.name, "peer", peer.rates, tests, [run for _, run in found]))
    rows.sort(key=lambda r: r.kind)  # bookrec's own first
    setting = _setting(data, ratings, splits, tests, chosen, not options.quick)
    text = report.section(rows, setting)
    print(text)
    if options.out:
        report.write(options.out, text)
        draw(rows, options.out.with_name(report.PLOT))
        _tell(f"Written to {options.out} and {options.out.with_name(report.PLOT)}.")


def _peer(
    peer: Peer, workspace: Workspace, ratings: Ratings, split: Split, cache: Cache, search: bool
) -> tuple[Settings, Run]:
    """Settings by validation rows, then the one look at the test rows."""
    text = workspace.need("text_vectors.npy")
    mark = fingerprint(ratings, split)
    settings = peer.grid[0]
    if search and len(peer.grid) > 1:
        job = job_of(ratings, split, (Part.TRAIN,), Part.VALIDATION, text)
        stars = ratings.stars[split.rows(Part.VALIDATION)]
        scores = []
        for tried in peer.grid:
            run = _on_scale(peer, cache.run(peer, tried, job, "validation", mark))
            scores.append(_score(job, run, stars))
            _tell(f"{peer.name}, seed {split.seed}, {_said(tried)}: {scores[-1]:.4f}")
        settings = peer.grid[int(np.argmax(scores))]
    job = job_of(ratings, split, (Part.TRAIN, Part.VALIDATION), Part.TEST, text)
    _tell(f"{peer.name}, seed {split.seed}: test with {_said(settings)}")
    return settings, _on_scale(peer, cache.run(peer, settings, job, "test", mark))


def _on_scale(peer: Peer, run: Run) -> Run:
    """Clipped to 1 … 5 as Surprise does; it lifts the kNNs of LensKit too, which does not."""
    return replace(run, predicted=np.clip(run.predicted, 1.0, 5.0)) if peer.rates else run


def _score(job: Job, run: Run, stars: np.ndarray) -> float:
    """What is reported is what is tuned: the mean per-reader Pearson."""
    _, values = by_reader(
        job.target_readers, run.predicted, stars, pearson, MIN_ROWS_FOR_CORRELATION
    )
    return float(np.nanmean(values))


def _own_rows(workspace: Workspace, splits: list[Split], tests: list[Test]) -> list[Row]:
    runs = []
    for split, test in zip(splits, tests, strict=True):
        _tell(f"bookrec, seed {split.seed}")
        runs.append(own.run(workspace, split.seed, test.books))
    return [row_of(m, "bookrec", True, tests, [r[m] for r in runs]) for m in own.METHODS]


def _setting(
    data: str,
    ratings: Ratings,
    splits: list[Split],
    tests: list[Test],
    chosen: dict[str, list[str]],
    searched: bool,
) -> report.Setting:
    blank = [Run(np.zeros(len(t.stars)), None, None) for t in tests]
    return report.Setting(
        data=data,
        seeds=tuple(s.seed for s in splits),
        ratings=len(ratings),
        held_out=round(float(np.mean([len(t.stars) for t in tests]))),
        readers=len(over_readers(tests, blank, pearson, MIN_ROWS_FOR_CORRELATION)),
        cold_rows=round(float(np.mean([t.cold.sum() for t in tests]))),
        cold_readers=len(over_readers(tests, blank, pearson, COLD_ROWS, lambda test: test.cold)),
        searched=searched,
        chosen=chosen,
    )


def _said(settings: Settings) -> str:
    return json.dumps(settings).strip("{}").replace('"', "")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
