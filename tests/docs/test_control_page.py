"""The figures of the control laws on the pages are those that were measured."""

from benchmarks.control_tables import DOCS, results_page, short_tables


def test_no_figure_of_the_laws_is_typed() -> None:
    assert (DOCS / "control_results.md").read_text(encoding="utf-8") == results_page()
    assert short_tables() in (DOCS / "control.md").read_text(encoding="utf-8")
