"""The examples of a service: what they say must come, and what is told when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.journeys.catalogue.actions.check_folder import check_folder

from .folders import change, copy_of, problems_after

TESTS = "tests.yaml"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('fee: "15.00"', 'fee: "14.00"', "fee: expected 14.00, got 15.00"),
        ("fee: waived", "fee: none", "fee: expected none, got waived"),
        ("pages: [owner, dog, chip, price, promise]", "pages: [owner, dog]", "pages: expected owner, dog, got owner, dog, chip"),
        ("due: 2026-03-09", "due: 2026-03-10", "due: expected 2026-03-10, got 2026-03-09"),
        ("steps: [received, checking, granted]", "steps: [received, granted]", "steps: expected received, granted, got received, checking, granted"),
        ("about: Luna", "about: Lune", "about: expected Lune, got Luna"),
        ("values: {owner_name: Amina Haddad}", "values: {owner_name: Ben}", "value 'owner_name': expected Ben, got Amina Haddad"),
        ("[{move: accept, by: clerk}, {move: ask, by: clerk}", "[{move: accept, by: officer}, {move: ask, by: clerk}", "it is for clerk"),
        ("{move: ask, by: clerk}", "{move: aks, by: clerk}", "did you mean 'ask'"),
        ("notices: [receipt, payment-received, question, licence-refused]", "notices: [receipt]", "notices: expected receipt, got"),
        ("outputs: []", "outputs: [dog-licence-certificate]", "outputs: expected dog-licence-certificate, got none"),
        ("wrong: {certificate: required}", "wrong: {certificate: too_large}", "got required"),
        ("    certificate: guide-dog-school.pdf\n", "", "'certificate' has no answer"),
        ("    dog_name: Bruno\n", "    dogname: Bruno\n", "did you mean 'dog_name'"),
        ('chip_number: "941000087654321"', 'chip_number: "9410000876543"', "is refused (pattern)"),
        ("example: Any other dog", "exampel: Any other dog", "did you mean 'example'"),
    ],
)  # fmt: skip
def test_an_example_that_comes_out_otherwise_says_expected_and_got(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    line, problems = problems_after(tmp_path, TESTS, old, new)
    told = [str(problem) for problem in problems]
    assert any(says in words for words in told), told
    assert any(abs(problem.line - line) <= 25 for problem in problems)


def test_examples_run_only_on_a_service_that_is_otherwise_right(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, TESTS, 'fee: "15.00"', 'fee: "14.00"')
    change(folder, "service.yaml", "topics: [animals]", "topics: [animal]")
    assert [Path(problem.file).name for problem in check_folder(folder)] == ["service.yaml"]


def test_a_day_written_in_another_way_says_how_an_example_writes_it(tmp_path: Path) -> None:
    _line, problems = problems_after(tmp_path, TESTS, 'dog_born: "2023-03-27"', "dog_born: 27/3/2023")
    assert any("'27/3/2023' is not how an example writes a day" in problem.words for problem in problems)


def test_pages_that_no_example_sees_and_answers_that_nobody_is_asked_are_warnings(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    first, *_others = (folder / TESTS).read_text(encoding="utf-8").split("\n- example")[1:]
    (folder / TESTS).write_text(f"- example{first}\n", encoding="utf-8")
    assert [problem.words for problem in check_folder(folder) if "proof" in problem.words] == [
        "no example comes to the page 'proof'; add one that does, or look at its 'when'"
    ]
    line = change(folder, TESTS, "assistance: no", "assistance: no\n    certificate: school.pdf")
    [told] = [problem for problem in check_folder(folder) if "certificate" in problem.words]
    assert (told.line, told.is_warning) == (line + 1, True)
    assert "nobody is asked 'certificate' here" in told.words


def test_an_end_that_no_example_can_reach_is_a_warning(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(
        folder,
        "service.yaml",
        "{name: grant, to: granted, by: officer}",
        "{name: grant, to: granted, by: officer, when: dog_name == 'Nobody'}",
    )
    (folder / TESTS).write_text(
        (folder / TESTS)
        .read_text()
        .split("\n\n")[1]
        .replace(
            "registers: *amina",
            "registers: {population-register: {name: A, address: {line_1: B, postcode: '1', town: C}}}",
        )
    )
    problems = check_folder(folder)
    assert any(
        "no example can lead to the end 'granted'" in problem.words and problem.is_warning
        for problem in problems
    ), problems


def test_a_service_without_examples_is_warned_about(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / TESTS).unlink()
    assert [problem.is_warning for problem in check_folder(folder)] == [True]
