"""Language names, and the language of a text."""

import pytest

from bookrec.catalogue.languages import LanguageDetector, language_name


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("eng", "English"),
        ("en-US", "English"),
        ("fre", "French"),
        ("German", "German"),
        ("Spanish; Castilian", "Spanish"),
        ("--", ""),
        ("nan", ""),
        ("mul", ""),
    ],
)
def test_languages(cell, language):
    assert language_name(cell) == language


def test_detector_tells_languages_and_admits_doubt():
    detect = LanguageDetector()
    german = "Ein alter Kapitän fährt noch einmal hinaus, und niemand an Bord kennt sein Ziel."
    assert detect(german) == "German"
    assert detect("An old captain sails out once more, and nobody knows where to.") == "English"
    assert detect("Kapitän") == ""
    assert detect("Roma, Milano, Torino, Napoli, Palermo, Genova, Bologna.") == ""  # only names
