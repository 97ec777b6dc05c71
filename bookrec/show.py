"""Each stage's result as a person reads it, or as records for a pipe."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookrec.console import Format, Screen
from bookrec.errors import UsageError
from bookrec.workspace import Workspace, replacing

if TYPE_CHECKING:
    from bookrec.data.readers import Unmatched
    from bookrec.pipeline import Step
    from bookrec.stages.download import DownloadResult
    from bookrec.stages.embed import EmbedResult
    from bookrec.stages.evaluate import EvaluateResult
    from bookrec.stages.fit_alpha import AlphaResult
    from bookrec.stages.merge import MergeResult
    from bookrec.stages.recommend import Because, RecommendResult
    from bookrec.stages.train_projection import ProjectionResult

_METHOD_NOTES = {
    "mean": "the book's mean, damped, shrunk to the site-wide mean: the baseline",
    "reader_mean": "what this reader usually gives",
    "bias": "the book's mean and the reader's offset",
    "text": "bias and taste, by unprojected text vectors",
    "personal": "bias and taste, by the trained vectors: what recommend uses",
}


def downloaded(screen: Screen, format: Format, result: DownloadResult) -> None:
    """The files of raw/ with their bytes and origin."""
    rows = [
        {"file": name, "bytes": f.bytes, "sha256": f.sha256, "origin": f.origin}
        for name, f in sorted(result.files.items())
    ]
    if format is Format.TABLE:
        cells = [[str(r["file"]), f"{r['bytes']:,}", str(r["origin"])] for r in rows]
        screen.table([("file", "left"), ("bytes", "right"), ("from", "left")], cells)
    else:
        screen.records(rows, format)


def merged(screen: Screen, format: Format, result: MergeResult) -> None:
    """The merge report."""
    report = dict(result.report)
    _fresh(screen, result.skipped, result.seconds, "catalogue.sqlite")
    if format is not Format.TABLE:
        report.pop("fuzzy_titles", None)
        _object(screen, format, report)
        return
    rows = report["rating_rows"] or 1
    lines = [
        ("book rows read", report["book_rows"], ""),
        ("metadata rows read", report["metadata_rows"], f"{report['metadata_rows_kept']:,} of use"),
        ("rating rows read", report["rating_rows"], f"{report['readers']:,} readers"),
        *((f"dropped: {why}", n, "") for why, n in sorted(report["dropped"].items())),
        ("works", report["works"], f"{report['editions_merged']:,} editions merged into others"),
        ("works that can be recommended", report["described"], "described, author known"),
        ("titles only ratings know", report["titles_only"], "history, never recommended"),
        *(
            (f"rating rows: {how}", n, f"{100 * n / rows:.2f} %")
            for how, n in report["matched"].items()
        ),
        ("rating rows that found a work", "", f"{100 * report['share_matched']:.2f} %"),
    ]
    cells = [[name, f"{n:,}" if isinstance(n, int) else n, note] for name, n, note in lines]
    screen.table([("merge", "left"), ("count", "right"), ("", "left")], cells)


def embedded(screen: Screen, format: Format, result: EmbedResult) -> None:
    """How many texts were encoded."""
    _fresh(screen, result.skipped, result.seconds, "text_vectors.npy")
    values = {
        "books": result.books,
        "width": result.width,
        "encoded": result.encoded,
        "from_cache": result.cached,
        "seconds": round(result.seconds, 1),
    }
    _object(screen, format, values)


def trained(screen: Screen, format: Format, result: ProjectionResult) -> None:
    """The learning curve, the kept epoch marked."""
    _fresh(screen, result.skipped, result.seconds, "projection.safetensors")
    if format is Format.JSON:
        screen.object(
            {"width": result.width, "dim": result.dim, "best": result.best, "curve": result.curve}
        )
        return
    names = list(dict.fromkeys(k for point in result.curve for k in point))
    if format is not Format.TABLE:
        screen.records([{n: p.get(n) for n in names} for p in result.curve], format)
        return
    cells = [
        [*(_number(point.get(n)) for n in names), "kept" if point["epoch"] == result.best else ""]
        for point in result.curve
    ]
    screen.table(
        [*((n.replace("_", " "), "right") for n in names), ("", "left")],
        cells,
        caption=f"{result.width} to {result.dim} dimensions; score is the validation correlation.",
    )


def fitted(screen: Screen, format: Format, result: AlphaResult) -> None:
    """α and its curve."""
    _fresh(screen, result.skipped, result.seconds, "model.json")
    if format is Format.JSON:
        screen.object({"alpha": result.alpha, "score": result.score, "curve": result.curve})
    elif format is not Format.TABLE:
        screen.records([{"alpha": a, "per_user_pearson": s} for a, s in result.curve], format)
    else:
        some = [p for p in result.curve if round(p[0] * 10) == p[0] * 10]
        top = max(s for _, s in result.curve) or 1.0
        cells = [[f"{a:.1f}", f"{s:.4f}", "▒" * round(30 * max(0.0, s) / top)] for a, s in some]
        screen.table(
            [("alpha", "right"), ("per-reader correlation", "right"), ("", "left")],
            cells,
            caption=f"alpha {result.alpha:.3f}, correlation {result.score:.4f} (validation rows).",
        )


def evaluated(screen: Screen, format: Format, result: EvaluateResult) -> None:
    """Every method's figures with intervals, the lift and the segments."""
    m = result.metrics
    if format in (Format.JSON, Format.NDJSON):
        _object(screen, format, m)
        return
    metrics = ("per_user_pearson", "per_user_spearman", "pooled_pearson", "rmse")
    if format is not Format.TABLE:
        screen.records(
            [
                {
                    "method": name,
                    **{f"{k}_{e}": v[k][e] for k in metrics for e in v[k]},
                    "coverage": v["coverage"],
                }
                for name, v in m["methods"].items()
            ],
            format,
        )
        return
    cut = f", histories cut to {m['max_history']}" if m["max_history"] else ""
    screen.table(
        [
            ("method", "left"),
            ("per-reader Pearson (95 %)", "right"),
            ("Spearman", "right"),
            ("pooled Pearson (95 %)", "right"),
            ("RMSE", "right"),
            ("coverage", "right"),
        ],
        [
            [
                name,
                _interval(v["per_user_pearson"]),
                _value(v["per_user_spearman"]),
                _interval(v["pooled_pearson"]),
                _value(v["rmse"]),
                f"{100 * v['coverage']:.0f} %",
            ]
            for name, v in m["methods"].items()
        ],
        title=f"{m['ratings']:,} held-out ratings, {m['readers']:,} readers "
        f"({m['protocol']}{cut}; {m['data']})",
    )
    screen.table(
        [
            ("where", "left"),
            ("readers", "right"),
            ("ratings", "right"),
            ("mean", "right"),
            ("personal", "right"),
            ("lift (95 %)", "right"),
        ],
        [
            [
                name.replace("_", " "),
                f"{s['readers']:,}",
                f"{s['ratings']:,}",
                _value(s["methods"]["mean"]["per_user_pearson"]),
                _value(s["methods"]["personal"]["per_user_pearson"]),
                _difference(s["lift"]["per_user_pearson"]),
            ]
            for name, s in m["segments"].items()
        ],
        title="Per-reader Pearson by segment (readers with 3 or more such rows)",
    )
    screen.lines(
        [
            f"Lift of personal over mean: {_difference(m['lift']['per_user_pearson'])}, "
            "95 %, paired by reader.",
            f"{m['undefined_readers']} readers gave all their held-out books the same stars and "
            "are left out of the correlations.",
            *(f"  {name:<12}{note}" for name, note in _METHOD_NOTES.items()),
        ]
    )


def recommended(
    screen: Screen, format: Format, result: RecommendResult, unmatched: Path | None
) -> None:
    """The list; remarks on stderr; rows that found no book to a file."""
    for note in result.notes:
        screen.say(note)
    if unmatched is not None:
        _write_unmatched(unmatched, result.unmatched)
        screen.say(f"{len(result.unmatched)} rows that found no book: {unmatched}.")
    if not result.recommendations:
        screen.say("No book passes. Loosen a filter: --series any, a wider --year, fewer --genre.")
    if format is not Format.TABLE:
        rows = [r.as_dict() for r in result.recommendations]
        screen.records(rows, format)
        return
    cells = [
        [
            str(r.rank),
            _title(r.book.title, r.book.series, r.book.volume),
            r.book.authors[0] if r.book.authors else "",
            str(r.book.year or ""),
            f"{r.predicted:.1f}",
            f"{r.mean:.1f}",
            _reason(r.because),
        ]
        for r in result.recommendations
    ]
    screen.table(
        [
            ("", "right"),
            ("title", "left"),
            ("author", "left"),
            ("year", "right"),
            ("yours", "right"),
            ("mean", "right"),
            ("why", "left"),
        ],
        cells,
    )


def stepped(screen: Screen, step: Step) -> None:
    """One line a stage of `build`, on stderr."""
    screen.say(f"{step.command}: " + ("fresh" if step.skipped else f"done in {step.seconds:.0f} s"))


def states(screen: Screen, format: Format, workspace: Workspace) -> None:
    """Each artefact, fresh or stale and why."""
    found = workspace.states()
    rows = [
        {
            "artefact": s.name,
            "command": s.command,
            "exists": s.exists,
            "fresh": s.fresh,
            "reason": s.reason,
            "made": s.meta.get("made"),
            "seconds": s.meta.get("seconds"),
            "path": str(s.path),
        }
        for s in found
    ]
    if format is not Format.TABLE:
        screen.records(rows, format)
        return
    cells = [
        [
            s.name,
            "fresh" if s.fresh else s.reason,
            str(s.meta.get("made", ""))[:16].replace("T", " "),
            "" if s.fresh else f"bookrec {s.command}",
        ]
        for s in found
    ]
    screen.table(
        [("artefact", "left"), ("state", "left"), ("made", "left"), ("next", "left")],
        cells,
        title=f"Workspace {workspace.root}",
    )


def _fresh(screen: Screen, skipped: bool, seconds: float, name: str) -> None:
    screen.say(f"{name} is up to date." if skipped else f"{name} made in {seconds:.1f} s.")


def _object(screen: Screen, format: Format, value: dict[str, Any]) -> None:
    if format is Format.TABLE:
        screen.table([("", "left"), ("", "right")], [[k, str(v)] for k, v in value.items()])
    elif format is Format.JSON:
        screen.object(value)
    else:
        screen.records([value], format)


def _title(title: str, series: str | None, volume: float | None) -> str:
    if not series or series == title:
        return title
    return f"{title} ({series} #{volume:g})" if volume is not None else f"{title} ({series})"


def _reason(because: Sequence[Because]) -> str:
    """ "because you gave Hyperion 5★ and Foundation 4★", or what one loved book has in common."""
    if not because:
        return "well rated, and nothing you read says otherwise"
    first = because[0]
    if first.rating is None and len(because) == 1:
        return f"like {_short(first.title)}" + (
            f": {', '.join(first.alike)}" if first.alike else ""
        )
    parts = [
        f"{_short(b.title)} {b.rating:g}★" if b.rating is not None else _short(b.title)
        for b in because[:2]
    ]
    gave = "gave" if first.rating is not None else "love"
    return f"because you {gave} {' and '.join(parts)}"


def _short(title: str) -> str:
    return title.split(": ")[0]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _value(figure: dict[str, float | None]) -> str:
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def _interval(figure: dict[str, float | None]) -> str:
    if figure["value"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def _difference(figure: dict[str, float]) -> str:
    return f"{figure['difference']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"


def _write_unmatched(path: Path, rows: Sequence[Unmatched]) -> None:
    try:
        with (
            replacing(path) as temporary,
            temporary.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, ["line", "title", "author", "stars", "why"])
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
