"""The results of the stages and the state of the workspace, as tables or as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookrec.show.figures import percent
from bookrec.show.formats import Format, write_object
from bookrec.show.screen import Screen
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
    """Show the files of raw/ with their size in bytes and their origin."""
    rows = [
        {"file": name, "bytes": f.bytes, "sha256": f.sha256, "origin": f.origin}
        for name, f in sorted(result.files.items())
    ]
    if format is Format.TABLE:
        cells = [[str(r["file"]), f"{r['bytes']:,}", str(r["origin"])] for r in rows]
        screen.table([("file", "left"), ("bytes", "right"), ("origin", "left")], cells)
    else:
        screen.records(rows, format)


def merged(screen: Screen, format: Format, result: MergeResult) -> None:
    """Show the merge report."""
    report = dict(result.report)
    _say_made(screen, result.skipped, result.seconds, "catalogue.sqlite")
    if format is not Format.TABLE:
        report.pop("fuzzy_titles", None)
        _object(screen, format, report)
        return
    rows = report["rating_rows"] or 1
    lines = [
        ("book rows read", report["book_rows"], ""),
        ("metadata rows read", report["metadata_rows"], f"{report['metadata_rows_kept']:,} used"),
        ("rating rows read", report["rating_rows"], f"{report['readers']:,} readers"),
        *((f"dropped: {why}", n, "") for why, n in sorted(report["dropped"].items())),
        ("works", report["works"], f"{report['editions_merged']:,} more editions merged"),
        ("works to recommend", report["described"], "with a description and an author"),
        ("titles found in ratings only", report["titles_only"], "never recommended"),
        *(
            (f"rating rows, title match: {how}", n, percent(n / rows, 2))
            for how, n in report["matched"].items()
        ),
        ("rating rows matched to a work", "", percent(report["share_matched"], 2)),
    ]
    cells = [[name, f"{n:,}" if isinstance(n, int) else n, note] for name, n, note in lines]
    screen.table([("merge", "left"), ("count", "right"), ("", "left")], cells)


def embedded(screen: Screen, format: Format, result: EmbedResult) -> None:
    """Show how many texts were encoded, and how many came from the cache."""
    _say_made(screen, result.skipped, result.seconds, "text_vectors.npy")
    values = {
        "books": result.books,
        "width": result.width,
        "encoded": result.encoded,
        "from_cache": result.cached,
        "seconds": round(result.seconds, 1),
    }
    _object(screen, format, values)


def trained(screen: Screen, format: Format, result: ProjectionResult) -> None:
    """Show the learning curve, with the epoch that was kept."""
    _say_made(screen, result.skipped, result.seconds, "projection.safetensors")
    if format is Format.JSON:
        write_object(
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
        notes=[
            f"From {result.width} to {result.dim} dimensions.",
            "score: recall@20 of liked validation books",
        ],
    )


def fitted(screen: Screen, format: Format, result: AlphaResult) -> None:
    """Show α and the validation correlation as a function of it."""
    _say_made(screen, result.skipped, result.seconds, "model.json")
    if format is Format.JSON:
        write_object({"alpha": result.alpha, "score": result.score, "curve": result.curve})
    elif format is not Format.TABLE:
        screen.records([{"alpha": a, "per_user_pearson": s} for a, s in result.curve], format)
    else:
        tenths = [p for p in result.curve if round(p[0] * 10) == p[0] * 10]
        top = max(s for _, s in result.curve) or 1.0
        cells = [[f"{a:.1f}", f"{s:.4f}", "▒" * round(30 * max(0.0, s) / top)] for a, s in tenths]
        screen.table(
            [("alpha", "right"), ("Pearson per reader", "right"), ("", "left")],
            cells,
            notes=[f"Best: alpha {result.alpha:.3f}, {result.score:.4f} on validation rows."],
        )


def stepped(screen: Screen, step: Step) -> None:
    """Say what one step of `build` did."""
    done = "fresh" if step.skipped else f"done in {step.seconds:.0f} s"
    screen.say(f"{step.command}: {done}.")


def states(screen: Screen, format: Format, workspace: Workspace) -> None:
    """Show each artefact of the workspace: whether it is fresh, and if not, why."""
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
        [("artefact", "left"), ("state", "left"), ("made", "left"), ("to make it", "left")],
        cells,
        title=f"Workspace {workspace.root}",
    )


def _say_made(screen: Screen, skipped: bool, seconds: float, name: str) -> None:
    screen.say(f"{name} is up to date." if skipped else f"{name} made in {seconds:.1f} s.")


def _object(screen: Screen, format: Format, value: dict[str, Any]) -> None:
    if format is Format.TABLE:
        screen.table([("", "left"), ("value", "right")], [[k, str(v)] for k, v in value.items()])
    elif format is Format.JSON:
        write_object(value)
    else:
        screen.records([value], format)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.4f}"
