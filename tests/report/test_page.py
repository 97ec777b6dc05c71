"""The report: its measures on small arrays with known answers, and the page."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from bookrec.errors import UsageError
from bookrec.evaluation.bootstrap import regression
from bookrec.evaluation.calibration import calibration, confidence_quintiles
from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.star_figures import METHODS, Sampling, Trial, measured
from bookrec.progress import Silent
from bookrec.report import Report, write_report
from bookrec.report.bookmap import OTHER, draw_map, main_genre
from bookrec.report.page import page
from bookrec.report.svg import INK, inline

SAMPLING = Sampling(seed=0, samples=50)
NASTY = "<script>alert('&')</script>"
SECTIONS = {
    "headline",
    "baselines",
    "segments",
    "ranking",
    "lists",
    "calibration",
    "fitting",
    "map",
    "protocol",
}
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Collects ids, tags and text, and checks that every tag is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.tags, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def text_of(html):
    """The page's text with single spaces."""
    return " ".join(" ".join(Page(html).text).split())


def trial(readers=12, rows=12, seed=3):
    """Readers with `rows` held-out books each; `personal` predicts the stars plus noise."""
    rng = np.random.default_rng(seed)
    n = readers * rows
    who = np.repeat(np.arange(readers), rows)
    stars = rng.integers(1, 6, n).astype(float)
    other = rng.uniform(2, 5, n)
    ones = np.ones(n)
    zeros = np.zeros(n)
    parts = (zeros, zeros, zeros, ones, 3.5 * ones, 30 * ones, who % 2 == 0)
    held = HeldOut(who, np.arange(n), stars, other, *parts)
    predictions = dict.fromkeys(METHODS, other) | {
        "reader_mean": 3.5 * ones,
        "personal": stars + rng.normal(0, 0.5, n),
    }
    return Trial(held, predictions, rng.uniform(0, 1, n), np.arange(n) % 3 == 0)


def lists():
    """Made-up figures of lists, in the form that `evaluate` writes."""

    def figures(recall, popularity):
        measure = {"value": recall, "low": recall - 0.02, "high": recall + 0.02}
        names = ("recall_at_20", "ndcg_at_20", "stratified_recall_at_20")
        rest = {"popularity": popularity, "coverage": 0.08, "duplicates": 0.0}
        return {**dict.fromkeys(names, measure), **rest}

    methods = {
        "popularity": figures(0.1, 6.5),
        "itemknn": figures(0.2, 6.2),
        "ease": figures(0.25, 6.0),
        "text": figures(0.15, 5.4),
        "personal": figures(0.3, 5.5),
        "shown": figures(0.28, 5.4),
    }
    few = {"readers": 7, "targets": 70, "methods": methods}
    cold = {name: figures(0.1, 4.0) for name in ("site_popularity", "text", "personal")}
    gain = {"difference": 0.05, "low": 0.01, "high": 0.09}
    return {
        "k": 20,
        "candidates": 1234,
        "readers": 9,
        "targets": 90,
        "history": 40.0,
        "methods": methods,
        "lift": {"over": "ease", "recall_at_20": gain, "stratified_recall_at_20": gain},
        "frontier": [{"novelty": n, **figures(0.3 - n / 5, 5.5 - n)} for n in (0.0, 0.5, 1.0)],
        "by_history": {"1": few, "5": few},
        "cold_books": {"candidates": 100, "readers": 5, "targets": 9, "methods": cold},
    }


def metrics(**changes):
    found = measured(trial(), SAMPLING, Silent())
    return {
        "protocol": "held-out",
        "histories": None,
        "interval_over": "readers",
        "data": "goodreads",
        "seed": 0,
        "max_history": None,
        "lists": lists(),
        **found,
        **changes,
    }


@pytest.fixture(scope="module")
def report():
    rng = np.random.default_rng(0)
    genres = [("Fiction", ("Fantasy", "Horror", NASTY)[i % 3]) for i in range(60)]
    curve = [
        {"epoch": 0, "score": 0.3},
        {"epoch": 1, "loss": 0.2, "score": 0.35},
    ]
    alphas = [(0.0, 0.2), (0.5, 0.3), (1.0, 0.25)]
    books = draw_map(rng.normal(size=(60, 8)), genres)
    return Report(metrics(), 0.5, alphas, curve, 1, books, "2020-02-02", "1.2.3")


def test_a_perfect_predictor_is_calibrated():
    stars = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 20)
    found = calibration(np.repeat(np.arange(20), 5), stars, stars, np.random.default_rng(0), 50)
    assert found["slope"] == pytest.approx({"value": 1, "low": 1, "high": 1})
    assert found["intercept"] == pytest.approx({"value": 0, "low": 0, "high": 0}, abs=1e-9)
    assert [b["n"] for b in found["bins"]] == [10] * 10
    assert all(b["predicted"] == b["actual"] for b in found["bins"])


def test_calibration_detects_overconfidence_clips_and_has_no_slope_for_equal_predictions():
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(20), 5)
    stars = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 20)
    slope, intercept = regression(who, 2 * stars - 3, stars, rng, 50)
    assert (slope.value, intercept.value) == pytest.approx((0.5, 1.5))
    clipped = calibration(who, 100 * stars, stars, rng, 50)
    assert clipped["bins"][-1]["predicted"] == 5.0
    assert math.isnan(clipped["slope"]["value"])


def test_the_interval_of_the_slope_covers_the_true_slope():
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(40), 10)
    x = rng.uniform(1, 5, 400)
    y = 0.8 * x + 0.5 + rng.normal(0, 0.3, 400)
    slope, _ = regression(who, x, y, rng, 500)
    assert slope.low < 0.8 < slope.high
    assert slope.value == pytest.approx(np.polyfit(x, y, 1)[0])


def test_confidence_quintiles_are_in_ascending_order():
    rng = np.random.default_rng(0)
    confidence = rng.permutation(np.linspace(0, 1, 100))
    error = 2 - np.floor(confidence * 4.999) / 4  # 2, 1.75, 1.5, 1.25, 1 stars by quintile
    stars = np.full(100, 3.0)
    found = confidence_quintiles(np.arange(100) // 5, confidence, stars + error, stars, rng, 50)
    assert [f["rmse"]["value"] for f in found] == pytest.approx([2, 1.75, 1.5, 1.25, 1])
    assert [f["n"] for f in found] == [20] * 5
    assert all(a["high"] <= b["low"] for a, b in pairwise(found))


def test_ranking_measures_match_a_hand_computation():
    stars = np.array([5.0, 4, 4, 3, 2, 1, 1, 1, 1, 1])
    reversed_order = np.arange(10.0)
    t = trial(readers=1, rows=10)
    one = replace(
        t,
        held=replace(t.held, stars=stars),
        predictions=dict.fromkeys(METHODS, reversed_order) | {"personal": stars},
    )
    found = measured(one, SAMPLING, Silent())
    best = sum((2**s - 1) / math.log2(i + 2) for i, s in enumerate(stars))
    worst = sum((2**s - 1) / math.log2(i + 2) for i, s in enumerate(stars[::-1]))
    assert found["methods"]["personal"]["ndcg_at_10"]["value"] == pytest.approx(1.0)
    assert found["methods"]["personal"]["top5_liked"]["value"] == pytest.approx(3 / 5)
    assert found["methods"]["mean"]["ndcg_at_10"]["value"] == pytest.approx(worst / best)
    assert found["methods"]["mean"]["top5_liked"]["value"] == 0.0
    assert found["lift"]["top5_liked"]["difference"] == pytest.approx(3 / 5)
    assert found["ranking"] == {"readers": 1, "min_rows": 10}


def test_readers_with_few_held_out_books_are_not_ranked():
    found = measured(trial(rows=9), SAMPLING, Silent())
    assert found["ranking"]["readers"] == 0
    assert math.isnan(found["methods"]["personal"]["ndcg_at_10"]["value"])


def test_cold_and_warm_books_split_the_rows():
    found = measured(trial(), SAMPLING, Silent())
    parts = [found["segments"][name]["ratings"] for name in ("cold_books", "warm_books")]
    assert sum(parts) == found["ratings"] == 144


def test_the_page_is_well_formed_and_self_contained(report):
    text = page(report)
    parsed = Page(text)
    assert set(parsed.ids) >= SECTIONS
    assert len(parsed.ids) == len(set(parsed.ids))
    assert "://" not in text
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in parsed.tags}
    loads = [a for _, attrs in parsed.tags for a in attrs.items() if a[0] in ("src", "href")]
    assert all(value.startswith("#") and value[1:] in parsed.ids for _, value in loads)
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{i}" for i in parsed.ids}


def test_every_plot_has_a_title_and_a_text_alternative(report):
    text = page(report)
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert len(figures) == 15
    for figure in figures:
        assert re.search(r"<h3>.+</h3>", figure)
        assert len(re.search(r'role="img" aria-label="([^"]*)"', figure)[1]) > 40
    words = text_of(text)
    for axis in ("predicted (mean stars)", "RMSE (stars)", "epoch (passes", "share of the five"):
        assert axis in words


def test_the_page_shows_the_lift_the_scope_and_the_version(report):
    words = text_of(page(report))
    lift = report.metrics["lift"]["per_user_pearson"]["difference"]
    for expected in (
        "1.2.3",
        "2020-02-02",
        f"{lift:+.3f}",
        "144 held-out ratings of 12 readers",
        "α = 0.5",
        "Epoch 1 was kept",
    ):
        assert expected in words


def test_text_from_the_data_is_escaped(report):
    text = page(replace(report, metrics={**report.metrics, "data": NASTY}))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 4  # title, heading, legend and text alternative


def test_simulated_readers_are_announced(report):
    assert "simulated" not in page(report)
    simulated = page(replace(report, metrics={**report.metrics, "data": "starter (simulated)"}))
    assert "starter (simulated)" in re.search(r"<h1>(.*?)</h1>", simulated)[1]
    assert "readers are simulated" in simulated


def test_undefined_figures_are_dashes(report):
    undefined = {"value": None, "low": None, "high": None}
    m = dict(report.metrics)
    m["methods"] = {
        name: {k: undefined if isinstance(v, dict) else v for k, v in figures.items()}
        for name, figures in m["methods"].items()
    }
    gain = {"difference": None, "low": None, "high": None}
    m |= {"lift": dict.fromkeys(m["lift"], gain), "segments": {}}
    m["calibration"] = {**m["calibration"], "slope": undefined, "intercept": undefined}
    text = page(replace(report, metrics=m, learning=[]))
    Page(text)
    assert text.count("Too few readers for a figure.") == 6
    assert not {"nan", "None"} & set(text_of(text).split())
    assert "Too few readers have enough held-out ratings" in text
    assert "there is no slope" in text


def test_the_lists_section_shows_the_frontier_and_the_scope(report):
    figure = re.search(r'aria-label="(Recall of lists[^"]*)"', page(report))[1]
    assert "EASE 0.250 at 6.00" in figure
    assert "personal 0.300 at 5.50" in figure
    assert "personal at novelty 0.5 0.200 at 5.00" in figure
    words = text_of(page(report))
    for expected in ("1,234 books", "9 readers", "90 targets", "minus EASE's is +0.050"):
        assert expected in words


def test_a_page_without_lists_explains_why(report):
    text = page(replace(report, metrics={**report.metrics, "lists": None}))
    assert "lists cannot be measured" in text_of(text)


@pytest.mark.parametrize(
    ("protocol", "histories", "expected"),
    [
        ("held-out", None, "held out from everything"),
        ("unseen-readers", None, "80% are the history"),
        ("forward", "dated", "on earlier days"),
        ("forward", "in-order", "later ratings from the earliest 70%"),
    ],
)
def test_the_page_describes_the_protocol(report, protocol, histories, expected):
    m = {**report.metrics, "protocol": protocol, "histories": histories}
    assert expected in text_of(page(replace(report, metrics=m)))


def test_a_single_reader_has_intervals_over_days_and_none_for_lists(report):
    one = measured(replace(trial(1, 40), days=np.arange(40) // 2), SAMPLING, Silent())
    found = lists()
    unbounded = {"low": None, "high": None}
    for figures in found["methods"].values():
        figures["recall_at_20"] = {"value": 0.25, **unbounded}
    found["lift"]["recall_at_20"] = {"difference": 0.05, **unbounded}
    m = {**report.metrics, **one, "interval_over": "days", "lists": found}
    words = text_of(page(replace(report, metrics=m)))
    for expected in (
        "held-out ratings of one reader",
        "bootstrap over this reader's days",
        "minus EASE's is +0.050.",
    ):
        assert expected in words


def test_the_page_is_deterministic(report):
    assert page(report) == page(report)


def test_write_report_writes_one_file(report, tmp_path):
    target = write_report(tmp_path / "new" / "folder", report)
    assert target.name == "index.html"
    assert target.read_text("utf-8") == page(report)
    assert [p.name for p in target.parent.iterdir()] == ["index.html"]
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(target, report)  # a file, not a folder


def test_inline_svg_uses_css_colours_unique_ids_and_short_coordinates():
    svg = '<?xml version="1.0"?><svg viewBox="0 0 1 1"><g id="a"/><path d="M 1.23456 2" '
    svg += f'style="stroke: {INK}" clip-path="url(#a)"/><text>0.12345</text></svg>'
    element = inline(svg, "plot", 'a "b" <c>')
    root = ElementTree.fromstring(element)
    assert root.get("aria-label") == 'a "b" <c>'
    assert root[0].get("id") == "plot-a"
    path = root[1].attrib
    assert path == {"d": "M 1.23 2", "style": "stroke: var(--ink)", "clip-path": "url(#plot-a)"}
    assert root[2].text == "0.12345"


def test_the_map_separates_clusters_and_colours_main_genres():
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal(5, 1, (30, 6)), rng.normal(-5, 1, (20, 6))])
    genres = [("Fiction", "Poetry")] * 30 + [("Fantasy",)] * 19 + [("Fiction",)]
    books = draw_map(vectors, genres)
    assert books.legend == ("Poetry", "Fantasy")
    assert books.counts == [30, 19]
    assert books.genre.tolist() == [0] * 30 + [1] * 19 + [OTHER]
    sides = np.sign(books.places[:, 0])
    assert abs(sides[:30].sum()) == 30
    assert abs(sides[30:].sum()) == 20
    assert sides[0] != sides[-1]
    assert books.variance[0] > 0.9
    assert main_genre(()) == ""
    assert draw_map(vectors[:2], genres[:2]).places.shape == (2, 2)
