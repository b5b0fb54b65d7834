"""A docstring as the help of a command: paragraphs without their line ends, so that they fit any terminal; examples
line by line.
"""

from rich.markup import escape

EXAMPLES = "examples:"


def help_of(docstring: str) -> tuple[str, str | None]:
    """What a command does, and below it its examples, both with Rich's markup escaped."""
    text, _, examples = docstring.strip().partition(f"{EXAMPLES}\n")
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
    lines = [f"  {line.strip()}" for line in examples.splitlines() if line.strip()]
    return escape("\n\n".join(paragraphs)), escape("\n".join([EXAMPLES, *lines])) if lines else None
