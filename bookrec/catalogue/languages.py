"""Languages: English names, and detection from text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_CODE = re.compile(r"[a-z]{2,3}(?:[-_]\w+)*", re.IGNORECASE)
_OTHER_NAMES = {  # that langcodes does not know
    "castellano": "Spanish",
    "castilian": "Spanish",
    "farsi": "Persian",
    "flemish": "Dutch",
    "mandarin": "Chinese",
}


@lru_cache(maxsize=1 << 10)
def language_name(cell: str) -> str:
    """Return the English name of a language name or code ("eng", "en-US"), "" if unknown."""
    text = cell.strip().strip("-")
    if not text or text.lower() in {"nan", "none", "mul", "und", "undetermined"}:
        return ""
    if other := _OTHER_NAMES.get(text.lower()):
        return other
    import langcodes

    try:
        tag = langcodes.get(text) if _CODE.fullmatch(text) else langcodes.find(text)
        name = tag.language_name()
    except (LookupError, ValueError):
        return text.capitalize() if text.isalpha() and len(text) > 3 else ""
    return "" if name.startswith("Unknown") else name.split(" (")[0]


# If one word in seven is one of these, a text is English; the model takes 50 times as long to say.
_ENGLISH_WORDS = frozenset("the and of to is with his her that who was for".split())
_ENGLISH_SHARE = 0.15
_LENGTH = 600  # characters looked at


class LanguageDetector:
    """Detects the language of a description. The first text not plainly English loads the model."""

    def __init__(self) -> None:
        self._identifier: Any = None

    def __call__(self, text: str) -> str:
        """Return the language's English name, "" if the text is too short or the guess unsure."""
        if len(text) < 40:
            return ""
        words = text[:_LENGTH].lower().split()
        if sum(map(_ENGLISH_WORDS.__contains__, words)) >= _ENGLISH_SHARE * len(words):
            return "English"
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        if self._identifier is None:
            self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        code, probability = self._identifier.classify(text[:_LENGTH])
        return language_name(str(code)) if probability > 0.9 else ""
