"""A page that stops, in a whole service: its words are asked for, and an example can end there."""

from __future__ import annotations

from pathlib import Path

from civium.journeys.catalogue.actions.check_folder import check_folder

from .folders import change, copy_of

SERVICE, TEXTS, EXAMPLES = "service.yaml", "texts.en.yaml", "tests.yaml"


def with_a_stop(to: Path) -> Path:
    """The dog licence, for dogs without a chip no longer."""
    folder = copy_of("dog-licence", to)
    change(
        folder,
        SERVICE,
        "  - page: chip\n    ask:\n",
        "  - page: chip\n    ask:\n      - {name: has_chip, type: yes-no}\n",
    )
    change(
        folder,
        SERVICE,
        "  - page: price\n",
        '  - {page: no-chip, when: "!has_chip", stop: true}\n  - page: price\n',
    )
    change(
        folder, TEXTS, "  chip_number:\n", "  has_chip: {label: Does your dog have a chip?}\n  chip_number:\n"
    )
    change(
        folder, TEXTS, "pages:\n", "pages:\n  no-chip: {title: Your dog needs a chip, intro: Ask your vet.}\n"
    )
    text = (folder / EXAMPLES).read_text(encoding="utf-8")
    (folder / EXAMPLES).write_text(
        text.replace("    dog_name:", "    has_chip: yes\n    dog_name:"), encoding="utf-8"
    )
    return folder


def example_without_a_chip(folder: Path, *, says: str) -> list[str]:
    with (folder / EXAMPLES).open("a", encoding="utf-8") as file:
        file.write(
            "\n- example: Without a chip there is no licence\n  today: 2026-03-02\n  registers: *amina\n"
            '  answers: {dog_name: Luna, breed: Mix, dog_born: "2023-03-27", has_chip: no, chip_number: "941000012345678"}\n'
            f"{says}"
        )
    return [problem.words for problem in check_folder(folder) if not problem.is_warning]


def test_an_example_can_end_at_a_stop(tmp_path: Path) -> None:
    says = "  wrong: {no-chip: stop}\n  pages: [owner, dog, chip, no-chip]\n"
    assert example_without_a_chip(with_a_stop(tmp_path), says=says) == []


def test_an_example_that_forgets_the_stop_is_told(tmp_path: Path) -> None:
    [words] = example_without_a_chip(with_a_stop(tmp_path), says='  fee: "25.00"\n')
    assert "'no-chip' ends the way here; the pages seen were owner, dog, chip, no-chip" in words


def test_the_pages_of_a_refused_example_are_compared_too(tmp_path: Path) -> None:
    says = "  wrong: {no-chip: stop}\n  pages: [owner, dog, chip, price]\n"
    [words] = example_without_a_chip(with_a_stop(tmp_path), says=says)
    assert "expected owner, dog, chip, price, got owner, dog, chip, no-chip" in words
