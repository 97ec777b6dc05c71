"""Each stage's result as a person reads it, or as records for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookrec.show.screen import Format, Screen
from bookrec.workspace import freshness
from bookrec.workspace.folder import Workspace

if TYPE_CHECKING:
    from bookrec.sources.raw_folder import DownloadResult
    from bookrec.stages.build import Step
    from bookrec.stages.embed import EmbedResult
    from bookrec.stages.fit_alpha import AlphaResult
    from bookrec.stages.merge import MergeResult
    from bookrec.stages.train_projection import ProjectionResult


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
        caption=f"{result.width} to {result.dim} dimensions; score is the recall of liked "
        "validation books in the first 20 of all.",
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
