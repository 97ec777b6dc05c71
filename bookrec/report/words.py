"""What the report says in words: HTML, with all that comes from data escaped.

`m` is `metrics.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

Figures = Mapping[str, Any]
# Each method: its short name in plots, and what it is.
METHODS = {
    "mean": ("book's mean", "the book's mean rating, damped and shrunk to the site-wide mean"),
    "reader_mean": ("reader's mean", "what this reader usually gives, the same for every book"),
    "bias": (
        "book + reader",
        "the book's mean, how the reader rates against such means, loyalty to series and author",
    ),
    "text": ("text vectors", "that and the reader's taste, by unprojected text vectors"),
    "personal": ("personal", "that and the reader's taste, by the trained book vectors"),
}
# The same of lists.
LISTS = {
    "popularity": ("popularity", "what most of the known readers have read"),
    "itemknn": ("item kNN", "what goes with the books of the history, by who has read both"),
    "ease": ("EASE", "the same by a ridge regression of each book on all others (Steck 2019)"),
    "text": ("text vectors", "bookrec's score by unprojected text vectors"),
    "personal": ("personal", "bookrec's score by the trained book vectors"),
    "shown": (
        "as shown",
        "that order after series order and caps, as <code>recommend</code> prints it",
    ),
}
SEGMENTS = {
    "cold_books": "cold books",
    "warm_books": "warm books",
    "history_0_19": "0–19 books",
    "history_20_49": "20–49 books",
    "history_50_99": "50–99 books",
    "history_100_plus": "100 or more",
}
BARS = (
    "A dot is the value, the bar its 95&nbsp;% interval from a bootstrap over readers. "
    "<b>personal</b> is what <code>bookrec recommend</code> uses."
)
ALPHA = (
    "α is the one coefficient that is fitted for the final prediction. At 0 the prediction is the "
    "book's mean and the reader's habit alone. The rows it is chosen on are not the test rows."
)
MAP = (
    "Each dot is a book; books that lie together are alike to the recommender. A plane shows only "
    "a part of what the vectors hold: the axes say how much."
)
NO_LISTS = (
    "Nobody has three held-out books with 4 or 5 stars among those that may be recommended, so no "
    "list can be measured."
)
STRATIFIED = (
    "A book weighs (its ratings + 10) to the power of −½ (Steck 2011): else bestsellers would be "
    "the whole of it."
)
FRONTIER = (
    "To the right are lists of bestsellers, to the left lists of what few have read. The line is "
    "<b>personal</b> as <code>--novelty</code> turns from 0 to 1. Up and to the left is better."
)


def number(value: float | None) -> str:
    """Three decimals, or a dash for what is undefined."""
    return "–" if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """Three decimals with a sign, a true minus."""
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def between(figure: Figures, form: Callable[[float | None], str] = number) -> str:
    """The bounds of an interval, each as `form` prints a number."""
    return f"{form(figure['low'])}&nbsp;to&nbsp;{form(figure['high'])}"


def interval(figure: Figures) -> str:
    """A value and its interval, for a table's cell."""
    if figure["low"] is None:
        return number(figure["value"])
    bounds = f"{number(figure['low'])}–{number(figure['high'])}"
    return f"{number(figure['value'])} <small>{bounds}</small>"


def simulated(m: Figures) -> str:
    """A warning if the readers are made up; else nothing."""
    if "simulated" not in m["data"]:
        return ""
    return (
        '<p class="warn">These readers are simulated: the figures show that the machinery works, '
        "and say nothing of how well it predicts people.</p>\n"
    )


def headline(m: Figures) -> str:
    """The lift in a sentence, and whether it is one."""
    ours, mean = (m["methods"][name]["per_user_pearson"]["value"] for name in ("personal", "mean"))
    lift = m["lift"]["per_user_pearson"]
    if ours is None or mean is None:
        return "Too few readers have enough held-out ratings for a correlation."
    ratio = f", {ours / mean:.2f} times as much" if mean > 0 else ""
    which = "readers were asked" if m["interval_over"] == "readers" else "books are there"
    sure = (
        f"The interval lies above zero: the gain is not a matter of which {which}."
        if lift["low"] is not None and lift["low"] > 0
        else "The interval does not lie above zero: no gain is shown."
    )
    return (
        f"Within a reader, the stars that bookrec predicts correlate {ours:.3f} with the stars "
        f"given, those of the book's mean rating {mean:.3f}: a lift of "
        f"{signed(lift['difference'])} ({between(lift, signed)}){ratio}. {sure}"
    )


def scope(m: Figures) -> str:
    """What was measured, on a line."""
    how = {
        None: "held-out ratings",
        "dated": "ratings predicted from what was dated earlier",
        "in-order": "later ratings predicted from earlier ones",
    }[m["histories"]]
    who = "one reader" if m["readers"] == 1 else f"{m['readers']:,} readers"
    return f"{m['ratings']:,} {how} of {who} · {m['protocol']}"


def lists(m: Figures) -> str:
    """What was asked of a list, and how much it found."""
    found = m["lists"]
    gain = found["lift"]["recall_at_20"]
    later = "read later and given" if m["histories"] else "held out and given"
    who = (
        "One reader" if found["readers"] == 1 else f"{found['readers']:,} readers, drawn at random"
    )
    return (
        f"Every one of the {found['candidates']:,} books that may be recommended is a candidate, "
        f"less what is read already. To be found are the books that were {later} 4 or 5 stars. "
        f"{who}, {found['targets']:,} such books. Recall@20 is the share of them in the first 20 "
        f"places, of at most 20. bookrec's is {signed(gain['difference'])} to EASE's"
        + (f" ({between(gain, signed)}), paired by reader." if gain["low"] is not None else ".")
    )


def segments(found: Figures, names: Sequence[str]) -> str:
    """How many readers and ratings are behind each row of the plot, and its lift, as a table."""
    rows = "".join(
        f'<tr><th scope="row">{escape(SEGMENTS.get(name, name))}</th>'
        f"<td>{found[name]['readers']:,}</td><td>{found[name]['ratings']:,}</td>"
        f"<td>{signed(lift['difference'])} <small>{between(lift, signed)}</small></td></tr>"
        for name in names
        for lift in [found[name]["lift"]["per_user_pearson"]]
    )
    head = "".join(f'<th scope="col">{n}</th>' for n in ("", "readers", "ratings", "lift"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def ranking(m: Figures) -> str:
    """What the ranking figures are of."""
    ours = m["methods"]["personal"]["top5_liked"]["value"]
    share = (
        ""
        if ours is None
        else f" Of the five that bookrec puts first, {100 * ours:.0f}&nbsp;% were liked."
    )
    return (
        f"The held-out books of a reader, put in order of predicted stars: "
        f"{m['ranking']['readers']:,} readers with {m['ranking']['min_rows']} or more such books."
        f"{share} Books that a method predicts alike share their place, so the reader's mean shows "
        "what a list in no order reaches."
    )


def calibration(found: Figures) -> str:
    """The slope, in words."""
    if found["slope"]["value"] is None:
        return "All predictions are alike: there is no slope."
    return (
        f"The dashed line is what perfect stars would give. Slope of the fitted line "
        f"{found['slope']['value']:.2f} ({found['slope']['low']:.2f} to "
        f"{found['slope']['high']:.2f}), intercept {found['intercept']['value']:.2f} stars: "
        f"one predicted star more is {found['slope']['value']:.2f} given stars more."
    )


def confidence(fifths: Sequence[Figures]) -> str:
    """Whether the error falls as confidence rises."""
    errors = [f["rmse"]["value"] for f in fifths]
    falls = all(a > b for a, b in pairwise(errors))
    how = "at every step" if falls else "but not at every step" if errors[0] > errors[-1] else ""
    trend = f"It falls with confidence, {how}" if how else "It does not fall with confidence"
    return (
        f"{trend}: {errors[0]:.3f} stars in the least confident fifth, {errors[-1]:.3f} in the "
        "most confident. Confidence is the share of a prediction that comes from books of the "
        "history that are like it."
    )


def learning(kept: int) -> str:
    """What the panels are of."""
    return (
        f"Epoch {kept} was kept (dashed): the best correlation on validation rows. "
        "Epoch 0 is the start, before any training."
    )


def protocol(m: Figures) -> str:
    """The protocol in plain words, the methods and the terms."""
    cut = (
        f" Histories were cut to {m['max_history']} books, drawn at random."
        if m["max_history"]
        else ""
    )
    over = (
        "Intervals are the middle 95&nbsp;% of bootstrap samples of readers; the lift is paired by "
        "reader."
        if m["interval_over"] == "readers"
        else f"Intervals are the middle 95&nbsp;% of bootstrap samples of this reader's "
        f"{m['interval_over']}: another reader's figures may well be others."
    )
    methods, of_lists = (
        "".join(f"<dt>{name}</dt><dd>{note}.</dd>" for name, note in named.values())
        for named in (METHODS, LISTS)
    )
    return (
        f"<p>{_WHO[m['histories'] or m['protocol']]}{cut} Seed {m['seed']}.</p>"
        "<p>Within a reader means: one correlation for each reader with 5 or more held-out "
        "ratings (3 or more in the parts by history and by book), then the mean over readers. "
        f"{m['undefined_readers']:,} readers gave all their held-out books the same stars and are "
        "left out of it. Over all ratings, or pooled, means: one correlation of everything. "
        f"{over}</p>"
        f"<dl>{methods}</dl><p>Of lists:</p><dl>{of_lists}</dl>"
    )


_DESCRIBED = (
    " Only described books of the catalogue are predicted, and only readers with 10 or more "
    "ratings of such books take part."
)
_NOTHING = "These readers' ratings were used for nothing that was fitted. "
_WHO = {
    "held-out": "Of each reader's ratings, 20&nbsp;% were drawn at random and hidden from "
    "everything that was fitted: the books' means, the vectors, α. They are predicted from the "
    f"rest.{_DESCRIBED}",
    "unseen-readers": f"{_NOTHING}Of each reader's ratings, 80&nbsp;% are the history and "
    f"20&nbsp;%, drawn at random, are predicted from it.{_DESCRIBED}",
    "dated": f"{_NOTHING}Stars are predicted forward in time: each rating from all that the reader "
    "had dated on earlier days, but for a reader's first 20; readers with 40 or more dated ratings "
    "of books of the catalogue take part. Lists are made from the earliest 70&nbsp;%.",
    "in-order": f"{_NOTHING}Stars and lists are predicted forward in time: from each reader's "
    "earliest 70&nbsp;% of ratings, what came later. Readers with 10 or more ratings of books of "
    "the catalogue take part.",
}
