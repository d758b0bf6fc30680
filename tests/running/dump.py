"""Search all that a site keeps for what it knows of people: ``python -m tests.running.dump`` prints what lies in the clear, and where.

Run with the site's environment. What is known of people is read through the vault: names, addresses, answers, messages, notices, names and contents of files.
Then every value of every table, and every byte of the data folder, is searched for it, as it was written and as people's words are usually stored.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from civium.engines.cases.models import Case, Decision, Link, Message, Note, Question, Remark  # noqa: E402
from civium.engines.forms.models import Draft  # noqa: E402
from civium.engines.forms.queries import open_answers  # noqa: E402
from civium.engines.notices.models import Letter, Notice  # noqa: E402
from civium.foundation.files.models import StoredFile  # noqa: E402
from civium.foundation.identity.models import Membership, Person  # noqa: E402
from civium.foundation.kit.field_classes import Class, Kept  # noqa: E402
from civium.foundation.privacy.actions.watch_readings import nobody_reads  # noqa: E402
from civium.foundation.vault.actions.sealing import KeyDestroyed  # noqa: E402
from civium.foundation.vault.field_classes import find_declared  # noqa: E402

# Shorter than this, letters meet by chance.
SHORTEST = 5
_WORDS = re.compile(r"\w+")


def strings(value: Any) -> Iterator[str]:
    """Every text in a nested value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)


def plain(text: str) -> str:
    """As search words are stored: without case and marks."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def known_of_people() -> Iterator[str]:
    """Everything that somebody typed, was called, or was told. What was erased nobody knows any more."""
    for read in readers():
        with suppress(KeyDestroyed):
            yield from list(read())


def readers() -> Iterator[Callable[[], Iterable[str]]]:
    """One for each row that tells something."""
    for person in Person.objects.all():
        yield partial(of_person, person)
    for draft in Draft.objects.all():
        yield partial(of_draft, draft)
    for case in Case.objects.all():
        yield partial(of_case, case)
    for file in StoredFile.objects.all():
        yield partial(texts_of, file, ("name",))
    for notice in Notice.objects.all():
        yield partial(of_notice, notice)
    for letter in Letter.objects.all():
        yield partial(list, letter.recipients)
    for model, fields in (
        (Message, ("words",)),
        (Note, ("words",)),
        (Remark, ("words",)),
        (Question, ("words", "answer")),
        (Decision, ("reason",)),
        (Link, ("reason",)),
    ):
        for row in model.objects.all():
            yield partial(texts_of, row, fields)


def of_person(person: Person) -> Iterator[str]:
    yield from (person.name, person.mail_address if person.is_guest else "")
    yield from (word for word in _WORDS.findall(person.name) if len(word) > SHORTEST)


def of_draft(draft: Draft) -> Iterator[str]:
    yield from strings(open_answers(draft))


def of_case(case: Case) -> Iterator[str]:
    yield case.about
    yield from (word for word in _WORDS.findall(case.about) if len(word) > SHORTEST)


def of_notice(notice: Notice) -> Iterator[str]:
    yield from (notice.subject, *notice.text.splitlines(), *notice.body.splitlines())


def texts_of(row: Any, fields: tuple[str, ...]) -> list[str]:
    return [str(getattr(row, field)) for field in fields]


def public_words() -> str:
    """What anybody may read: the town's offer and its words, public columns, and how staff are called."""
    declared = [each for each in find_declared() if each.is_a.of == Class.PUBLIC]
    found = [plain(str(value)) for each in declared for value in column(each.model, each.field)]
    found += [plain(value) for value in Membership.objects.values_list("shown_as", flat=True)]
    root = Path(settings.BASE_DIR)
    for folder in (settings.CIVIUM_SERVICES, root / "civium", root / "config"):
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in {".yaml", ".html", ".json", ".txt"} and path.is_file():
                found.append(plain(path.read_text("utf-8", "replace")))
    return "\n".join(found)


def column(model: str, field: str) -> list[Any]:
    return list(apps.get_model(model).objects.values_list(field, flat=True))


def forms_of(value: str) -> set[bytes]:
    """How a value may lie there: as typed, without case, without marks, escaped, digits alone, in another encoding."""
    texts = {value, value.casefold(), value.upper(), plain(value), json.dumps(value)[1:-1]}
    digits = re.sub(r"\D", "", value)
    if len(digits) > 6 and len(digits) * 2 > len(value):
        texts.add(digits)
    return {text.encode() for text in texts} | {value.encode("utf-16-le")}


def personal_values() -> dict[str, set[bytes]]:
    """What to look for: each value with its forms, without what is public anyway."""
    public, addresses = public_words(), set(Person.objects.values_list("email", flat=True))
    # Somebody may name a case by its reference, which stands in the clear.
    references = set(Case.objects.values_list("reference", flat=True))
    values = {value.strip() for value in known_of_people()} - addresses - references
    return {
        value: forms_of(value)
        for value in sorted(values)
        if len(value) >= SHORTEST
        and plain(value) not in public
        and not any(plain(value) in address for address in addresses)
        and not re.fullmatch(r"[\d.,:-]{1,10}|[0-9a-f-]{36}", value)
    }


def columns() -> Iterator[tuple[str, bytes]]:
    """Every column of every table with all its values as bytes, one after another: those too that belong to no model."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [each[0] for each in cursor.description]
            for name, values in zip(names, zip(*cursor.fetchall(), strict=True), strict=False):
                yield f"{table}.{name}", b"\0".join(map(as_bytes, values))


def as_bytes(value: Any) -> bytes:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def find_in_clear() -> list[str]:
    """Where something of somebody lies in the clear."""
    values = personal_values()
    emails = {address.encode() for address in Person.objects.values_list("email", flat=True)}
    sign_in = {
        f"{apps.get_model(each.model)._meta.db_table}.{apps.get_model(each.model)._meta.get_field(each.field).column}"
        for each in find_declared()
        if each.is_a.kept == Kept.SIGN_IN
    }
    found = set()
    for place, content in columns():
        if place not in sign_in and any(address in content.lower() for address in emails):
            found.add(f"{place}: an address")
        found |= told_by(place, content, values)
    for path in sorted(Path(settings.CIVIUM_DATA).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found |= told_by(path.name, content, values)
            if path.parent.name == "files" and b"%PDF" in content:
                found.add(f"{path.name}: a document")
    return sorted(found)


def told_by(place: str, content: bytes, values: dict[str, set[bytes]]) -> set[str]:
    return {f"{place}: {value}" for value, forms in values.items() if any(form in content for form in forms)}


if __name__ == "__main__":
    with nobody_reads():
        json.dump({"looked_for": len(personal_values()), "found": find_in_clear()}, sys.stdout)
