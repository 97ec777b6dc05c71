"""The report page: self-contained, accessible, and clear about what was measured."""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import numpy as np
import pytest
from trials import SAMPLING, trial

from bookrec.errors import UsageError
from bookrec.evaluation.star_figures import evaluate_stars
from bookrec.progress import Silent
from bookrec.report import Report, write_report
from bookrec.report.bookmap import draw_map
from bookrec.report.page import page

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
    """Collects ids, tags and text, and checks that tags are closed in order."""

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
    """Return the page's text with single spaces."""
    return " ".join(" ".join(Page(html).text).split())


def lists():
    """Made-up figures of lists, in the form of `evaluate --json`."""

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
    found = evaluate_stars(trial(), SAMPLING, Silent())
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


@pytest.fixture(scope="module")
def html(report):
    """The whole page. Its fifteen plots take a second to draw."""
    return page(report)


@pytest.fixture
def undrawn(monkeypatch):
    """The page with empty plots, which only keep their text alternatives."""

    def empty(name, alt, height, draw):
        return f'<svg role="img" aria-label="{escape(alt)}"></svg>'

    for module in ("dots", "plots"):
        monkeypatch.setattr(f"bookrec.report.{module}.draw_svg", empty)
    return page


def test_the_page_is_well_formed_and_self_contained(html):
    parsed = Page(html)
    assert set(parsed.ids) >= SECTIONS
    assert len(parsed.ids) == len(set(parsed.ids))
    assert "://" not in html
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in parsed.tags}
    loads = [a for _, attrs in parsed.tags for a in attrs.items() if a[0] in ("src", "href")]
    assert all(value.startswith("#") and value[1:] in parsed.ids for _, value in loads)
    assert "@import" not in html
    assert set(re.findall(r"url\(([^)]*)\)", html)) <= {f"#{i}" for i in parsed.ids}


def test_every_plot_has_a_title_axis_labels_and_a_text_alternative(html):
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == 15
    for figure in figures:
        assert re.search(r"<h3>.+</h3>", figure)
        assert len(re.search(r'role="img" aria-label="([^"]*)"', figure)[1]) > 40
    words = text_of(html)
    for axis in ("predicted (mean stars)", "RMSE (stars)", "epoch (passes", "share of the five"):
        assert axis in words


def test_the_page_shows_the_lift_the_scope_and_the_version(report, html):
    words = text_of(html)
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


def test_text_from_the_data_is_escaped(report, undrawn):
    text = undrawn(replace(report, metrics={**report.metrics, "data": NASTY}))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 4  # title, heading, legend and text alternative


def test_simulated_readers_are_announced(report, html, undrawn):
    assert "simulated" not in html
    simulated = undrawn(replace(report, metrics={**report.metrics, "data": "starter (simulated)"}))
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


def test_the_lists_section_shows_the_frontier_and_the_scope(html):
    figure = re.search(r'aria-label="(Recall of lists[^"]*)"', html)[1]
    assert "EASE 0.250 at 6.00" in figure
    assert "personal 0.300 at 5.50" in figure
    assert "personal at novelty 0.5 0.200 at 5.00" in figure
    words = text_of(html)
    for expected in ("1,234 books", "9 readers", "90 targets", "minus EASE's is +0.050"):
        assert expected in words


def test_a_page_without_lists_explains_why(report, undrawn):
    text = undrawn(replace(report, metrics={**report.metrics, "lists": None}))
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
def test_the_page_describes_the_protocol(report, undrawn, protocol, histories, expected):
    m = {**report.metrics, "protocol": protocol, "histories": histories}
    assert expected in text_of(undrawn(replace(report, metrics=m)))


def test_a_single_reader_has_intervals_over_days_and_none_for_lists(report):
    one = evaluate_stars(replace(trial(1, 40), days=np.arange(40) // 2), SAMPLING, Silent())
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


def test_one_file_is_written_and_the_same_report_gives_the_same_page(report, html, tmp_path):
    target = write_report(tmp_path / "new" / "folder", report)
    assert target.name == "index.html"
    assert target.read_text("utf-8") == html
    assert [p.name for p in target.parent.iterdir()] == ["index.html"]


@pytest.mark.usefixtures("undrawn")
def test_a_folder_that_cannot_be_written_is_a_usage_error(report, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(tmp_path / "file", report)
