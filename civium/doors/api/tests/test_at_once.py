"""The same request many times at once, and each time refused: nobody gets a defect, and the key stays free."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from civium.doors.api.actions.keep_answer import BeingDone, answer_once
from civium.doors.api.models import KeptAnswer
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotAllowed
from tests.cast import NOW


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_many_times_at_once_is_refused_and_may_be_tried_again(amina: Person) -> None:
    found: Counter[str] = Counter()

    def refuse() -> tuple[int, dict[str, Any]]:
        raise NotAllowed

    def press(gate: threading.Barrier) -> None:
        gate.wait()
        try:
            for _ in range(10):
                try:
                    answer_once("key", "request", refuse, by=amina, at=NOW)
                except Exception as error:
                    found[type(error).__name__] += 1
        finally:
            connection.close()

    gate = threading.Barrier(6)
    threads = [threading.Thread(target=press, args=(gate,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.total() == 60
    assert found.keys() <= {NotAllowed.__name__, BeingDone.__name__}
    assert not KeptAnswer.objects.exists()
    assert answer_once("key", "request", lambda: (201, {"id": 1}), by=amina, at=NOW) == (201, {"id": 1})
