"""A slow request that another took over, whose attempt was refused: the first still gets its answer, and it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civium.doors.api.actions.keep_answer import answer_once
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_the_slow_one_still_answers_and_is_done_once(amina: Person, now: dt.datetime) -> None:
    done = []

    def refused() -> tuple[int, dict[str, Any]]:
        raise Refusal

    def slow() -> tuple[int, dict[str, Any]]:
        done.append(1)
        with pytest.raises(Refusal):
            answer_once("k", "body", refused, by=amina, at=now + dt.timedelta(minutes=3))
        return 201, {"self": "/1"}

    assert answer_once("k", "body", slow, by=amina, at=now) == (201, {"self": "/1"})
    later = now + dt.timedelta(minutes=4)
    assert answer_once("k", "body", slow, by=amina, at=later) == (201, {"self": "/1"})
    assert len(done) == 1
