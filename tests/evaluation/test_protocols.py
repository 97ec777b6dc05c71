"""Predicting forward in time: nothing that was read later reaches a prediction."""

import numpy as np
import pytest
from dated_readers import FIRST_DAY, reading, write

from bookrec import config
from bookrec.evaluation import protocols
from bookrec.evaluation.cases import day_by_day
from bookrec.progress import Silent
from bookrec.stages import evaluate

# --- what the past may hold ---------------------------------------------------------------------


def predictions(workspace, folder, name, rows):
    """The day of each predicted rating, every method's predictions, and the stars."""
    path = write(folder / f"{name}.csv", rows)
    trial = evaluate.trial_of(workspace, config.EvaluateConfig(histories=path), Silent())
    return trial.days, trial.predictions, trial.held.stars


def assert_future_is_unseen(one, other, from_day):
    """Check two readers whose stars differ from that day on.

    Predictions are the same up to and including that day, and differ after it.
    """
    first = FIRST_DAY.toordinal() + from_day
    assert np.array_equal(one[0], other[0])
    until, after = one[0] <= first, one[0] > first
    assert not np.array_equal(one[2][until], other[2][until])
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
        """A leak: the other ratings of the same day are known."""
        for case in day_by_day(ratings, days):
            day = np.flatnonzero(days == days[case.target[0]])
            past = np.concatenate([case.past, np.setdiff1d(day, case.target[:1])])
            yield protocols.CaseRows(past, case.target[:1])

    monkeypatch.setattr(protocols, "day_by_day", with_ties)
    with pytest.raises(AssertionError):
        assert_future_is_unseen(*both(), from_day=15)


# --- the command --------------------------------------------------------------------------------
