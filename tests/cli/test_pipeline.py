"""`bookrec build` and `bookrec status`."""

import json
import re

from running import on


def test_build_leaves_fresh_artefacts_alone(bookrec, copied):
    before = {p.name: p.stat().st_mtime_ns for p in copied.root.iterdir() if p.suffix != ".lock"}
    done = bookrec("build", *on(copied))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    fresh = re.findall(r"(?m)^([a-z-]+): fresh", done.stderr)
    assert fresh == ["merge", "embed", "train-projection", "fit-alpha"]
    assert {p: m for p, m in before.items() if copied.path(p).stat().st_mtime_ns != m} == {}


def test_status_names_what_is_missing_or_stale_and_the_command_for_it(bookrec, copied):
    copied.path("vectors.npy").unlink()
    states = {s["artefact"]: s for s in json.loads(bookrec("status", "--json", *on(copied)).stdout)}
    assert states["text_vectors.npy"]["fresh"]
    assert states["vectors.npy"]["reason"] == "not made yet"
    assert states["vectors.npy"]["command"] == "train-projection"
    assert not states["model.json"]["fresh"]
