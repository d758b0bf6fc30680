"""The Data Tracker operations: who read somebody's data, told to them and to the national portal, as the specification says."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from django.test import Client
from django.utils import timezone

from civium.doors.api.actions.make_token import make_token
from civium.doors.api.api import api
from civium.doors.api.models import Token
from civium.engines.registries.events import RegisterTold
from civium.foundation.federation.actions.link_identity import link_identity, unlink_identity
from civium.foundation.federation.models import LinkedIdentity
from civium.foundation.federation.queries import find_people_numbered
from civium.foundation.federation.rules import Proof
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from setup import ROOT
from tests.cast import NOW

pytestmark = [pytest.mark.usefixtures("demo_services", "seal", "at_nine")]
NUMBER = "EE38001085718"
PLACE = "/api/data-tracker/v2/"
SHARED = Path(os.environ.get("CIVIUM_SHARED", ROOT.parent / "shared"))
SPECIFICATION = SHARED / "data/specs/x-road/ee-dumonitor/dumonitor-openapi.yaml"


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not SPECIFICATION.is_file():
        pytest.skip(
            "the specification is not here: ../shared/data/specs/x-road/ee-dumonitor/dumonitor-openapi.yaml"
        )
    found: dict[str, Any] = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))
    return found


def prove(
    person: Person, *, number: str = NUMBER, level: str = "high", provider: str = "port-lumen-id"
) -> LinkedIdentity:
    said = Proof(
        provider=provider,
        issuer="https://id.example",
        subject=f"{number} {provider}",
        level=level,
        at=NOW.timestamp(),
        number=number,
    )
    return link_identity(person, proof=said, by=person, at=NOW)


def look(of: Person, by: Person, *, minutes: int = 0, **more: Any) -> None:
    with readings(at=NOW + dt.timedelta(minutes=minutes)):
        note_reading(
            **{
                "of": of.pk,
                "kinds": {"answers", "name"},
                "purpose": "work-on-case",
                "by": by,
                "agency": "animal-welfare",
                "role": "clerk",
                **more,
            }
        )


def secret_of(person: Person, *scopes: str, for_portal: bool = False) -> str:
    return make_token(
        name="Any",
        scopes=scopes,
        lasts=dt.timedelta(days=1),
        for_portal=for_portal,
        by=person,
        at=timezone.now(),
    )[1]


@pytest.fixture
def aminas(amina: Person) -> str:
    prove(amina)
    return secret_of(amina, "readings:read")


@pytest.fixture
def portals(make_person: Any) -> str:
    return secret_of(make_person("Petra", role="data-protection-officer"), for_portal=True)


def ask(secret: str, code: str = NUMBER, user: str | None = None, **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}", "X-Road-UserId": code if user is None else user}
    return Client().get(f"{PLACE}findUsage", {"userCode": code, **query}, headers=headers)


def fits(specification: dict[str, Any], name: str, answer: Any) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", "components": specification["components"]}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True).is_valid(answer)


# --- as the specification says ---


def test_the_operations_have_the_parameters_of_the_specification(specification: dict[str, Any]) -> None:
    ours = json.loads(json.dumps(api.get_openapi_schema()))["paths"]
    for path, methods in specification["paths"].items():
        operation = ours[f"/api/data-tracker{path}"]["get"]
        assert list(methods) == ["get"]
        assert {"200"} | ({"400"} if "findUsage" in path else set()) <= operation["responses"].keys() | {
            200,
            400,
        }
        mine = {(each["name"], each["in"]): each for each in operation.get("parameters", [])}
        theirs = {(each["name"], each["in"]): each for each in methods["get"].get("parameters", [])}
        assert mine.keys() == theirs.keys()
        for name, wanted in theirs.items():
            assert mine[name].get("required", False) == wanted.get("required", False), name
            assert mine[name]["schema"].get("default") == wanted["schema"].get("default"), name
            allowed = mine[name]["schema"].get("anyOf", [mine[name]["schema"]])
            assert wanted["schema"]["type"] in [each.get("type") for each in allowed], name


def test_answers_are_what_the_specification_says(
    specification: dict[str, Any], aminas: str, portals: str, amina: Person, boris: Person
) -> None:
    look(amina, boris)
    look(amina, boris, minutes=30, agency="", role="")
    with readings(at=NOW, channel="job"):
        note_reading(of=amina.pk, kinds={"name"}, purpose="run-service", by=None)
    told = RegisterTold(amina.pk, "", "companies", "m", "k", "p", "public-task", "taken")
    record(told, by=None, at=NOW)
    for secret in (aminas, portals):
        answer = ask(secret).json()
        assert answer["totalUsages"] == len(answer["usages"]) >= 4
        assert fits(specification, "FindUsageResponse", answer)
    assert not fits(specification, "FindUsageResponse", {"usages": [{"logtime": "yesterday"}]})
    assert fits(specification, "UsagePeriodResponse", Client().get(f"{PLACE}usagePeriod").json())
    assert fits(specification, "HeartbeatResponse", Client().get(f"{PLACE}heartbeat").json())


# --- what is told ---


def test_a_reading_says_when_what_for_and_who(aminas: str, amina: Person, boris: Person) -> None:
    look(amina, boris)
    (told,) = ask(aminas).json()["usages"]
    assert told == {
        "logtime": "2026-03-02T09:00:00Z",
        "action": "To work on your case (Answers to a form, Name)",
        "receiverCode": "animal-welfare",
        "receiverName": "Animal Welfare",
        "receiverSystem": "Civium",
    }


def test_the_entries_are_those_of_the_page(aminas: str, amina: Person, ben: Person, boris: Person) -> None:
    look(amina, boris)
    look(ben, boris)
    record(RegisterTold(amina.pk, "", "companies", "m", "k", "p", "public-task", "taken"), by=None, at=NOW)
    record(RegisterTold(amina.pk, "", "companies", "m", "j", "p", "public-task", "refused"), by=None, at=NOW)
    assert ask(aminas).json()["totalUsages"] == 2
    person = Client()
    person.force_login(amina)
    assert person.get("/en/my/data/who-looked/").content.decode().count('id="look-') == 2


def test_pages_follow_one_another_without_a_gap(aminas: str, amina: Person, boris: Person) -> None:
    for number in range(7):
        look(amina, boris, minutes=20 * number)
    whole = ask(aminas).json()["usages"]
    pages = [ask(aminas, offset=offset, limit=3).json() for offset in (0, 3, 6, 9)]
    assert [len(page["usages"]) for page in pages] == [3, 3, 1, 0]
    assert [each for page in pages for each in page["usages"]] == whole
    assert {page["totalUsages"] for page in pages} == {7}
    assert [each["logtime"] for each in whole] == sorted((each["logtime"] for each in whole), reverse=True)
    assert ask(aminas, limit=0).json() == {"totalUsages": 7, "usages": []}


@pytest.mark.parametrize(
    ("period", "count"),
    [
        ({"periodStart": "2026-03-02T09:20:00Z"}, 2),
        ({"periodEnd": "2026-03-02T10:20:00+01:00"}, 2),
        ({"periodStart": "2026-03-02T09:00:01Z", "periodEnd": "2026-03-02T09:39:59.999Z"}, 1),
        ({"periodStart": "9999-12-31T23:59:59Z"}, 0),
        ({"periodEnd": "0001-01-01T00:00:00Z"}, 0),
    ],
)
def test_a_period_has_both_its_ends(
    aminas: str, amina: Person, boris: Person, period: dict[str, str], count: int
) -> None:
    for number in range(3):
        look(amina, boris, minutes=20 * number)
    assert ask(aminas, **period).json()["totalUsages"] == count


def test_the_period_begins_with_the_first_reading(client: Client, amina: Person, boris: Person) -> None:
    assert (
        dt.datetime.fromisoformat(client.get(f"{PLACE}usagePeriod").json()["periodStart"]) == timezone.now()
    )
    look(amina, boris, minutes=-90)
    look(amina, boris)
    assert client.get(f"{PLACE}usagePeriod").json() == {"periodStart": "2026-03-02T07:30:00Z"}


def test_it_says_when_the_record_is_not_signed(client: Client, portals: str, settings: Any) -> None:
    assert client.get(f"{PLACE}heartbeat").json()["status"] == "OK"
    settings.CIVIUM_RECORD_SIGNED_WITHIN = dt.timedelta(minutes=15)
    assert client.get(f"{PLACE}heartbeat").json()["status"] == "FAIL"
    assert ask(portals).status_code == 503


# --- who may ask ---


def test_nobody_asks_about_somebody_else_and_nobody_learns_who_there_is(
    aminas: str, portals: str, ben: Person, boris: Person
) -> None:
    prove(ben, number="EE39912310000")
    look(ben, boris)
    answers = [
        ask(aminas, "EE39912310000"),
        ask(aminas, "EE40000000000"),
        ask(aminas, NUMBER, user="EE39912310000"),
        ask(aminas, "EE39912310000", user=NUMBER),
        ask(aminas, ben.email),
        ask(portals, NUMBER, user="EE39912310000"),
        ask(portals, "EE40000000000", user=NUMBER),
    ]
    assert {(each.status_code, each.content) for each in answers} == {(403, answers[0].content)}


def test_without_a_national_number_one_asks_with_ones_address(amina: Person, boris: Person) -> None:
    look(amina, boris)
    assert ask(secret_of(amina, "readings:read"), amina.email).json()["totalUsages"] == 1


def test_the_portal_is_told_of_whoever_has_the_number_and_of_nobody_as_of_nothing(
    portals: str, amina: Person, boris: Person
) -> None:
    look(amina, boris)
    assert ask(portals).json() == {"totalUsages": 0, "usages": []}
    linked = prove(amina)
    assert ask(portals, "ee 380010-85718", user=NUMBER).json()["totalUsages"] == 1
    assert ask(portals, amina.email).json()["totalUsages"] == 0
    amina.set_password("whatever it is now")
    unlink_identity(linked, by=amina, at=NOW)
    assert ask(portals, minutes=1).json()["totalUsages"] == 0


def test_a_number_that_is_not_proved_finds_nobody(portals: str, amina: Person, boris: Person) -> None:
    look(amina, boris)
    prove(amina, level="account")
    assert ask(portals).json()["totalUsages"] == 0
    assert find_people_numbered("") == find_people_numbered(" - ") == []


def test_one_human_with_two_accounts_sees_both(
    portals: str, amina: Person, ben: Person, boris: Person
) -> None:
    prove(amina)
    prove(ben, provider="elsewhere")
    look(amina, boris)
    look(ben, boris)
    assert ask(portals).json()["totalUsages"] == 2


def test_what_the_portal_is_told_is_itself_on_the_record(portals: str, aminas: str, amina: Person) -> None:
    ask(portals)
    (event,) = [entry.event for entry in Entry.objects.filter(stream=amina.vault_key, kind=DataRead.kind)]
    assert isinstance(event, DataRead)
    assert (event.purpose, event.kinds, event.channel) == ("show-readings-elsewhere", "readings", "api")
    page = Client()
    page.force_login(amina)
    assert "The national portal, where you asked" in page.get("/en/my/data/who-looked/").content.decode()
    ask(aminas)
    assert Entry.objects.filter(stream=amina.vault_key, kind=DataRead.kind).count() == 1


def test_other_rights_do_not_open_it_and_the_portal_gets_nowhere_else(amina: Person, portals: str) -> None:
    prove(amina)
    other = secret_of(amina, "cases:read", "applications:read")
    assert ask(other).status_code == 403
    asks = {"Authorization": f"Bearer {portals}"}
    for path in ("cases", "applications/AAAA"):
        assert Client().get(f"/api/v1/{path}", headers=asks).status_code == 403
    assert (
        Client().get(f"{PLACE}findUsage?userCode={NUMBER}", headers={"X-Road-UserId": NUMBER}).status_code
        == 401
    )


def test_only_the_data_protection_officer_lets_the_portal_in(
    ada: Person, chen: Person, make_person: Any
) -> None:
    for person in (ada, chen):
        with pytest.raises(NotFound):
            secret_of(person, for_portal=True)
    petra = make_person("Petra", role="data-protection-officer")
    client = Client()
    client.force_login(petra)
    assert "For the national portal" in client.get("/en/my/access/").content.decode()
    sent = {"name": "eesti.ee", "lasts": "365", "agency": "..portal", "scopes": ["cases:read"]}
    assert client.post("/en/my/access/", sent).status_code == 200
    token = Token.objects.get()
    assert (token.scopes, token.person.works_here, token.person_id == petra.pk) == (
        ["readings:show"],
        False,
        False,
    )
    assert "who read their data" in client.get("/en/my/access/").content.decode()
    client.force_login(chen)
    assert client.post("/en/my/access/", sent).status_code == 404
    mine = secret_of(chen, "readings:show", "readings:read")
    assert Token.objects.get(person=chen).scopes == ["readings:read"]
    assert mine


# --- what does not fit ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "-1"},
        {"limit": "many"},
        {"limit": "2147483648"},
        {"limit": "1.5"},
        {"offset": "-1"},
        {"offset": "99999999999999999999"},
        {"periodStart": "yesterday"},
        {"periodStart": "2026-03-02"},
        {"periodStart": "1614676800"},
        {"periodStart": "2026-03-02T09:00:00"},
        {"periodStart": "2026-02-30T09:00:00Z"},
        {"periodEnd": "0001-01-01T00:00:00+14:00"},
        {"periodEnd": "9999-12-31T23:59:59-14:00"},
        {"periodEnd": ""},
        {"periodStart": "2026-03-02T09:00:00Z", "periodEnd": "2026-03-01T09:00:00Z"},
        {"userCode": ""},
        {"userCode": "x" * 300},
        {"userCode": "\x00"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_told_with_400(aminas: str, wrong: dict[str, str]) -> None:
    answer = ask(aminas, **wrong) if "userCode" not in wrong else ask(aminas, wrong["userCode"], user=NUMBER)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"]


def test_what_is_missing_is_told_with_400(aminas: str) -> None:
    bearer = {"Authorization": f"Bearer {aminas}"}
    assert Client().get(f"{PLACE}findUsage", {"userCode": NUMBER}, headers=bearer).status_code == 400
    assert Client().get(f"{PLACE}findUsage", headers={**bearer, "X-Road-UserId": NUMBER}).status_code == 400
    assert Client().get(f"{PLACE}findUsage/", headers=bearer).status_code == 404
