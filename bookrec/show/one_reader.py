"""The figures of a single reader in sentences."""

from __future__ import annotations

from typing import Any

from bookrec.show.figures import difference, interval, value, what_was_predicted

TOO_FEW_LIKED = (
    "No lists: nobody has 3 held-out books with 4 or 5 stars among those that may be recommended."
)


def one_reader(m: dict[str, Any]) -> list[str]:
    """How well bookrec would have predicted one reader, in sentences."""
    ours, mean = m["methods"]["personal"], m["methods"]["mean"]
    gain = m["lift"]["per_user_pearson"]
    lines = [
        f"{m['ratings']:,} {what_was_predicted(m)}.",
        f"How far the predicted stars agree with the given ones (0 is chance, 1 is perfect): "
        f"{interval(ours['per_user_pearson'])}; the books' means: "
        f"{interval(mean['per_user_pearson'])}.",
        f"A prediction is off by {value(ours['rmse'])} stars, a book's mean by "
        f"{value(mean['rmse'])} (RMSE).",
    ]
    if gain["low"] is not None:
        sure = (
            "bookrec was the better guide for this reader"
            if gain["low"] > 0
            else "the books' means were the better guide for this reader"
            if gain["high"] < 0
            else "these ratings do not tell which of the two is the better guide"
        )
        lines.append(f"Agreement less that of the means: {difference(gain)}: {sure}.")
    lines.append(
        f"The intervals (95 %) are over this reader's {m['interval_over']}: another reader's "
        "figures may well be others."
    )
    return [*lines, *_one_list(m["lists"], m["histories"] is not None)]


def _one_list(lists: dict[str, Any] | None, forward: bool) -> list[str]:
    if not lists:
        return [TOO_FEW_LIKED]
    hits = {name: v["hits"] for name, v in lists["methods"].items()}
    earlier = "the earliest" if forward else "the other"
    did = "went on to read and like" if forward else "liked"
    return [
        f"A list of 20 made from {earlier} {lists['history']:,.0f} books: of the 20, this reader "
        f"{did} {hits['personal']}; of the 20 that most have read {hits['popularity']}, of EASE's "
        f"20 {hits['ease']}, of the 20 that recommend prints {hits['shown']}. "
        f"{lists['targets']:,} such books were there to be found among {lists['candidates']:,}."
    ]
