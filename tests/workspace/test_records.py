"""Records: what made an artefact, and from what."""

import pytest

from bookrec import config
from bookrec.errors import BookrecError, UsageError
from bookrec.stages import embed, fit_alpha, merge, train_projection
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.records import record_of, require_seed, write_record


def test_a_replaced_artefact_loses_its_record_and_a_failed_write_keeps_it(workspace):
    name = "means.npy"
    with workspace.replacing(name) as temporary:
        temporary.write_text("x")
    write_record(workspace, name, config.AlphaConfig(), {}, {}, 0.1)
    with pytest.raises(KeyboardInterrupt), workspace.replacing(name):
        raise KeyboardInterrupt
    assert record_of(workspace, name)["config"] == {"seed": 0, "steps": 81}
    with workspace.replacing(name) as temporary:
        temporary.write_text("new, but its stage was killed before it was recorded")
    assert record_of(workspace, name) == {}


def test_records_are_written_under_the_lock(tiny_world, workspace, monkeypatch):
    import tiny

    from bookrec.progress import Silent

    recorded = []

    def watched(workspace, name, *rest):
        with pytest.raises(BookrecError, match="is using"), workspace.locked():
            pass
        write_record(workspace, name, *rest)
        recorded.append(name)

    for stage in (merge, embed, train_projection, fit_alpha):
        monkeypatch.setattr(stage, "write_record", watched)
    merge.run(workspace, config.MergeConfig(tiny_world), Silent())
    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    train_projection.run(workspace, config.ProjectionConfig(epochs=0), Silent())
    fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    assert recorded == [name for name in ARTEFACTS if name != "metrics.json"]


def test_another_seed_than_the_projections_is_refused(workspace):
    with workspace.replacing("projection.safetensors") as temporary:
        temporary.write_text("x")
    write_record(workspace, "projection.safetensors", config.ProjectionConfig(seed=3), {}, {}, 0.1)
    require_seed(workspace, 3)
    with pytest.raises(UsageError, match="seed 3, not 4") as caught:
        require_seed(workspace, 4)
    assert "train-projection --seed 4" in caught.value.hint
