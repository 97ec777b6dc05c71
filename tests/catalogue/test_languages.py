"""Language names, and the detection of a text's language."""

import pytest

from bookrec.catalogue.languages import LanguageDetector, language_name


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("eng", "English"),
        ("en-US", "English"),
        ("fre", "French"),
        ("German", "German"),
        ("german", "German"),
        ("Greek", "Greek"),
        ("castellano", "Spanish"),
        ("Spanish; Castilian", "Spanish"),
        ("--", ""),
        ("nan", ""),
        ("mul", ""),
    ],
)
def test_codes_and_names_become_english_names(cell, language):
    assert language_name(cell) == language


def test_a_language_is_detected_only_when_the_detector_is_sure():
    detect = LanguageDetector()
    german = "Ein alter Kapitän fährt noch einmal hinaus, und niemand an Bord kennt sein Ziel."
    assert detect(german) == "German"
    assert detect("An old captain sails out once more, and nobody knows where to.") == "English"
    assert detect("Kapitän") == ""
    assert detect("Roma, Milano, Torino, Napoli, Palermo, Genova, Bologna.") == ""  # only names
