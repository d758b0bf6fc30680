"""Every form, sent with every column's name beside what it asks for: nothing changes but what it would change anyway.

Each is sent as it is, twice, and what differs between the two (new ids and codes) is known; then with the additions. A name that
means something to a form is in ``OFFERED``: the list of columns' names that people may send there.
"""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.http import HttpResponse

from civium.doors.api.api import api
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.models import Entry
from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.queries import get_offer
from tests.applying import examples_of, pdf
from tests.cast import NOW

from .actors import ACTORS
from .expectations import TYPED
from .world import ONE_ADDRESS, World, Writes, listed, overhearing, place, visits, words_in

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("policy-1")]
# What must be in no log, no entry of the record and no job.
HOSTILE: Final = TYPED
# What attackers try first, whether a table of ours has it or not.
TRIED: Final = {
    "is_staff": "true",
    "is_superuser": "true",
    "is_admin": "1",
    "role": "administrator",
    "roles": "administrator",
    "fee": "0.01",
    "price": "0.01",
    "paid": "true",
    "owner": "",
    "user": "",
    "user_id": "",
    "by": "",
    "actor": "",
    "tenant": "planning",
    "permissions": "*",
}


# --- what is added ---------------------------------------------------------------------------------------------------


def columns_names() -> dict[str, models.Field]:
    """Every column of every table of ours, by each name that it goes by."""
    found: dict[str, models.Field] = {}
    for model in apps.get_models():
        if model.__module__.startswith("civium."):
            for field in model._meta.concrete_fields:
                found.setdefault(field.name, field)
                found.setdefault(field.attname, field)
    return found


def additions(somebody: Person) -> dict[str, str]:
    """What is sent beside, by name: something that would fit the column."""
    found = {name: _value(name, field, somebody) for name, field in columns_names().items()}
    return found | {name: value or str(somebody.pk) for name, value in TRIED.items()}


def _value(name: str, field: models.Field, somebody: Person) -> str:
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    if target is Person:
        return str(somebody.pk)
    if target is not None and target.__name__ == "Agency":
        return "planning"
    usual = {
        "agency": "planning",
        "state": "granted",
        "status": "granted",
        "step": "granted",
        "outcome": "granted",
        "assurance": "high",
        "verdict": "accepted",
        "currency": "USD",
    }
    if name in usual:
        return usual[name]
    if field.choices:
        return str(list(dict(field.flatchoices))[-1])
    return _BY_KIND.get(field.get_internal_type(), HOSTILE)


_BY_KIND: Final = {
    "BooleanField": "true",
    "DateField": "2031-05-05",
    "DateTimeField": "2031-05-05T05:05:05Z",
    "UUIDField": "deadbeef-dead-4eef-8ead-beefdeadbeef",
    "JSONField": f'["{HOSTILE}"]',
    **dict.fromkeys(
        ("IntegerField", "BigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
         "BigAutoField", "AutoField", "ForeignKey", "OneToOneField"),
        "987654",
    ),
}  # fmt: skip


# --- what is looked at -----------------------------------------------------------------------------------------------

_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
Row = dict[str, Any]
Change = tuple[str, str, str, str]  # table, what became of the row, column, value


class Database:
    """Everything in it, and what has changed since. What is sealed is told by its length: the same words have the same."""

    def __init__(self) -> None:
        self.known = set(connection.introspection.table_names())
        self.tables = sorted(self.known - {"django_session", "identity_session"})
        self.rows = self._read(self.tables)
        self.ids = set(_UUID.findall(str(self.rows)))

    def _read(self, tables: Iterable[str]) -> dict[str, dict[Any, Row]]:
        found = {}
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'SELECT * FROM "{table}"')
                names = [column[0] for column in cursor.description]
                found[table] = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        return found

    def changes(self, written: set[str]) -> Counter[Change]:
        """What is new, gone or another, cell by cell, in the tables that were written to."""
        found: Counter[Change] = Counter()
        tables = written.intersection(self.tables) if written <= self.known else self.tables
        for table, rows in self._read(tables).items():
            before = self.rows[table]
            for key in rows.keys() | before.keys():
                old, new = before.get(key), rows.get(key)
                if old == new:
                    continue
                what = "new" if old is None else "gone" if new is None else f"changed {key}"
                found.update(
                    (table, what, column, self._shown(value))
                    for column, value in (new or old or {}).items()
                    if old is None or new is None or old[column] != value
                )
        return found

    def _shown(self, value: Any) -> str:
        if isinstance(value, (bytes, memoryview)):
            return f"{len(bytes(value))} bytes"
        return _UUID.sub(lambda found: found[0] if found[0] in self.ids else "a new id", str(value))


@dataclass(frozen=True)
class Form:
    """What is sent where, as whom."""

    name: str
    who: str
    address: str
    body: Mapping[str, Any]

    def send(self, world: World, more: Mapping[str, str]) -> int:
        """Send it with these additions; what it was told."""
        added = {name: value for name, value in more.items() if name not in self.body}
        return int(world.clients[self.who].post(self.address, {**self.body, **added}).status_code)


def outcome(
    world: World, database: Database, form: Form, more: Mapping[str, str]
) -> tuple[int, Counter[Change]]:
    """What sending it does; taken back again."""
    client = world.clients[form.who]
    cookies = client.cookies.output()
    with transaction.atomic():
        with Writes() as writes:
            status = form.send(world, more)
        found = database.changes(writes.tables)
        said = said_in_clear(world) if writes.tables else []
        assert not said, f"{form.address} as {form.who} put words on the record or on the queue: {said}"
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return status, found


def said_in_clear(world: World) -> list[str]:
    """Which words of people stand on the record, in what is new there, or on the queue."""
    entries = Entry.objects.filter(pk__gt=world.last).values_list("data", flat=True)
    jobs = QueuedJob.objects.values_list("args_kwargs", flat=True)
    return words_in(str([*entries, *jobs]))


# --- which forms -----------------------------------------------------------------------------------------------------

IN_A_MONTH = (NOW + timedelta(days=30)).date().isoformat()
# Where what the matrix sends is refused, something that is taken: nothing that is refused could show anything.
TAKEN: Final[dict[str, dict[str, Any]]] = {
    "applications:begin_at_counter": {
        "service": "dog-licence",
        "who": "visitor",
        "name": "Yusra",
        "language": "en",
    },
    "rights:consents": {"purpose": "news", "do": "give"},
    "rights:export": {"do": "ask"},
    "federation:systems": {"name": "Museum", "addresses": "https://museum.example/back", "scopes": "profile"},
    "portal:invite_to_act": {
        "email": "new@cast.example",
        "powers": "view",
        "service": "dog-licence",
        "until": IN_A_MONTH,
    },
}
# The columns' names that a form asks people for.
OFFERED: Final[dict[str, set[str]]] = {
    "access:tokens": {"agency", "name", "role", "scopes"},
    "desk:away": {"person", "first_on", "last_on"},
    "desk:hand": {"to", "number", "service"},
    "desk:handover": {"note", "to", "revision"},
    "desk:holder": {"revision"},
    "desk:move": {"reason", "named", "until", "revision"},
    "desk:note": {"note", "revision"},
    "desk:payment": {"note"},
    "desk:readings_file": {"agency", "by", "kind", "person", "purpose", "since", "before", "until"},
    "desk:reopening": {"reason", "revision"},
    "desk:takeover": {"reason", "revision"},
    "desk:emergency": {"reference", "why", "reason"},
    "idp:oidc:revoke": {"token"},
    "portal:claim_child": {"name", "number"},
    "portal:claim_organisation": {"name", "number"},
    "portal:profile": {"name", "language"},
}
# What is typed and not saved is kept as it stands, sealed and unchecked, to stand in its boxes again; nothing of it is an answer.
KEPT_UNREAD: Final = {"applications:typed": ("forms_draft", "typed_sealed")}
# No form but a report of a browser, which is short: with so much more it is refused for its length.
TOO_LONG_WITH_MORE: Final = {"watch:violations"}
FEWEST_TAKEN: Final = 30


def forms(world: World) -> Iterator[Form]:
    """Each address that somebody may send something to, for each thing, as the first who may."""
    for name, thing, expected in visits():
        may = expected.may("post", thing)
        who = next((actor.name for actor in ACTORS if actor.name in may), None)
        if who is not None:
            body = {**expected.body, **TAKEN.get(name, {})}
            yield Form(name, who, place(name, world.things.words[thing]), body)


def test_what_nobody_offered_changes_nothing(world: World) -> None:
    database, wrong, taken = Database(), [], set()
    more = additions(Person.objects.get(email="ben@cast.example"))
    for form in forms(world):
        sent = {name: value for name, value in more.items() if name not in OFFERED.get(form.name, set())}
        with overhearing(world) as overheard:
            (status, plain), (_again, twice) = (outcome(world, database, form, {}) for _ in range(2))
            mutated_status, mutated = outcome(world, database, form, sent)
        if overheard:
            wrong.append((form.name, f"{form.address} as {form.who}: the log says {overheard[0]}"))
        if plain:
            taken.add(form.name)
        new = {
            change
            for change in differences(plain, twice, mutated)
            if (change[0], change[2]) != KEPT_UNREAD.get(form.name)
        }
        is_other = status != mutated_status and form.name not in TOO_LONG_WITH_MORE
        if new or is_other:
            problem = f"{form.address} as {form.who}: {status} {mutated_status} {sorted(new)[:6]}"
            wrong.append((form.name, problem))
    assert not wrong, listed(wrong)
    assert ONE_ADDRESS or len(taken) >= FEWEST_TAKEN, (
        "hardly anything is taken: nothing could be slipped in either"
    )


def test_a_word_that_is_typed_would_be_noticed_in_the_log_on_the_record_and_on_the_queue(
    world: World,
) -> None:
    with overhearing(world) as overheard:
        logging.getLogger("civium").debug("somebody typed %s", HOSTILE)
    assert overheard == [f"somebody typed {HOSTILE}"]
    assert said_in_clear(world) == []
    with transaction.atomic():
        QueuedJob.objects.update(args_kwargs={"args": [HOSTILE], "kwargs": {}})
        assert said_in_clear(world) == ["typed"]
        transaction.set_rollback(True)
    with transaction.atomic():
        entry = Entry.objects.get(pk=world.last)
        entry.pk, entry.data = None, HOSTILE
        Entry.objects.bulk_create([entry])
        assert said_in_clear(world) == ["typed"]
        transaction.set_rollback(True)


def test_what_slips_in_would_be_noticed() -> None:
    plain = Counter(
        {("cases_case", "changed 1", "step", "checking"): 1, ("api_token", "new", "digest", "a"): 1}
    )
    twice = Counter(
        {("cases_case", "changed 1", "step", "checking"): 1, ("api_token", "new", "digest", "b"): 1}
    )
    slipped = ("cases_case", "changed 1", "agency_id", "planning")
    by_chance = ("api_token", "new", "digest", "c")
    assert differences(plain, twice, twice + Counter([slipped, by_chance])) == {slipped}


def differences(plain: Counter[Change], twice: Counter[Change], mutated: Counter[Change]) -> set[Change]:
    """What the additions changed: cells that are other than without, in columns that are the same every time."""
    chance = {(table, column) for table, _what, column, _value in (plain - twice) + (twice - plain)}
    found = (mutated - plain) + (plain - mutated)
    return {change for change in found if (change[0], change[2]) not in chance}


# --- programs --------------------------------------------------------------------------------------------------------

# As many as are named in one refusal.
AT_ONCE: Final = 40
UNKNOWN: Final = "nobody_knows_this"
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Call:
    """What a program sends where; everything in it is taken as it is. ``declared``: what else may stand there, by the place."""

    name: str
    program: str
    address: str
    body: Mapping[str, Any]
    declared: Mapping[Place, set[str]]

    def send(self, world: World, body: Any, query: Mapping[str, str] | None = None) -> HttpResponse:
        """Send it, as JSON."""
        address = f"{self.address}?{urlencode(query)}" if query else self.address
        answer: HttpResponse = world.programs[self.program].post(
            address, body, content_type="application/json"
        )
        return answer


def calls(world: World) -> Iterator[Call]:
    """Every operation that takes a body, with one that is taken; those with answers, with rows and files among them."""
    words = world.things.words
    open_case, asked_case = (words[thing]["reference"] for thing in ("open_case", "asked_case"))
    apply = "/api/v1/applications"
    for service, example in (("dog-licence", 2), ("heating-allowance", 1)):
        body = {"service": service, "answers": given(service, example)}
        asked = known_answers(service)
        yield Call(f"apply: {service}", "ben's", apply, body, {(): {"language"}, ("answers",): asked})
    moves = {"move": "accept", "reason": "", "revision": Case.objects.get(reference=open_case).revision}
    optional = {"question", "corrections", "until"}
    yield Call("move", "clerk's", f"/api/v1/cases/{open_case}/moves", moves, {(): optional})
    answer = {"answer": "Here it is."}
    yield Call("answer", "amina's", f"{apply}/{asked_case}/corrections", answer, {(): {"answers"}})
    yield Call("message", "amina's", f"/api/v1/cases/{open_case}/messages", {"text": "Hello."}, {})


def given(service: str, example: int) -> dict[str, Any]:
    """The answers of an example, with files as programs send them."""
    answers = journey_of(examples_of(service).root[example], get_offer(service)).answers
    return {name: _with_content(value) for name, value in answers.items()}


def _with_content(value: Any) -> Any:
    if isinstance(value, list) and value and set(value[0]) == {"id", "name"}:
        return [{"name": "proof.pdf", "content": b64encode(pdf()).decode()}]
    if isinstance(value, list):
        return [
            {key: _with_content(cell) for key, cell in row.items()} if isinstance(row, dict) else row
            for row in value
        ]
    return value


def known_answers(service: str) -> set[str]:
    """The names of the answers that a service takes."""
    return set(get_offer(service).form.json_schema()["properties"])


def places(body: Any, here: Place = ()) -> Iterator[Place]:
    """Everywhere in a body where a field could be slipped in."""
    if isinstance(body, Mapping):
        yield here
    inside = body.items() if isinstance(body, Mapping) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inside:
        yield from places(value, (*here, key))


def with_more(body: Any, place: Place, more: Mapping[str, Any]) -> Any:
    """The body with more fields at one place; those that stand there stay."""
    if not place:
        return {**more, **body}
    changed = copy(body)
    changed[place[0]] = with_more(body[place[0]], place[1:], more)
    return changed


def batched(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """The names, some at a time."""
    return (names[at : at + most] for at in range(0, len(names), most))


def sent_by(
    world: World, database: Database, send: Callable[[], HttpResponse]
) -> tuple[HttpResponse, Counter[Change]]:
    """The answer, and what sending it does; taken back again."""
    with transaction.atomic():
        with Writes() as writes:
            answer = send()
        found = database.changes(writes.tables)
        transaction.set_rollback(True)
    return answer, found


def test_a_field_that_is_not_described_is_refused_by_name_and_changes_nothing(world: World) -> None:
    database, wrong, tried = Database(), [], 0
    more = additions(Person.objects.get(email="guardian@cast.example"))
    one_by_one: set[frozenset[str]] = set()
    for call in calls(world):
        taken, _changes = sent_by(world, database, partial(call.send, world, call.body))
        assert taken.status_code in (200, 201), f"{call.name}: {taken.content.decode()}"
        for where in places(call.body):
            baseline = partial(call.send, world, with_more(call.body, where, {UNKNOWN: HOSTILE}))
            (first, plain), (_again, twice) = (sent_by(world, database, baseline) for _ in range(2))
            stands = frozenset(at(call.body, where))
            # What has parts, as an address and a file, is refused as a whole: what attackers try first, each by itself.
            is_whole = UNKNOWN not in pointed_at(first)
            names = sorted(set(more) - stands - call.declared.get(where, set()))
            batches = [*batched(names, AT_ONCE)]
            if is_whole and stands not in one_by_one:
                batches += [[name] for name in names if name in TRIED]
                one_by_one.add(stands)
            for batch in batches:
                tried += len(batch)
                body = with_more(call.body, where, {name: more[name] for name in batch})
                answer, mutated = sent_by(world, database, partial(call.send, world, body))
                named = pointed_at(answer)
                unnamed = set() if is_whole and whole_of(where) in named else set(batch) - named
                new = differences(plain, twice, mutated)
                if new or unnamed or answer.status_code != 422:
                    wrong.append(
                        f"{call.name} {where}: {answer.status_code} {sorted(unnamed)[:5]} {sorted(new)[:5]}"
                    )
    assert wrong == [], "\n" + "\n".join(wrong)
    assert tried > 2_000


def at(body: Any, where: Place) -> Any:
    """What stands there."""
    return at(body[where[0]], where[1:]) if where else body


def whole_of(where: Place) -> str:
    """The answer that this is a part of."""
    return next((step for step in reversed(where) if isinstance(step, str)), "")


def pointed_at(answer: HttpResponse) -> set[str]:
    """Which fields a refusal names, wherever they stood."""
    if answer["Content-Type"] != "application/problem+json":
        return set()
    return {each["pointer"].rpartition(".")[2] for each in answer.json()["errors"]}


def test_what_is_not_described_in_an_address_or_beside_a_file_changes_nothing(world: World) -> None:
    """It is left alone there, as addresses on the web are: see the description of the API."""
    database, wrong = Database(), []
    more = additions(Person.objects.get(email="guardian@cast.example"))
    for call in calls(world):
        plain, twice, mutated = (
            sent_by(world, database, partial(call.send, world, call.body, query)) for query in ({}, {}, more)
        )
        if (
            new := differences(plain[1], twice[1], mutated[1])
            or plain[0].status_code != mutated[0].status_code
        ):
            wrong.append(f"{call.name}: {plain[0].status_code} {mutated[0].status_code} {new}")
    reference = world.things.words["open_case"]["reference"]

    def send(**beside: str) -> HttpResponse:
        file = SimpleUploadedFile("proof.pdf", pdf(), content_type="application/pdf")
        answer: HttpResponse = world.programs["amina's"].post(
            f"/api/v1/cases/{reference}/files", {**beside, "files": [file]}
        )
        return answer

    plain, twice, mutated = (sent_by(world, database, partial(send, **beside)) for beside in ({}, {}, more))
    assert (plain[0].status_code, mutated[0].status_code) == (201, 201)
    assert differences(plain[1], twice[1], mutated[1]) == set()
    assert wrong == [], "\n" + "\n".join(wrong)


def test_every_operation_that_takes_a_body_is_tried(world: World) -> None:
    described = {
        path
        for path, methods in api.get_openapi_schema()["paths"].items()
        for operation in methods.values()
        if "requestBody" in operation
    }
    tried = {re.sub(r"/(?=[A-Z0-9]{8}/)[A-Z0-9]+", "/{reference}", call.address) for call in calls(world)}
    assert described == tried | {"/api/v1/cases/{reference}/files"}
