"""Text → words to index and to look for: folded, with Polish base forms from morfeusz2."""

import re
import threading
from functools import lru_cache

import morfeusz2

from okienko.lib.text import fold

WORD = re.compile(r"\w+")
# 501 502 503, 24-0077-1: also found when typed without the gaps.
GAPPED_NUMBER = re.compile(r"\b\d{2,}(?:[ \-]\d{1,}){1,8}\b")
MOST_CHARACTERS = 200_000
LONGEST_WORD = 60
_own = threading.local()  # an analyser is not safe to share between threads


def _analyser() -> morfeusz2.Morfeusz:
    if not hasattr(_own, "morfeusz"):
        _own.morfeusz = morfeusz2.Morfeusz(generate=False, expand_tags=False)
    return _own.morfeusz


@lru_cache(maxsize=200_000)
def base_forms(word: str) -> tuple[str, ...]:
    """Folded base forms of one written word; the folded word itself when it is not Polish."""
    if word.isdigit() or len(word) > LONGEST_WORD:
        return (fold(word)[:LONGEST_WORD],)
    lemmas = {analysis[1].partition(":")[0] for _, _, analysis in _analyser().analyse(word.lower())}
    return tuple(sorted({fold(lemma) for lemma in lemmas if WORD.fullmatch(lemma)} or {fold(word)}))


@lru_cache(maxsize=200_000)
def _indexed(word: str) -> tuple[str, str]:
    return " ".join(base_forms(word)), fold(word)[:LONGEST_WORD]


def index_texts(text: str) -> tuple[str, str]:
    """(lemmas, surface) of a text, at most its first MOST_CHARACTERS characters."""
    text = text[:MOST_CHARACTERS]
    pairs = [_indexed(word) for word in WORD.findall(text)]
    squeezed = " ".join(re.sub(r"[ \-]", "", found) for found in GAPPED_NUMBER.findall(text))
    surface = " ".join(pair[1] for pair in pairs)
    return " ".join(pair[0] for pair in pairs), f"{surface} {squeezed}" if squeezed else surface
