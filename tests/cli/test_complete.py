"""Completion in bash: titles and options, quoted as the shell needs them."""

import pytest


@pytest.fixture
def complete(bookrec, built):
    """`complete("recommend", "Ke")`: what bash gets for the last word."""

    def run(*words, **env):
        settings = {
            "BOOKREC_HOME": str(built.root),
            "COMP_WORDS": "\n".join(["bookrec", *words]),
            "COMP_CWORD": str(len(words)),
            "_BOOKREC_COMPLETE": "complete_bash",
        }
        return bookrec(**{**settings, **env})

    return run


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (("recommend", "Ke"), "Kelp"),
        (("recommend", "gull"), r"Gull\ Rock"),
        (("recommend", '"The Br'), "The Brass Mind"),
        (("explain", "Soundings", "Whaler"), r"The\ Whaler\'s\ Daughter"),
        (("search", "gull"), r"Gull\ Rock"),
        (("show", "gull"), r"Gull\ Rock"),
    ],
)
def test_a_title_is_completed_and_quoted(complete, words, completed):
    assert complete(*words).stdout.split("\n")[0].strip() == completed


def test_options_and_their_values_are_completed(complete):
    assert "--novelty" in complete("recommend", "--nov").stdout
    assert complete("recommend", "--series", "ne").stdout.split() == ["next"]
    assert set(complete("recommend", "--format", "").stdout.split()) >= {"json", "tsv"}


def test_an_error_completes_nothing_in_silence(complete, copied):
    copied.path("catalogue.sqlite").write_bytes(b"not a database" * 999)
    done = complete("recommend", "Ke", BOOKREC_HOME=str(copied.root))
    assert (done.stdout.strip(), done.stderr) == ("", "")
