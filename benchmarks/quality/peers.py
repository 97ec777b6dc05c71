"""Compare bookrec's predicted stars with published libraries, on the same ratings and splits.

python benchmarks/quality/peers.py --data-dir WORKSPACE [--seeds 0 1 2] [--out docs/evaluation.md]
"""

from __future__ import annotations

from dataclasses import replace

import bookrec_runs
import numpy as np
import report
from cache import Cache
from lenskit_peers import PEERS as LENSKIT
from measure import MIN_COLD, Row, Test, reader_means, row_of, test_of
from methods import Job, Peer, Run, Settings, job_of, settings_text, split_fingerprint
from options import common_options, log, parsed
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
    """Compute what is not cached, print the table, and write it and the plot into the document."""
    parser = common_options(__doc__, "one split per seed")
    parser.add_argument("--without", nargs="+", default=[], metavar="NAME", help="peers to omit")
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
        rows += _bookrec_rows(workspace, splits, tests)
    chosen: dict[str, list[str]] = {}
    for peer in PEERS:
        if peer.name in options.without:
            continue
        found = [_tune_and_test(peer, workspace, ratings, s, cache, options.quick) for s in splits]
        chosen[peer.name] = [settings_text(settings) for settings, _ in found]
        runs = [run for _, run in found]
        rows.append(row_of(peer.name, "peer", peer.predicts_stars, tests, runs))
    rows.sort(key=lambda r: r.kind)  # bookrec first
    setup = _setup(data, ratings, splits, tests, chosen, not options.quick)
    text = report.section(rows, setup)
    print(text)
    if options.out:
        report.write(options.out, text)
        draw(rows, options.out.with_name(report.PLOT))
        log(f"Written to {options.out} and {options.out.with_name(report.PLOT)}.")


def _tune_and_test(
    peer: Peer, workspace: Workspace, ratings: Ratings, split: Split, cache: Cache, quick: bool
) -> tuple[Settings, Run]:
    """Choose a peer's settings on the validation rows, then predict the test rows once."""
    text_vectors = workspace.need("text_vectors.npy")
    fingerprint = split_fingerprint(ratings, split)
    settings = peer.grid[0]
    if not quick and len(peer.grid) > 1:
        job = job_of(ratings, split, (Part.TRAIN,), Part.VALIDATION, text_vectors)
        stars = ratings.stars[split.rows(Part.VALIDATION)]
        scores = []
        for tried in peer.grid:
            run = _clipped(peer, cache.run(peer, tried, job, "validation", fingerprint))
            scores.append(_score(job, run, stars))
            log(f"{peer.name}, seed {split.seed}, {settings_text(tried)}: {scores[-1]:.4f}")
        settings = peer.grid[int(np.argmax(scores))]
    job = job_of(ratings, split, (Part.TRAIN, Part.VALIDATION), Part.TEST, text_vectors)
    log(f"{peer.name}, seed {split.seed}: test with {settings_text(settings)}")
    return settings, _clipped(peer, cache.run(peer, settings, job, "test", fingerprint))


def _clipped(peer: Peer, run: Run) -> Run:
    """Clip predicted stars to 1 … 5.

    Surprise does so itself. LensKit does not; its kNNs gain from it.
    """
    clip = peer.predicts_stars
    return replace(run, predicted=np.clip(run.predicted, 1.0, 5.0)) if clip else run


def _score(job: Job, run: Run, stars: np.ndarray) -> float:
    """Return the mean per-reader Pearson: peers are tuned for the metric that is reported."""
    _, values = by_reader(
        job.target_readers, run.predicted, stars, pearson, MIN_ROWS_FOR_CORRELATION
    )
    return float(np.nanmean(values))


def _bookrec_rows(workspace: Workspace, splits: list[Split], tests: list[Test]) -> list[Row]:
    runs = []
    for split, test in zip(splits, tests, strict=True):
        log(f"bookrec, seed {split.seed}")
        runs.append(bookrec_runs.stars(workspace, split.seed, test.books))
    return [
        row_of(method, "bookrec", True, tests, [run[method] for run in runs])
        for method in bookrec_runs.METHODS
    ]


def _setup(
    data: str,
    ratings: Ratings,
    splits: list[Split],
    tests: list[Test],
    chosen: dict[str, list[str]],
    searched: bool,
) -> report.Setup:
    zeros = [Run(np.zeros(len(t.stars)), None, None) for t in tests]  # enough to count readers
    return report.Setup(
        data=data,
        seeds=tuple(s.seed for s in splits),
        ratings=len(ratings),
        held_out=round(float(np.mean([len(t.stars) for t in tests]))),
        readers=len(reader_means(tests, zeros, pearson, MIN_ROWS_FOR_CORRELATION)),
        cold_rows=round(float(np.mean([t.cold.sum() for t in tests]))),
        cold_readers=len(reader_means(tests, zeros, pearson, MIN_COLD, lambda test: test.cold)),
        searched=searched,
        chosen=chosen,
    )


if __name__ == "__main__":
    main()
