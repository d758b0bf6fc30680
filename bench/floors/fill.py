"""Fill the floors' tables: ``python -m bench.floors.fill`` prints the session of the person who has twenty rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.floors.models import Request, Work  # noqa: E402
from bench.rows import CASES, CASES_OF_ONE_PERSON  # noqa: E402


def fill() -> dict[str, str]:
    """A hundred thousand rows over many people, twenty of them one person's."""
    call_command("migrate", verbosity=0)
    # Our one table has no migration and points at Django's, which are there now.
    call_command("migrate", run_syncdb=True, verbosity=0)
    people = CASES // CASES_OF_ONE_PERSON
    User.objects.bulk_create([User(username=f"person-{number}") for number in range(people)], batch_size=1000)
    ids = list(User.objects.order_by("id").values_list("id", flat=True))
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rows = (
        Request(
            reference=f"R{number:09}",
            applicant_id=ids[number % people],
            title=f"Dog licence number {number}",
            status=("received", "checking", "granted")[number % 3],
            opened_at=start + dt.timedelta(minutes=number),
            due_on=dt.date(2026, 6, 1),
            sealed=b"s" * 300,
        )
        for number in range(CASES)
    )
    Request.objects.bulk_create(rows, batch_size=2000)
    Work.objects.bulk_create(_work(ids), batch_size=2000)
    client = Client()
    client.force_login(User.objects.order_by("id")[people // 2])
    return {"session": client.session.session_key}


def _work(ids: list[int]) -> Iterator[Work]:
    """The hundred thousand open cases of the desk, spread as ours are."""
    today = timezone.now().date()
    for number in range(CASES):
        service, step = ("street-party", "received") if number % 2 else ("building-permit", "checking")
        yield Work(
            reference=f"W{number:07}",
            service=service if number % 100 else "building-permit",
            step=step if number % 100 else "rare",
            about=f"Party number {number}",
            holder_id=ids[number % 20] if number % 3 == 0 else None,
            opened_on=today - dt.timedelta(days=number % 60),
            due_on=today + dt.timedelta(days=number % 40 - 10),
        )


if __name__ == "__main__":
    print(json.dumps(fill()))
