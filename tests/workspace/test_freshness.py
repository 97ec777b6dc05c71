"""What is stale says why; what is not of one run, or damaged, is never answered from."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny
from running import environment

import bookrec as package
from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.errors import MissingError, UnusableError
from bookrec.prediction.loaded import LoadedModel
from bookrec.progress import Silent
from bookrec.stages import build as pipeline
from bookrec.stages import download, embed, evaluate, explain, fit_alpha, merge, recommend
from bookrec.stages import train_projection as train
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.fingerprints import constants_of
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import (
    folder_fingerprint,
    lineage,
    require_one_run,
    staleness,
    states,
)
from bookrec.workspace.library import built_in
from bookrec.workspace.records import FORMAT, inputs_of, record_of, write_record

KELP = tiny.ask(seeds=(("Kelp", None),))


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work")


def make(workspace, name, settings=None):
    """An artefact as its stage leaves it."""
    with workspace.replacing(name) as temporary:
        temporary.write_text("x")
    settings = settings or ARTEFACTS[name].stage.settings()
    write_record(workspace, name, settings, inputs_of(workspace, name), {}, 0.1)


def on(workspace):
    return ("--data-dir", str(workspace.root))


def titles(workspace):
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        return [book.title for book in catalogue.all_books()]


# --- what is stale ----------------------------------------------------------------------------


def test_staleness_says_why(workspace):
    name = "text_vectors.npy"
    assert staleness(workspace, name) == "not made yet"
    make(workspace, "catalogue.sqlite")
    make(workspace, name)
    assert staleness(workspace, name) == ""
    assert "catalogue.sqlite" in staleness(workspace, name, inputs={"catalogue.sqlite": "b"})
    other = config.EmbedConfig(max_tokens=64)
    assert staleness(workspace, name, other) == "settings have changed (max_tokens)"
    path = workspace.path(f"{name}.meta.json")
    whole = json.loads(path.read_text())
    for change, reason in (
        ({"format": FORMAT - 1, "bookrec": "0.0.9"}, "another version of bookrec (0.0.9)"),
        ({"version": 9}, "another version of bookrec"),
        ({"bytes": 2}, "was cut short"),
        ({"constants": {**whole["constants"], "texts._GENRES": 9}}, "(texts._GENRES)"),
        ({"inputs": {}}, "catalogue.sqlite has changed"),
    ):
        path.write_text(json.dumps({**whole, **change}))
        assert reason in staleness(workspace, name), change
    for broken in ("{ broken", "[]", "null", "\ud800", json.dumps({**whole, "config": []})):
        path.write_bytes(broken.encode("utf-8", "surrogatepass"))
        assert staleness(workspace, name) == "was left unfinished"
    make(workspace, name)
    for sibling in ("vectors.npy", "genres.npy", "projection.safetensors"):
        make(workspace, sibling)
    workspace.path("genres.npy").unlink()
    assert staleness(workspace, "projection.safetensors") == "genres.npy is missing"


def test_staleness_travels_down(workspace):
    for name in ARTEFACTS:
        make(workspace, name)
    assert [s.name for s in states(workspace) if s.reason] == []
    make(workspace, "text_vectors.npy", config.EmbedConfig(max_tokens=9))
    found = {s.name: s for s in states(workspace)}
    untouched = ["catalogue.sqlite", "text_vectors.npy", "neighbours.npy"]  # who read what
    assert [n for n in found if found[n].fresh] == untouched
    assert "text_vectors.npy" in found["projection.safetensors"].reason
    # metrics.json's own inputs did not change, but what they were made from did
    assert found["metrics.json"].reason.endswith(" is stale")


def test_the_same_artefact_made_again_makes_nothing_stale(workspace):
    make(workspace, "catalogue.sqlite")
    make(workspace, "text_vectors.npy")
    make(workspace, "catalogue.sqlite")
    assert [s.fresh for s in states(workspace)][:2] == [True, True]


def test_raw_files_are_seen_to_change_without_being_read(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    before = folder_fingerprint(tmp_path)
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "notes.txt").write_text("not ours")
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "a.csv").write_text("xy")
    changed = folder_fingerprint(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert len({before, changed, folder_fingerprint(tmp_path)}) == 3


def changed_package(folder, module, old, new):
    """A copy of the package in which one constant is another; the variables that run it."""
    copy = shutil.copytree(Path(package.__file__).parent, folder / "bookrec")
    source = (copy / module).read_text("utf-8")
    assert source.count(old) == 1
    (copy / module).write_text(source.replace(old, new), "utf-8")
    return {"PYTHONPATH": str(folder)}


def reasons_of(bookrec_process, workspace, other):
    done = bookrec_process("status", "--json", *on(workspace), **other)
    return {s["artefact"]: s["reason"] for s in json.loads(done.stdout)}


def test_a_constant_of_training_makes_it_and_what_follows_stale(bookrec_process, copied, tmp_path):
    other = changed_package(tmp_path / "other", "model/triplets.py", "_SHORT = 0.15", "_SHORT = 0")
    reasons = reasons_of(bookrec_process, copied, other)
    assert reasons["catalogue.sqlite"] == reasons["text_vectors.npy"] == ""
    changed = "constants have changed (triplets._SHORT)"
    for name in ("projection.safetensors", "vectors.npy", "genres.npy"):
        assert reasons[name] == changed
    assert "is stale" in reasons["model.json"]


def test_another_default_makes_what_it_shapes_stale(bookrec_process, copied, tmp_path):
    old, new = "per_volume: float = 0.15", "per_volume: float = 0.13"
    other = changed_package(tmp_path / "other", "prediction/constants.py", old, new)
    reasons = reasons_of(bookrec_process, copied, other)
    changed = "constants have changed (constants.per_volume)"
    assert reasons["text_vectors.npy"] == reasons["projection.safetensors"] == ""
    assert reasons["means.npy"] == reasons["neighbours.npy"] == reasons["model.json"] == changed
    refused = bookrec_process("evaluate", *on(copied), **other)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert changed in refused.stderr
    # nothing that is answered from is of another run: a reader is not made to wait
    assert bookrec_process("recommend", "Kelp", *on(copied), **other).returncode == 0
    built = bookrec_process("build", *on(copied), **other)
    assert built.returncode == 0, built.stderr
    assert "embed: fresh" in built.stderr
    assert "train-projection: fresh" in built.stderr
    assert "fit-alpha: fresh" not in built.stderr
    assert json.loads(copied.path("model.json").read_text())["constants"]["per_volume"] == 0.13


# Modules whose constants say where things lie, guard rounding, draw the report, or encode what
# is typed.
_SHAPE_NOTHING = {
    "catalogue.filters",
    "config",
    "evaluation.metrics",
    "histories.request",
    "model.query",
    "prediction.book_arrays",
    "prediction.loaded",
    "stages.embed",
    "workspace.artefacts",
    "workspace.fingerprints",
    "workspace.folder",
    "workspace.freshness",
    "workspace.library",
    "workspace.records",
}


@pytest.mark.parametrize("stage", [merge, embed, train, fit_alpha, evaluate])
def test_no_constant_is_out_of_the_fingerprints_by_accident(stage):
    """What a stage imports is listed in its `shaped_by`, or shapes what it is made from."""
    code = f"import sys, {stage.__name__}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    used = {m.removeprefix("bookrec.") for m in done.stdout.split() if m.startswith("bookrec.")}
    shaping = {m for n in lineage([stage.ARTEFACT]) for m in ARTEFACTS[n].stage.shaped_by}
    for name in used - shaping - _SHAPE_NOTHING:
        if not name.startswith("report."):
            assert constants_of(sys.modules[f"bookrec.{name}"]) == {}, name


def test_the_constants_of_each_stage(built):
    made = [a for a in ARTEFACTS.values() if built.path(a.name).exists()]
    recorded = {a.command: record_of(built, a.name)["constants"] for a in made}
    for command, names in {
        "merge": ("matching.FUZZY_RATIO", "grouping._SAME_SUBTITLE", "merge._COMMON_GENRE"),
        "embed": ("texts.SHORT_TOKENS", "texts._GENRES"),
        "train-projection": ("projection.GENRES", "split.TEST_SHARE", "triplets._SIDE_WEIGHTS"),
        "fit-alpha": (
            *(
                "covariates._COMPONENTS",
                "means._RIDGE",
                "means._EFFECT_DAMPING",
                "split.TEST_SHARE",
            ),
            *("neighbours.STRONGEST", "order_fit._STRATIFIED", "order._LEAST_WEIGHT", "order.map"),
            *("slim._SWEEPS", "list_metrics.LIKED", "split.TEST_SHARE"),
        ),
    }.items():
        assert set(names) <= set(recorded[command])


# --- where the raw files are ------------------------------------------------------------------


def test_a_moved_workspace_stays_fresh(bookrec, tiny_world, workspace, tmp_path):
    shutil.copytree(tiny_world, workspace.raw)
    assert bookrec("merge", *on(workspace)).returncode == 0
    moved = Workspace(workspace.root.rename(tmp_path / "moved"))
    first = json.loads(bookrec("status", "--json", *on(moved)).stdout)[0]
    assert (first["artefact"], first["reason"]) == ("catalogue.sqlite", "")
    assert "up to date" in bookrec("merge", *on(moved)).stderr


def test_a_download_after_a_merge_of_another_folder_is_merged(tiny_world, workspace, tmp_path):
    """The rule: the folder that was merged last, or raw/ when a download has brought something
    since."""
    own = Path(shutil.copytree(tiny_world, tmp_path / "own"))
    bring = config.DownloadConfig(from_paths=(tiny_world,))

    def built_of(raw=None):
        assert next(pipeline.steps(workspace, raw, Silent())).command == "merge"
        return record_of(workspace, "catalogue.sqlite")["config"]["raw"]

    download.run(workspace, bring, Silent())
    assert built_of(own) == str(own)
    assert built_of() == str(own)
    download.run(workspace, bring, Silent())  # nothing new
    assert built_of() == str(own)
    (tmp_path / "new").mkdir()
    shutil.copy(tiny_world / "ratings_one.csv", tmp_path / "new" / "more.csv")
    new = config.DownloadConfig(from_paths=(tmp_path / "new",))
    download.run(workspace, new, Silent())
    assert states(workspace)[0].reason == "raw has changed"
    assert built_of() == "raw"
    assert states(workspace)[0].fresh
    assert built_of(own) == str(own)
    assert built_of() == str(own)


def test_a_catalogue_outlives_its_raw_files(workspace, tiny_world, tmp_path):
    raw = Path(shutil.copytree(tiny_world, tmp_path / "raw"))
    merge.run(workspace, config.MergeConfig(raw), Silent())
    shutil.rmtree(raw)
    assert states(workspace)[0].fresh
    assert next(pipeline.steps(workspace, None, Silent())).skipped


# --- what is not of one run -------------------------------------------------------------------


@pytest.fixture
def half_built(copied, tiny_world, tmp_path):
    """A `build` that was killed after `merge`: the same books, but in another order."""
    raw = Path(shutil.copytree(tiny_world, tmp_path / "raw"))
    with (raw / "books.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (raw / "books.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        counts = [row["numRatings"] for row in rows]
        writer.writerows({**r, "numRatings": n} for r, n in zip(rows, counts[::-1], strict=True))
    before = titles(copied)
    merge.run(copied, config.MergeConfig(raw), Silent())
    assert titles(copied) != before
    assert sorted(titles(copied)) == sorted(before)
    return copied


def test_nothing_is_answered_from_a_half_built_workspace(bookrec, half_built):
    for args in (["recommend", "Kelp"], ["explain", "Soundings", "Kelp"], ["evaluate"]):
        done = bookrec(*args, *on(half_built))
        assert (done.returncode, done.stdout) == (4, ""), args
        assert "catalogue.sqlite has changed" in done.stderr
        assert "`bookrec build`" in done.stderr


def test_nothing_is_made_from_a_half_built_workspace(half_built):
    for stage, settings in (
        (train, config.ProjectionConfig()),
        (fit_alpha, config.AlphaConfig()),
        (evaluate, config.EvaluateConfig()),
    ):
        with pytest.raises(UnusableError, match=r"^text_vectors.* catalogue.* has changed"):
            stage.run(half_built, settings, Silent())
    embed.run(half_built, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    with pytest.raises(UnusableError, match=r"^projection"):
        fit_alpha.run(half_built, config.AlphaConfig(), Silent())
    train.run(half_built, config.ProjectionConfig(), Silent())
    with pytest.raises(UnusableError, match=r"means.npy|model.json"):
        recommend.run(half_built, *KELP)
    fit_alpha.run(half_built, config.AlphaConfig(), Silent())
    assert len(recommend.run(half_built, *KELP).recommendations) == 10


@pytest.mark.parametrize("name", ["vectors.npy", "genres.npy", "means.npy", "neighbours.npy"])
def test_rows_are_counted_where_nothing_is_recorded(tmp_path, name):
    library = built_in()
    broken = Workspace(Path(shutil.copytree(library.root, tmp_path / "starter")), packaged=True)
    np.save(broken.path(name), np.load(library.path(name))[:-1])
    with (
        Catalogue(broken.path("catalogue.sqlite")) as catalogue,
        pytest.raises(UnusableError, match="1,191 books"),
    ):
        LoadedModel.load(broken, catalogue)


def test_what_was_made_by_other_code_is_not_answered_from(copied):
    """Read on, but only by the code that wrote it."""
    path = copied.path("means.npy.meta.json")
    path.write_text(path.read_text().replace('"version": 1', '"version": 9'))
    with pytest.raises(UnusableError, match="another version of bookrec"):
        recommend.run(copied, *KELP)


def test_arrays_that_nothing_is_answered_from_may_be_thrown_away(copied):
    copied.path("text_vectors.npy").unlink()
    assert recommend.run(copied, *KELP).recommendations
    with pytest.raises(MissingError, match=r"text_vectors.npy is missing"):
        fit_alpha.run(copied, config.AlphaConfig(), Silent())


# --- what is damaged --------------------------------------------------------------------------

DAMAGED = {
    "catalogue.sqlite": "merge",
    "vectors.npy": "train-projection",
    "genres.npy": "train-projection",
    "means.npy": "fit-alpha",
    "neighbours.npy": "fit-alpha",
    "model.json": "fit-alpha",
}


@pytest.mark.parametrize(("name", "command"), DAMAGED.items())
def test_a_damaged_file_names_the_command_that_makes_it_again(copied, name, command):
    path = copied.path(name)
    path.write_bytes(b"\x93NUMPY, a database or { JSON: nothing of the kind" * 9999)
    with pytest.raises(UnusableError, match=f"{name} cannot be read") as caught:
        explain.run(copied, "Soundings", "", *KELP)
    assert f"Delete it and run `bookrec {command}`" in caught.value.hint


@pytest.mark.parametrize("name", [n for n in DAMAGED if n != "catalogue.sqlite"])
def test_a_file_cut_short_is_stale_and_not_answered_from(copied, name):
    path = copied.path(name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert staleness(copied, name) == "was cut short"
    with pytest.raises(UnusableError, match="cut short"):
        recommend.run(copied, *KELP)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"constants": {"alpha": "x"}}', b"\xff"])
def test_a_model_that_is_none(copied, content):
    copied.path("model.json").write_bytes(content.ljust(9999))
    with pytest.raises(UnusableError, match=r"model.json cannot be read"):
        recommend.run(copied, *KELP)


def test_a_damaged_projection(copied):
    """Text outside the catalogue is projected; no encoder is asked before."""
    path = copied.path("projection.safetensors")
    path.write_bytes(b"nothing of the kind" * 9999)
    mood = tiny.ask(like="the sea")
    with pytest.raises(UnusableError, match=r"projection.safetensors cannot be read"):
        recommend.run(copied, *mood, load=lambda _: pytest.fail("the encoder was loaded"))


@pytest.mark.parametrize("size", [0, 100, 5000, 40_000])
def test_a_catalogue_cut_short_is_no_traceback(bookrec, copied, size):
    path = copied.path("catalogue.sqlite")
    path.write_bytes(path.read_bytes()[:size])
    done = bookrec("recommend", "Kelp", *on(copied))
    assert (done.returncode, done.stdout) == (4, "")
    assert "Traceback" not in done.stderr
    assert "`bookrec build`" in done.stderr
    assert staleness(copied, "catalogue.sqlite") == "was cut short"


def test_an_unfinished_artefact_is_not_answered_from(copied):
    copied.path("vectors.npy.meta.json").write_text("{ broken")
    with pytest.raises(UnusableError, match="left unfinished"):
        require_one_run(copied, "vectors.npy")
