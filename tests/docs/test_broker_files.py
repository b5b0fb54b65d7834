from docs.write_broker import FOLDER, files


def test_the_broker_files_of_the_example_house_are_what_the_code_writes() -> None:
    for name, text in files().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name} is old; `make docs` writes it"
