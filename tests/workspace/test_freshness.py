"""Freshness: when an artefact is stale, and the reason given."""

import json

import pytest

from bookrec import config
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.freshness import folder_fingerprint, staleness, states
from bookrec.workspace.records import FORMAT, inputs_of, write_record


def make(workspace, name, settings=None):
    """Write an artefact and its record, as its stage does."""
    with workspace.replacing(name) as temporary:
        temporary.write_text("x")
    settings = settings or ARTEFACTS[name].stage.settings()
    write_record(workspace, name, settings, inputs_of(workspace, name), {}, 0.1)


@pytest.fixture
def embedded(workspace):
    """A workspace with two artefacts, both fresh."""
    make(workspace, "catalogue.sqlite")
    make(workspace, "text_vectors.npy")
    assert staleness(workspace, "text_vectors.npy") == ""
    return workspace


def test_a_missing_artefact_is_not_made_yet(workspace):
    assert staleness(workspace, "text_vectors.npy") == "not made yet"


def test_other_inputs_make_an_artefact_stale(embedded):
    found = staleness(embedded, "text_vectors.npy", inputs={"catalogue.sqlite": "b"})
    assert "catalogue.sqlite has changed" in found


def test_other_settings_make_an_artefact_stale(embedded):
    found = staleness(embedded, "text_vectors.npy", config.EmbedConfig(max_tokens=64))
    assert found == "settings have changed (max_tokens)"


@pytest.mark.parametrize(
    ("recorded", "reason"),
    [
        ({"format": FORMAT - 1, "bookrec": "0.0.9"}, "another version of bookrec (0.0.9)"),
        ({"version": 9}, "another version of bookrec"),
        ({"bytes": 2}, "was cut short"),
        ({"constants": {"texts._GENRES": 9}}, "(texts._GENRES)"),
        ({"inputs": {}}, "catalogue.sqlite has changed"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_record_of_something_else_makes_an_artefact_stale(embedded, recorded, reason):
    path = embedded.path("text_vectors.npy.meta.json")
    whole = json.loads(path.read_text())
    if "constants" in recorded:
        recorded = {"constants": {**whole["constants"], **recorded["constants"]}}
    path.write_text(json.dumps({**whole, **recorded}))
    assert reason in staleness(embedded, "text_vectors.npy")


@pytest.mark.parametrize("record", ["{ broken", "[]", "null", "\ud800", '{"config": []}'])
def test_an_artefact_without_a_whole_record_was_left_unfinished(embedded, record):
    path = embedded.path("text_vectors.npy.meta.json")
    path.write_bytes(record.encode("utf-8", "surrogatepass"))
    assert staleness(embedded, "text_vectors.npy") == "was left unfinished"


def test_an_artefact_is_stale_without_those_made_together_with_it(embedded):
    for name in ("vectors.npy", "genres.npy", "projection.safetensors"):
        make(embedded, name)
    embedded.path("genres.npy").unlink()
    assert staleness(embedded, "projection.safetensors") == "genres.npy is missing"


def test_everything_made_from_a_stale_artefact_is_stale(workspace):
    for name in ARTEFACTS:
        make(workspace, name)
    assert [s.name for s in states(workspace) if s.reason] == []
    make(workspace, "text_vectors.npy", config.EmbedConfig(max_tokens=9))
    found = {s.name: s for s in states(workspace)}
    untouched = [
        "catalogue.sqlite",
        "text_vectors.npy",
        "neighbours.npy",
    ]  # depends on ratings only
    assert [n for n in found if found[n].fresh] == untouched
    assert "text_vectors.npy" in found["projection.safetensors"].reason
    # its own inputs have not changed, but theirs have
    assert found["metrics.json"].reason.endswith(" is stale")


def test_remaking_the_same_artefact_makes_nothing_stale(workspace):
    make(workspace, "catalogue.sqlite")
    make(workspace, "text_vectors.npy")
    make(workspace, "catalogue.sqlite")
    assert [s.fresh for s in states(workspace)][:2] == [True, True]


def test_a_folders_fingerprint_changes_with_its_csv_files_names_and_sizes(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    before = folder_fingerprint(tmp_path)
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "notes.txt").write_text("not ours")
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "a.csv").write_text("xy")
    changed = folder_fingerprint(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert len({before, changed, folder_fingerprint(tmp_path)}) == 3
