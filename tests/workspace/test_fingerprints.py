"""Fingerprints: a changed constant makes stale what depends on it, and none is forgotten."""

import json
import shutil
import subprocess
import sys

import pytest
from running import ROOT, environment, on

from bookrec.stages import embed, evaluate, fit_alpha, merge
from bookrec.stages import train_projection as train
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.fingerprints import constants_of
from bookrec.workspace.freshness import lineage
from bookrec.workspace.records import record_of


def changed_package(folder, module, old, new):
    """Copy the package with one constant changed; return the environment that runs it."""
    copy = shutil.copytree(ROOT / "bookrec", folder / "bookrec")
    source = (copy / module).read_text("utf-8")
    assert source.count(old) == 1
    (copy / module).write_text(source.replace(old, new), "utf-8")
    return {"PYTHONPATH": str(folder)}


def reasons_of(bookrec_process, workspace, other):
    done = bookrec_process("status", "--json", *on(workspace), **other)
    return {s["artefact"]: s["reason"] for s in json.loads(done.stdout)}


def test_a_changed_constant_of_training_makes_the_projection_and_the_model_stale(
    bookrec_process, copied, tmp_path
):
    old, new = "_SHORT_SHARE = 0.15", "_SHORT_SHARE = 0"
    other = changed_package(tmp_path / "other", "model/triplets.py", old, new)
    reasons = reasons_of(bookrec_process, copied, other)
    assert reasons["catalogue.sqlite"] == reasons["text_vectors.npy"] == ""
    changed = "constants have changed (triplets._SHORT_SHARE)"
    for name in ("projection.safetensors", "vectors.npy", "genres.npy"):
        assert reasons[name] == changed
    assert "is stale" in reasons["model.json"]


@pytest.mark.slow
def test_a_changed_default_makes_the_model_stale_and_build_refits_it(
    bookrec_process, copied, tmp_path
):
    old, new = "per_volume: float = 0.15", "per_volume: float = 0.13"
    other = changed_package(tmp_path / "other", "prediction/constants.py", old, new)
    reasons = reasons_of(bookrec_process, copied, other)
    changed = "constants have changed (constants.per_volume)"
    assert reasons["text_vectors.npy"] == reasons["projection.safetensors"] == ""
    assert reasons["means.npy"] == reasons["neighbours.npy"] == reasons["model.json"] == changed
    refused = bookrec_process("evaluate", *on(copied), **other)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert changed in refused.stderr
    # recommend still works: what it uses comes from one run
    assert bookrec_process("recommend", "Kelp", *on(copied), **other).returncode == 0
    built = bookrec_process("build", *on(copied), **other)
    assert built.returncode == 0, built.stderr
    assert "embed: fresh" in built.stderr
    assert "train-projection: fresh" in built.stderr
    assert "fit-alpha: fresh" not in built.stderr
    assert json.loads(copied.path("model.json").read_text())["constants"]["per_volume"] == 0.13


# Modules whose constants are locations, guard against rounding, or concern the report, new text or
# what a person types.
_SHAPE_NOTHING = {
    "finder.author_lookup",
    "catalogue.book",
    "finder.filters",
    "finder.typed_genres",
    "finder.near_titles",
    "finder.readings",
    "finder.series_lookup",
    "finder.series_readings",
    "finder.typed_forms",
    "finder.concept_table",
    "finder.concepts",
    "finder.word_scores",
    "config",
    "evaluation.metrics",
    "histories.request",
    "model.book_encoder",
    "prediction.book_arrays",
    "prediction.loaded",
    "prediction.query",
    "stages.embed",
    "workspace.artefacts",
    "workspace.fingerprints",
    "workspace.folder",
    "workspace.freshness",
    "workspace.library",
    "workspace.records",
}


@pytest.mark.parametrize("stage", [merge, embed, train, fit_alpha, evaluate])
def test_every_constant_of_an_imported_module_is_in_a_fingerprint(stage):
    """A module that a stage imports is in its `shaped_by`, or in that of one of its inputs."""
    code = f"import sys, {stage.__name__}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    used = {m.removeprefix("bookrec.") for m in done.stdout.split() if m.startswith("bookrec.")}
    shaping = {m for n in lineage([stage.ARTEFACT]) for m in ARTEFACTS[n].stage.shaped_by}
    for name in used - shaping - _SHAPE_NOTHING:
        if not name.startswith("report."):
            assert constants_of(sys.modules[f"bookrec.{name}"]) == {}, name


def test_each_stage_records_its_constants(built):
    made = [a for a in ARTEFACTS.values() if built.path(a.name).exists()]
    recorded = {a.command: record_of(built, a.name)["constants"] for a in made}
    for command, names in {
        "merge": ("matching.FUZZY_RATIO", "grouping._SAME_SUBTITLE", "merge._COMMON_GENRE"),
        "embed": ("texts.SHORT_TOKENS", "texts._GENRES"),
        "train-projection": (
            "projection._MAX_GENRES",
            "split.TEST_SHARE",
            "triplets._INITIAL_WEIGHTS",
        ),
        "fit-alpha": (
            *(
                "covariates._COMPONENTS",
                "means._RIDGE",
                "means._EFFECT_DAMPING",
                "split.TEST_SHARE",
            ),
            *("neighbours.STRONGEST", "order_fit._STRATIFIED", "order._EPSILON", "order.map"),
            *("slim._SWEEPS", "list_metrics.LIKED", "split.TEST_SHARE"),
        ),
    }.items():
        assert set(names) <= set(recorded[command])
