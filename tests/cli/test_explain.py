"""The tables a person reads: a list with reasons, and one prediction in parts."""

import json
import re

import pytest
import tiny

ASKED = ("Kelp=5", "Assembly=1", "Fog Horn=2", "--series", "any")


def test_the_list_shows_the_sites_mean_and_a_dash_where_it_is_unknown(bookrec, built):
    every = (*ASKED, "-n", "36", "--max-per-author", "36", "--data-dir", built.root)
    whole = json.loads(bookrec("recommend", *every, "--json").stdout)
    table = bookrec("recommend", *every, "--format", "table", COLUMNS="200").stdout
    assert re.search(r" year +predicted +mean +why", table)
    rows = re.findall(r"^ *\d+ .* (\d{4}) +([\d.]+) +(\S+) ", table, re.MULTILINE)
    means = [b["mean_rating"] for b in whole]
    assert [
        (str(b["year"]), f"{b['predicted_rating']:.1f}", "–" if m is None else f"{m:.1f}")
        for b, m in zip(whole, means, strict=True)
    ] == rows
    assert sum(mean is None for mean in means) == 1


def test_a_list_gives_reasons_unless_told_not_to_and_praises_no_unknown_mean(bookrec, built):
    options = ("-n", "36", "--max-per-author", "36", "--format", "table")
    options += ("--data-dir", built.root)
    disliked = bookrec("recommend", "The Patient Machine=1", *options, COLUMNS="200").stdout
    (rust,) = re.findall(r" Rust .* – +(.*?) *\n", disliked)
    assert rust == "despite your 1★ for The Patient Machine"
    assert "for its ratings, despite your 1★ for The Patient Machine" in disliked
    plain = bookrec("recommend", "Kelp=5", "--no-explain", *options, COLUMNS="200").stdout
    assert re.search(r" predicted +mean *\n", plain)
    assert "for its ratings" not in plain


def table_adds_up(table):
    """Check that the parts of an `explain` table add up; return the stars and share of each."""
    parts = [(float(a), float(b)) for a, b in re.findall(r"([+-]\d\.\d{3}) +(-?[\d.]+)%", table)]
    assert sum(abs(share) for _, share in parts) == pytest.approx(100)
    names = ("expected for any reader", "series and author", "personal part", "predicted for you")
    found = [re.findall(rf"{name} +([+-]?\d\.\d{{3}})", table) for name in names]
    expected, loyalty, personal, predicted = (float(f[0]) if f else 0.0 for f in found)
    assert sum(stars for stars, _ in parts) + loyalty == pytest.approx(personal)
    assert expected + personal == pytest.approx(predicted)
    return parts


def test_explain_shows_both_means_and_parts_that_add_up(bookrec, built):
    options = ("--format", "table", "--data-dir", built.root)
    shown = bookrec("explain", "Slack Water", *ASKED, *options, COLUMNS="80").stdout
    parts = table_adds_up(shown)
    assert len(parts) == 3
    assert min(share for _, share in parts) < 0
    assert re.search(r"expected for any reader +[\d.]+ +mean rating 3\.70 \(", shown)
    unknown = bookrec("explain", "Rust", *ASKED, *options).stdout
    assert "mean rating not known" in unknown

    history = [f"{t}={5 - n % 5}" for n, t in enumerate((*tiny.SEA_TITLES, *tiny.ROBOT_TITLES))]
    shown = bookrec("explain", "Kelp", *history, *options).stdout
    assert re.findall(r"\d+ other books? (in favour|against)", shown) == ["in favour", "against"]
    table_adds_up(shown)
