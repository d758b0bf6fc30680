"""What is worth a question in how much somebody read, and why."""

from __future__ import annotations

import datetime as dt

import pytest

from civium.journeys.rights.odd_readings import Work, is_office_time, oddities


def work(people: int, *, late: int = 0, urgent: int = 0) -> Work:
    done = Work()
    for number in range(people):
        done.add(
            of=f"person:{number}", kinds=["name"], is_urgent=number < urgent, is_out_of_hours=number < late
        )
    return done


@pytest.mark.parametrize(
    ("one", "others", "reasons"),
    [
        (work(9), [work(1), work(1)], 0),
        (work(10), [work(1), work(1)], 1),
        (work(30), [work(10), work(10), work(40)], 0),
        (work(31), [work(10), work(10), work(40)], 1),
        # Nobody to compare with.
        (work(500), [work(1)], 0),
        (work(500), [], 0),
        (work(5, late=2), [], 0),
        (work(5, late=3), [], 1),
        (work(15, late=3), [], 1),
        (work(16, late=3), [], 0),
        (work(2, urgent=1), [], 1),
        (Work(), [work(3)], 0),
    ],
)
def test_a_reason_has_its_numbers_and_most_work_has_none(one: Work, others: list[Work], reasons: int) -> None:
    found = oddities(one, others)
    assert len(found) == reasons
    assert all(any(letter.isdigit() for letter in reason) for reason in found)


def test_reading_of_one_person_again_makes_it_no_more_people() -> None:
    one = Work()
    for _turn in range(40):
        one.add(of="person:1", kinds=["name", "files"], is_urgent=False, is_out_of_hours=False)
    assert (one.people, one.readings, one.kinds["files"]) == (1, 40, 40)
    assert oddities(one, [work(1), work(1)]) == []


@pytest.mark.parametrize(
    ("hour", "minute", "works", "is_usual"),
    [
        (7, 0, True, True),
        (6, 59, True, False),
        (19, 59, True, True),
        (20, 0, True, False),
        (12, 0, False, False),
    ],
)
def test_office_hours_are_those_of_working_days(hour: int, minute: int, works: bool, is_usual: bool) -> None:
    assert is_office_time(dt.datetime(2026, 3, 2, hour, minute), is_working_day=works) is is_usual  # noqa: DTZ001
