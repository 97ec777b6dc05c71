"""`fit-alpha`: the constants it records."""

import json

import numpy as np
import pytest

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.prediction.bias_model import bias_means
from bookrec.prediction.constants import Constants
from bookrec.progress import Silent
from bookrec.stages import fit_alpha


def test_the_site_line_is_fitted_on_the_stars_that_the_means_are_fitted_on(copied):
    """A catalogue without ratings gets the prior that the bias model itself starts from."""
    fit_alpha.run(copied, config.AlphaConfig(), Silent())
    model = json.loads(copied.path("model.json").read_text())
    with Catalogue(copied.path("catalogue.sqlite")) as catalogue:
        ratings, site = catalogue.ratings(), catalogue.site_figures()
        ids = catalogue.ids()
    everything = np.arange(len(ratings))
    damped = Constants(damping=1e9)  # the means are the prior, without covariates the line alone
    means = bias_means(ratings, everything, site, None, ids, damped)
    known = np.isfinite(site.mean) & (site.count > 300)
    intercept, slope = model["prior_line"]
    on_the_line = intercept + slope * site.mean[known]
    assert means[known] == pytest.approx(on_the_line, abs=0.02)
