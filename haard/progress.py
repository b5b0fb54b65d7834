"""A bar for work that takes long, nothing where no person looks on; and a word about what holds it up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def progress(about: str) -> Iterator[Callable[[float], None]]:
    """Call what comes with the part that is done, 0-1."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(about, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def waiting(hint: str) -> Callable[[Exception], None]:
    """Tell once, on standard error, what is waited for: call what comes at each try."""
    told: set[str] = set()

    def tell(error: Exception) -> None:
        if str(error) not in told:
            told.add(str(error))
            Console(stderr=True).print(f"waiting: {error}\nhint: {hint}", soft_wrap=True, markup=False)

    return tell
