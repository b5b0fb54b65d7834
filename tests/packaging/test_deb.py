"""Which of the packages that come with haard serve every Python that a Debian may have."""

from pathlib import Path

from devtools.build_deb import PYTHONS, share


def test_what_is_the_same_for_every_python_is_there_once_but_not_what_a_compiled_module_looks_for_beside_it(
    tmp_path: Path,
) -> None:
    for python in PYTHONS:
        for name, text in {
            "yaml.py": "same",
            "psycopg2/_psycopg.so": python,
            "psycopg2_binary.libs/libpq.so": "same",
        }.items():
            file = tmp_path / python / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    share(tmp_path)
    assert sorted(path.name for path in (tmp_path / "common").iterdir()) == ["yaml.py"]
    for python in PYTHONS:
        assert sorted(path.name for path in (tmp_path / python).iterdir()) == ["psycopg2", "psycopg2_binary.libs"]
