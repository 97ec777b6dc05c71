"""What `evaluate` measured, as tables or as records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bookrec.show.evaluation_tables import show_tables
from bookrec.show.formats import Format, write_object
from bookrec.show.screen import Screen

if TYPE_CHECKING:
    from bookrec.stages.evaluate import EvaluateResult


_STARS = (
    "per_user_pearson",
    "per_user_spearman",
    "pooled_pearson",
    "rmse",
    "ndcg_at_10",
    "top5_liked",
)
_LISTS = ("recall_at_20", "ndcg_at_20", "stratified_recall_at_20")
# Figures without an interval, and their columns: `coverage` is also the name of a star figure.
_PLAIN = {"popularity": "popularity", "coverage": "list_coverage", "duplicates": "duplicates"}


def evaluated(screen: Screen, format: Format, result: EvaluateResult) -> None:
    """Show every method's figures with intervals, the lift and the segments."""
    m = result.metrics
    if format is Format.JSON:
        write_object(m)
    elif format is not Format.TABLE:
        screen.records([m] if format is Format.NDJSON else _records(m), format)
    else:
        show_tables(screen, m)
        if result.report is not None:
            screen.say(f"Report written to {result.report}.")


def _records(m: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row per method: its figures for stars, then for lists; None where it has none."""
    lists = m["lists"]["methods"] if m["lists"] else {}
    rows = []
    for name in dict.fromkeys((*m["methods"], *lists)):
        stars, found = m["methods"].get(name), lists.get(name)
        rows.append(
            {
                "method": name,
                **_cells(stars, _STARS),
                "coverage": stars["coverage"] if stars else None,
                **_cells(found, _LISTS),
                **{column: found[key] if found else None for key, column in _PLAIN.items()},
            }
        )
    return rows


def _cells(figures: Mapping[str, Any] | None, names: tuple[str, ...]) -> dict[str, Any]:
    ends = ("value", "low", "high")
    return {f"{n}_{e}": figures[n][e] if figures else None for n in names for e in ends}
