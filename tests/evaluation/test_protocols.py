"""Predicting forward in time: what is read of dates, what the past may hold, what is told of it."""

import numpy as np
import pytest
from dated_readers import FIRST_DAY, reading, write

from bookrec import config
from bookrec.evaluation import protocols
from bookrec.evaluation.cases import day_by_day
from bookrec.progress import Silent
from bookrec.stages import evaluate

# --- reading ------------------------------------------------------------------------------------


# --- what the past may hold ---------------------------------------------------------------------


def predictions(workspace, folder, name, rows):
    """Each predicted book's day and what every method says of it."""
    path = write(folder / f"{name}.csv", rows)
    trial = evaluate.trial_of(workspace, config.EvaluateConfig(histories=path), Silent())
    return trial.days, trial.predictions, trial.held.stars


def assert_future_is_unseen(one, other, from_day):
    """Of two readers who differ from that day on: earlier predictions are the same, and so are
    those of that very day, whose stars alone differ."""
    first = FIRST_DAY.toordinal() + from_day
    assert np.array_equal(one[0], other[0])
    until, after = one[0] <= first, one[0] > first
    assert np.array_equal(one[2][until], other[2][until]) is False
    for method in one[1]:
        assert np.array_equal(one[1][method][until], other[1][method][until]), method
    assert not np.array_equal(one[1]["personal"][after], other[1]["personal"][after])


def test_no_later_star_reaches_a_prediction(bigger, tmp_path, monkeypatch):
    rows = reading()
    turned = [(t, 6 - s if day >= 15 else s, day) for t, s, day in rows]

    def both():
        return (
            predictions(bigger, tmp_path, "one", rows),
            predictions(bigger, tmp_path, "other", turned),
        )

    assert_future_is_unseen(*both(), from_day=15)

    def with_ties(ratings, days):
        """A leak: what was read on the same day is known."""
        for case in day_by_day(ratings, days):
            day = np.flatnonzero(days == days[case.target[0]])
            past = np.concatenate([case.past, np.setdiff1d(day, case.target[:1])])
            yield protocols.Case(past, case.target[:1])

    monkeypatch.setattr(protocols, "day_by_day", with_ties)
    with pytest.raises(AssertionError):
        assert_future_is_unseen(*both(), from_day=15)


# --- one reader ---------------------------------------------------------------------------------


# --- the command --------------------------------------------------------------------------------
