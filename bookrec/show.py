"""Each stage's result as a person reads it, or as records for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookrec import freshness
from bookrec.console import Format, Screen
from bookrec.workspace import Workspace

if TYPE_CHECKING:
    from bookrec.pipeline import Step
    from bookrec.stages.download import DownloadResult
    from bookrec.stages.embed import EmbedResult
    from bookrec.stages.evaluate import EvaluateResult
    from bookrec.stages.fit_alpha import AlphaResult
    from bookrec.stages.merge import MergeResult
    from bookrec.stages.train_projection import ProjectionResult

_METHOD_NOTES = {
    "mean": "the book's mean, damped, shrunk to the site-wide mean: the baseline",
    "reader_mean": "what this reader usually gives",
    "bias": "the book's mean, the reader's offset, loyalty to series and author",
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
        caption=f"{result.width} to {result.dim} dimensions; score is the validation correlation, "
        "accuracy the share of held-out triplets in order.",
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


_RANKING = ("ndcg_at_10", "top5_liked")
_FIGURES = ("per_user_pearson", "per_user_spearman", "pooled_pearson", "rmse", *_RANKING)


def evaluated(screen: Screen, format: Format, result: EvaluateResult) -> None:
    """Every method's figures with intervals, the lift and the segments."""
    m = result.metrics
    if format in (Format.JSON, Format.NDJSON):
        _object(screen, format, m)
        return
    if format is not Format.TABLE:
        rows = [
            {
                "method": name,
                **{f"{k}_{e}": v[k][e] for k in _FIGURES for e in v[k]},
                "coverage": v["coverage"],
            }
            for name, v in m["methods"].items()
        ]
        screen.records(rows, format)
        return
    _correlations(screen, m)
    _segments(screen, m)
    _as_list(screen, m)
    _in_words(screen, m)
    if result.report is not None:
        screen.say(f"Report: {result.report}")


def _correlations(screen: Screen, m: dict[str, Any]) -> None:
    heads = ("per-reader Pearson (95 %)", "Spearman", "pooled Pearson (95 %)", "RMSE", "coverage")
    cut = f", histories cut to {m['max_history']}" if m["max_history"] else ""
    screen.table(
        [("method", "left"), *((head, "right") for head in heads)],
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


def _segments(screen: Screen, m: dict[str, Any]) -> None:
    heads = ("readers", "ratings", "mean", "personal", "lift (95 %)")
    screen.table(
        [("where", "left"), *((head, "right") for head in heads)],
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


def _as_list(screen: Screen, m: dict[str, Any]) -> None:
    screen.table(
        [("method", "left"), ("nDCG@10 (95 %)", "right"), ("top-5 liked (95 %)", "right")],
        [[name, *(_interval(v[k]) for k in _RANKING)] for name, v in m["methods"].items()],
        title=f"As a list: {m['ranking']['readers']:,} readers with {m['ranking']['min_rows']} "
        "or more held-out ratings",
    )


def _in_words(screen: Screen, m: dict[str, Any]) -> None:
    screen.lines(
        [
            f"A predicted star more is {_interval(m['calibration']['slope'])} given stars more "
            "(personal).",
            "RMSE by fifths of confidence, lowest to highest: "
            f"{'  '.join(_value(f['rmse']) for f in m['confidence'])}.",
            f"Lift of personal over mean: {_difference(m['lift']['per_user_pearson'])}, "
            "95 %, paired by reader.",
            f"{m['undefined_readers']} readers gave all their held-out books the same stars and "
            "are left out of the correlations.",
            *(f"  {name:<12}{note}" for name, note in _METHOD_NOTES.items()),
        ]
    )


def stepped(screen: Screen, step: Step) -> None:
    """One line a stage of `build`, on stderr."""
    screen.say(f"{step.command}: " + ("fresh" if step.skipped else f"done in {step.seconds:.0f} s"))


def states(screen: Screen, format: Format, workspace: Workspace) -> None:
    """Each artefact, fresh or stale and why."""
    found = freshness.states(workspace)
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
