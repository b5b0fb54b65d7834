"""A word that was mistyped, and the one that was probably meant."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean living?`, or all that is known when nothing is near."""
    words = list(known)
    near = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(words)}"
