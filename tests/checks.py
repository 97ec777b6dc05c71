"""Checks that several tests make."""

import json

import pytest


def adds_up(reasons):
    """Check that a prediction's parts add up as printed, to the last digit. Return its JSON."""
    book = json.loads(json.dumps(reasons.as_dict()))
    total = book["expected"] + book["personal"] + book["clipped"]
    assert total == pytest.approx(book["predicted_rating"], abs=1e-9)
    others = book["because_others"]
    parts = [*book["because"], others]
    assert sum(p["stars"] for p in parts) + book["loyalty"] == pytest.approx(
        book["personal"], abs=1e-9
    )
    if others["books"] == 0:
        assert others["stars"] == 0
    if others["share"] is None:
        assert all(p["share"] is None and abs(p["stars"]) <= 0.001 for p in parts)
        return book
    assert sum(abs(p["share"]) for p in parts) == pytest.approx(1.0, abs=1e-9)
    whole = sum(abs(p["stars"]) for p in parts)
    for part in parts:
        # both figures are off by less than a last digit, `whole` by less than one a part
        assert abs(part["share"] * whole - part["stars"]) < 0.001 * (2 + len(parts))
    return book
