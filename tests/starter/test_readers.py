"""The simulated readers of the built-in library: reproducible, realistic, and about its books."""

import statistics
from collections import Counter, defaultdict

import pytest
from running import ROOT, tool

from bookrec.catalogue.matching import TitleMatcher
from bookrec.sources.rating_files import read_ratings

RATINGS = ROOT / "bookrec" / "starter" / "user_rating_simulated.csv"


# Titles of two books each. A rating names its book by title alone.
TWINS = {"A Doll's House", "Confessions", "Invisible Man", "The Invisible Man"}


@pytest.fixture(scope="module")
def readers():
    if not (ROOT / "tools").is_dir():
        pytest.skip("the generator is not part of this distribution (tools/)")
    return tool("starter/readers.py")


@pytest.mark.slow
def test_the_shipped_ratings_are_what_the_generator_writes(readers, tmp_path):
    readers.write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == RATINGS.read_bytes()


def test_ratings_are_realistic():
    assert RATINGS.stat().st_size < 1_500_000
    dropped = Counter()
    rows = list(read_ratings([RATINGS], dropped).itertuples())
    assert not dropped
    assert len(rows) >= 20_000
    twice = Counter((r.reader, r.title) for r in rows)
    assert {title for (_, title), n in twice.items() if n > 1} <= TWINS
    per_reader = Counter(r.reader for r in rows)
    assert len(per_reader) == 600
    assert min(per_reader.values()) >= 20
    assert max(per_reader.values()) <= 120
    stars = [r.stars for r in rows]
    assert statistics.fmean(stars) == pytest.approx(3.75, abs=0.1)
    assert statistics.pstdev(stars) == pytest.approx(1.0, abs=0.08)
    assert share_of_groups([(r.reader, r.stars) for r in rows]) == pytest.approx(0.15, abs=0.04)
    assert share_of_groups([(r.title, r.stars) for r in rows]) == pytest.approx(0.10, abs=0.04)


def share_of_groups(pairs):
    """Return the share of variance between groups: one-way ANOVA with unequal sizes."""
    groups = defaultdict(list)
    for group, value in pairs:
        groups[group].append(value)
    n, k = len(pairs), len(groups)
    grand = statistics.fmean(value for _, value in pairs)
    means = {g: statistics.fmean(v) for g, v in groups.items()}
    within = sum((value - means[g]) ** 2 for g, value in pairs) / (n - k)
    between = sum(len(v) * (means[g] - grand) ** 2 for g, v in groups.items()) / (k - 1)
    size = (n - sum(len(v) ** 2 for v in groups.values()) / n) / (k - 1)
    return (between - within) / size / ((between - within) / size + within)


def test_every_printed_name_finds_its_own_book(works, readers, editions):
    """Titles that two books share are the only exception."""
    matcher = TitleMatcher(works)
    number = {w.editions[0].goodreads_id: i for i, w in enumerate(works)}
    printed = {readers.printed_name(e): number[e.goodreads_id] for e in editions}
    names = set(read_ratings([RATINGS], Counter())["title"])
    assert names <= set(printed)
    twins = {n for n in names if matcher.match(n).outcome == "ambiguous"}
    assert twins <= TWINS
    wrong = [n for n in names - TWINS if matcher.match(n).work != printed[n]]
    assert wrong == []
