"""`embed`: no text is encoded twice, even after a killed run."""

import shutil

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.errors import MissingError, UnusableError
from bookrec.progress import Silent
from bookrec.stages import embed
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import last_config
from bookrec.workspace.records import fingerprint_of


@pytest.fixture
def workspace(merged, tmp_path):
    return Workspace(shutil.copytree(merged.root, tmp_path / "workspace"))


def run(workspace, encoder=None, **settings):
    encoder = encoder or tiny.FakeEncoder()
    result = embed.run(workspace, config.EmbedConfig(**settings), Silent(), load=lambda _: encoder)
    return result, encoder


def vectors_of(workspace):
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        titles = [b.title for b in catalogue.all_books()]
    return dict(zip(titles, np.load(workspace.path("text_vectors.npy")), strict=True))


def test_a_vector_matches_a_hand_computation(workspace):
    result, _ = run(workspace)
    vectors = vectors_of(workspace)
    assert (result.books, result.width) == (len(vectors), 2 * tiny.FakeEncoder.width)
    short = np.array([1, 0, 1, 0, 1]) / 3**0.5  # Kelp by Ida Brandt. Fiction, Sea Stories.
    long = np.array([4, 0, 0, 0, 1]) / 17**0.5  # sea, ship, captain, harbour
    assert vectors["Kelp"] == pytest.approx(np.concatenate([short, long]) / 2**0.5)
    norms = np.linalg.norm(list(vectors.values()), axis=1)
    assert norms == pytest.approx(np.ones(len(norms)), abs=1e-6)


def test_a_book_without_a_description_has_a_zero_half(workspace):
    run(workspace)
    lonely = vectors_of(workspace)["Uncharted"]
    assert np.linalg.norm(lonely[:5]) == pytest.approx(1.0)
    assert not lonely[5:].any()


def test_books_with_equal_descriptions_have_equal_halves(workspace):
    run(workspace)
    vectors = vectors_of(workspace)
    one, other = vectors["A Storm of Salt"], vectors["The Harbour Master"]
    assert np.array_equal(one[5:] / np.linalg.norm(one[5:]), other[5:] / np.linalg.norm(other[5:]))
    assert len(vectors) == 40


def test_a_killed_run_resumes_without_encoding_again(workspace, monkeypatch, merged, tmp_path):
    monkeypatch.setattr(embed, "_COMMIT", 4)
    killed = tiny.FakeEncoder(stop_after=11)  # 10 batches of titles, 1 of descriptions
    with pytest.raises(KeyboardInterrupt):
        run(workspace, killed)
    assert not workspace.path("text_vectors.npy").exists()
    assert len(killed.encoded) == 40 + 4
    result, resumed = run(workspace)
    assert not set(resumed.encoded) & set(killed.encoded)
    assert result.encoded == len(resumed.encoded)
    assert result.encoded + result.cached == 40 + 38
    whole = Workspace(shutil.copytree(merged.root, tmp_path / "whole"))
    run(whole)
    assert np.array_equal(
        np.load(workspace.path("text_vectors.npy")), np.load(whole.path("text_vectors.npy"))
    )


def test_fresh_vectors_are_left_alone(workspace):
    run(workspace)
    before = workspace.path("text_vectors.npy").stat().st_mtime_ns
    result, encoder = run(workspace)
    assert result.skipped
    assert encoder.encoded == []
    assert workspace.path("text_vectors.npy").stat().st_mtime_ns == before


def test_batch_size_and_device_do_not_make_vectors_stale(workspace):
    run(workspace, batch_size=3, device="mps")
    before = fingerprint_of(workspace, "text_vectors.npy")
    assert run(workspace)[0].skipped
    again = config.EmbedConfig(batch_size=3, device="mps")
    assert last_config(workspace, "text_vectors.npy") == again
    workspace.path("text_vectors.npy").unlink()
    run(workspace)
    assert fingerprint_of(workspace, "text_vectors.npy") == before


def test_a_damaged_cache_is_an_error_with_a_hint(workspace):
    workspace.path("text_cache.sqlite").write_bytes(b"no database" * 999)
    with pytest.raises(UnusableError, match="text_cache") as caught:
        run(workspace)
    assert "Delete it and run `bookrec embed`" in caught.value.hint


def test_another_length_limit_encodes_only_the_descriptions_again(workspace):
    run(workspace)
    result, encoder = run(workspace, max_tokens=10)
    assert not result.skipped
    assert result.encoded == len(encoder.encoded) > 0  # equal texts once
    assert all(text.startswith("A ") for text in encoder.encoded)
    assert vectors_of(workspace)["Kelp"][5] < 4 / 17**0.5 / 2**0.5  # the harbour is cut off


def test_another_model_encodes_everything_again(workspace):
    run(workspace)
    first = tiny.FakeEncoder("fake:1")
    workspace.path("text_cache.sqlite").unlink()
    run(workspace, first, model="one")
    result, _ = run(workspace, tiny.FakeEncoder("fake:2"), model="another")
    assert result.encoded == len(first.encoded) > 40
    result, _ = run(workspace)
    assert result.encoded == 0  # the first model's vectors are still cached


def test_a_missing_catalogue_is_an_error_with_a_hint(tmp_path):
    with pytest.raises(MissingError) as caught:
        run(Workspace(tmp_path))
    assert "bookrec merge" in caught.value.hint
