"""What the drill does to a site of its own: ``python -m tests.running.drill fill|erase|sign|report``, with the site's environment.

``erase`` says what was known of whoever it forgot; ``report`` looks for what it is given as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from civium.engines.payments.models import LedgerLine  # noqa: E402
from civium.engines.payments.queries import find_balances, find_ledger_differences  # noqa: E402
from civium.foundation.files.actions.open_file import open_file  # noqa: E402
from civium.foundation.files.models import StoredFile  # noqa: E402
from civium.foundation.identity.models import Person  # noqa: E402
from civium.foundation.journal.actions.sequence_entries import sequence_entries  # noqa: E402
from civium.foundation.journal.actions.verify import verify_journal  # noqa: E402
from civium.foundation.kit.refusals import Refusal  # noqa: E402
from civium.foundation.privacy.actions.erase_owner import erase_owner  # noqa: E402
from civium.foundation.privacy.actions.watch_readings import automatic_readings, nobody_reads  # noqa: E402
from civium.foundation.privacy.queries import find_unreplayed  # noqa: E402
from civium.foundation.vault.models import Key  # noqa: E402
from config import demo  # noqa: E402
from tests.running import dump  # noqa: E402

FORGOTTEN = "gwen@port-lumen.example"


def fill() -> None:
    """A small town: the first chapters of the demo's story, with payments, files and decisions."""
    demo.STORY = demo.STORY[:3]
    # What is told about later chapters has nothing to tell of.
    for told_later in ("ask_about_readings", "break_the_glass", "_write_to_the_desk"):
        setattr(demo, told_later, lambda *_people, **_now: None)
    demo.build_demo_town(lambda _line: None)


def erase() -> None:
    """Forget somebody who has a case, and say what only they had told, or been told."""
    person = Person.objects.get(email=FORGOTTEN)
    with nobody_reads():
        told: dict[bool, set[str]] = {True: set(), False: set()}
        for each in dump.known_of_people():
            told[each.whose == person.vault_key].update(each.texts)
        known = sorted(dump.to_look_for(told[True] - told[False]))
    for application in person.applications.all():
        erase_owner(application.subject, because="asked", by=None, at=timezone.now())
    erase_owner(person.vault_key, because="asked", by=None, at=timezone.now())
    json.dump(known, sys.stdout)


def sign() -> None:
    """As the worker does each minute: what is recorded gets its place, and the head and its copy are signed."""
    sequence_entries(at=timezone.now())


def report() -> None:
    """What must hold, whatever happened to the site."""
    record = verify_journal()
    with transaction.atomic():
        with automatic_readings("drill", timezone.now()):
            people = sorted(filter(None, map(_name, Person.objects.all())))
            files = sum(map(_opens, StoredFile.objects.all()))
        transaction.set_rollback(True)  # looking changes nothing that is compared
    json.dump(
        {
            "vendor": connection.vendor,
            "record": record.is_whole,
            "entries": record.entries + record.waiting,
            "ledger": str(sum(each.amount for account in find_balances().values() for each in account)),
            "disagree": len(find_ledger_differences()),
            "lines": LedgerLine.objects.count(),
            "people": people,
            "files": files,
            "keys": Key.objects.filter(destroyed_at=None).count(),
            "waiting": len(find_unreplayed()),
            **search(json.loads(sys.stdin.read() or "[]")),
        },
        sys.stdout,
    )


def search(texts: list[str]) -> dict[str, list[str]]:
    """Where the texts lie in the clear, in tables and in every file, of the server too, and which of them something sealed still tells."""
    values = {text: dump.forms_of(text) for text in texts}
    with nobody_reads():
        told = {text for each in dump.known_of_people() for text in each.texts}
    found = dump.told_anywhere(values, Path(settings.CIVIUM_DATA).parent) | dump.told_by_postgres(values)
    return {"in the clear": sorted(found), "opened": sorted(told & set(texts))} if texts else {}


def _name(person: Person) -> str:
    try:
        return person.name
    except Refusal:
        return ""


def _opens(file: StoredFile) -> bool:
    try:
        return bool(open_file(file))
    except Refusal:
        return False


if __name__ == "__main__":
    {"fill": fill, "erase": erase, "sign": sign, "report": report}[sys.argv[1]]()
