"""The metrics of a single reader, in sentences."""

from __future__ import annotations

from typing import Any

from bookrec.show.figures import Figure, difference, interval, value, what_was_predicted
from bookrec.text import count

TOO_FEW_LIKED = (
    "No reader has three held-out books with 4 or 5 stars among those that may be recommended, so "
    "lists cannot be measured."
)


def one_reader(m: dict[str, Any]) -> list[str]:
    """Return how well bookrec would have predicted one reader."""
    ours, mean = m["methods"]["personal"], m["methods"]["mean"]
    lift = m["lift"]["per_user_pearson"]
    lines = [
        f"{m['ratings']:,} {what_was_predicted(m)}.",
        "Correlation of predicted and given stars (0 is chance, 1 is perfect): "
        f"{interval(ours['per_user_pearson'])}. With the books' means as predictions: "
        f"{interval(mean['per_user_pearson'])}.",
        f"RMSE: {value(ours['rmse'])} stars. With the books' means: {value(mean['rmse'])}.",
    ]
    if lift["low"] is not None:
        lines.append(f"Difference in correlation: {difference(lift)}. {_better(lift)}")
    lines.append(
        f"Intervals are 95% intervals from a bootstrap over this reader's {m['interval_over']}. "
        "They do not show how other readers would fare."
    )
    return [*lines, *_one_list(m["lists"], m["histories"] is not None)]


def _better(lift: Figure) -> str:
    low, high = lift["low"] or 0.0, lift["high"] or 0.0
    if low > 0:
        return "bookrec predicts this reader better than the books' means do."
    if high < 0:
        return "The books' means predict this reader better than bookrec does."
    return "These ratings are too few to tell which of the two is better."


def _one_list(lists: dict[str, Any] | None, forward: bool) -> list[str]:
    if not lists:
        return [TOO_FEW_LIKED]
    hits = {name: v["hits"] for name, v in lists["methods"].items()}
    first = "earliest" if forward else "other"
    later = "went on to read and like" if forward else "liked"
    return [
        f"From the {first} {lists['history']:,.0f} books, bookrec's 20 highest-scored books hold "
        f"{hits['personal']} that this reader {later}. The 20 that recommend prints hold "
        f"{hits['shown']}, EASE's 20 hold {hits['ease']}, and the 20 most read hold "
        f"{hits['popularity']}. {count(lists['targets'], 'such book')} could be found among "
        f"{lists['candidates']:,}."
    ]
