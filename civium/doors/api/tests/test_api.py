"""Programs: what the town offers, applying, working on cases, by token."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64encode
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from civium.doors.api.actions.end_token import end_token
from civium.doors.api.actions.keep_answer import BeingDone, answer_once
from civium.doors.api.actions.make_token import make_token
from civium.doors.api.models import KeptAnswer, Token
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Agency, Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.references import new_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.queries import find_ageing
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import pdf, read_by_staff, upload
from tests.cast import NOW
from tests.offer import publish_ours
from tests.outage import gone

EVERYTHING = ("applications:read", "applications:write", "cases:read", "cases:write")


class Program:
    """A client with a token."""

    def __init__(
        self, person: Person, *scopes: str, agency: Agency | None = None, role: str = "clerk"
    ) -> None:
        self.token, self.secret = make_token(
            name="Test program", scopes=scopes or EVERYTHING, lasts=dt.timedelta(days=1), agency=agency, role=role,
            by=person, at=timezone.now(),
        )  # fmt: skip
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} | ({"Idempotency-Key": key} if key else {})
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
        )


LICENCE = {
    "owner_name": "Amina Haddad",
    "owner_address": {"line_1": "12 Lantern Street", "postcode": "PL1 4AH", "town": "Port Lumen"},
    "owner_phone": "+34900555011",
    "dog_name": "Luna",
    "breed": "Terrier mix",
    "dog_born": "2023-03-27",
    "chip_number": "941000012345678",
    "neutered": True,
    "assistance": False,
    "truth": True,
}
GUIDE_DOG = LICENCE | {
    "assistance": True,
    "certificate": [{"name": "school.pdf", "content": b64encode(pdf()).decode()}],
}
pytestmark = pytest.mark.usefixtures("demo_services", "at_nine")


def apply(program: Program, answers: dict[str, Any] = GUIDE_DOG, **kwargs: Any) -> Any:
    return program.post("applications", {"service": "dog-licence", "answers": answers}, **kwargs)


@pytest.fixture
def aminas(amina: Person) -> Program:
    return Program(amina)


@pytest.fixture
def luna(aminas: Program) -> Case:
    """A case that a program opened."""
    answer = apply(aminas)
    assert answer.status_code == 201, answer.content
    return Case.objects.get()


# --- services ---


def test_services_need_no_token(client: Client) -> None:
    found = client.get("/api/v1/services?language=es").json()
    assert [each["service"] for each in found["services"]] == [
        "building-permit",
        "dog-licence",
        "heating-allowance",
    ]
    assert found["next"] is None
    assert found["services"][1]["title"] == get_offer("dog-licence").words("es").title


def test_a_service_says_what_to_answer(client: Client) -> None:
    answers = client.get("/api/v1/services/dog-licence").json()["answers"]
    assert answers["$schema"].endswith("2020-12/schema")
    assert {"dog_name", "chip_number"} <= set(answers["required"])
    assert set(answers["properties"]["certificate"]["items"]["properties"]) == {"name", "content"}


def test_what_was_never_offered_is_not_found(client: Client) -> None:
    answer = client.get("/api/v1/services/moon-landing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


# --- applying ---


def test_an_application_is_a_case_when_nothing_has_to_be_paid(
    aminas: Program, luna: Case, amina: Person
) -> None:
    assert luna.applicant == amina
    found = aminas.get(f"applications/{luna.reference}").json()
    assert (found["state"], found["status"], found["reference"]) == ("sent", "received", luna.reference)


def test_with_a_fee_it_waits_for_the_payment(aminas: Program) -> None:
    answer = apply(aminas, LICENCE)
    body = answer.json()
    assert (answer.status_code, body["state"], body["due"], body["reference"]) == (
        201,
        "to-pay",
        "15.00 EUR",
        None,
    )
    assert body["pay_at"].endswith("/pay/")
    assert aminas.get(f"applications/{body['id']}").json() == body


def test_all_wrong_answers_are_told_at_once_and_nothing_is_kept(aminas: Program) -> None:
    answer = apply(aminas, LICENCE | {"chip_number": "12", "dog_name": "", "colour": "brown"})
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        "answers.chip_number", "answers.dog_name", "answers.colour",
    }  # fmt: skip
    assert not Application.objects.exclude(state="dropped").exists()


def test_a_file_of_somebody_else_is_never_taken_by_its_id(aminas: Program, luna: Case, ben: Person) -> None:
    stolen = aminas.get(f"cases/{luna.reference}").json()["files"][0]
    answer = apply(Program(ben), GUIDE_DOG | {"certificate": [{"id": stolen["id"], "name": stolen["name"]}]})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["answers.certificate"]


def test_what_asks_who_it_is_before_it_is_sent_is_not_for_programs(aminas: Program, luna: Case) -> None:
    publish_ours("data-request")
    answers = {"wish": "erase", "erase_what": "everything", "understood": True}
    refused = aminas.post("applications", {"service": "data-request", "answers": answers})
    assert refused.status_code == 403
    assert "once more who you are" in refused.json()["detail"]
    assert Application.objects.filter(service="data-request").count() == 0


def test_a_case_of_somebody_else_cannot_be_named(aminas: Program, luna: Case, ben: Person) -> None:
    publish_ours("data-request", asks_again=False)
    request = {"wish": "restrict", "restrict_what": "one-case", "why_restrict": "claim"}
    sent = {"service": "data-request", "answers": request | {"restrict_case": luna.reference}}
    refused = Program(ben).post("applications", sent)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["answers.restrict_case"]
    assert aminas.post("applications", sent).status_code == 201


def test_a_file_that_is_none_is_told(aminas: Program) -> None:
    for content in ("not base64!", b64encode(b"MZ a program").decode()):
        answer = apply(aminas, GUIDE_DOG | {"certificate": [{"name": "school.pdf", "content": content}]})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "answers.certificate"


def test_an_application_that_a_person_began_is_not_overwritten(aminas: Program, amina: Person) -> None:
    start_application(get_offer("dog-licence"), by=amina, language="en", at=NOW)
    assert apply(aminas).status_code == 409
    assert Application.objects.get().state == "draft"


def test_what_is_for_organisations_alone_is_refused_with_what_to_do(aminas: Program) -> None:
    publish_ours("business-licence")
    answer = aminas.post("applications", {"service": "business-licence", "answers": {}})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "Only an organisation" in answer.json()["detail"]
    assert "register it" in answer.json()["what_next"]
    assert not Application.objects.exists()


# --- once ---


def test_the_same_request_with_the_same_key_is_done_once(aminas: Program) -> None:
    first, second = apply(aminas, key="k-1"), apply(aminas, key="k-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Case.objects.count() == 1


def test_another_request_with_the_same_key_is_refused(aminas: Program) -> None:
    apply(aminas, key="k-1")
    assert apply(aminas, LICENCE, key="k-1").status_code == 409
    assert Case.objects.count() == 1


def test_a_key_is_its_owners_only(aminas: Program, ben: Person) -> None:
    mine, his = apply(aminas, key="k-1"), apply(Program(ben), key="k-1")
    assert his.status_code == 201
    assert mine.json()["id"] != his.json()["id"]


def test_what_was_refused_may_be_tried_again_with_its_key(aminas: Program) -> None:
    assert apply(aminas, LICENCE | {"dog_name": ""}, key="k-1").status_code == 422
    assert not KeptAnswer.objects.exists()
    assert apply(aminas, key="k-1").status_code == 201


def test_while_it_is_being_done_the_same_request_is_asked_to_wait(aminas: Program, amina: Person) -> None:
    def meanwhile() -> tuple[int, dict[str, Any]]:
        with pytest.raises(BeingDone):
            answer_once("k-1", "body", lambda: (200, {}), by=amina, at=NOW)
        return 201, {"done": "once"}

    assert answer_once("k-1", "body", meanwhile, by=amina, at=NOW) == (201, {"done": "once"})


def test_a_kept_answer_is_sealed(aminas: Program) -> None:
    apply(aminas, key="k-1")
    assert b"dog-licence" not in bytes(KeptAnswer.objects.get().answer_sealed)


# --- who may ---


@pytest.mark.parametrize(
    "header", ["", "Bearer nobody", "Basic YTpi", "Bearer " + "x" * 5000, "Bearer \u0660"]
)
def test_without_a_good_token_there_is_no_way_in(client: Client, header: str) -> None:
    answer = client.get(
        "/api/v1/cases", headers={"Authorization": header.encode("utf-8").decode("latin-1")} if header else {}
    )
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert "Bearer" in answer["WWW-Authenticate"]


def test_a_token_does_what_it_was_made_for_only(amina: Person) -> None:
    reader = Program(amina, "applications:read")
    assert apply(reader).status_code == 403
    assert reader.get("cases").status_code == 403


def test_an_ended_token_is_refused_at_the_very_next_try(aminas: Program, amina: Person) -> None:
    assert aminas.get("cases").status_code == 200
    end_token(aminas.token, by=amina, at=timezone.now())
    assert aminas.get("cases").status_code == 401


def test_an_expired_token_is_refused(aminas: Program) -> None:
    Token.objects.update(expires_at=timezone.now())
    assert aminas.get("cases").status_code == 401


def test_a_token_of_a_closed_account_is_refused(aminas: Program, amina: Person) -> None:
    amina.is_active = False
    amina.save()
    assert aminas.get("cases").status_code == 401


def test_the_secret_is_not_in_the_database(aminas: Program) -> None:
    assert aminas.secret not in repr(Token.objects.values())


def test_the_neighbours_case_is_not_there(luna: Case, ben: Person) -> None:
    stranger = Program(ben)
    for path in (
        f"cases/{luna.reference}",
        f"applications/{luna.reference}",
        f"applications/{luna.subject[12:]}",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"cases/{luna.reference}/messages", {"text": "Hello"}).status_code == 404
    assert (
        stranger.post(f"cases/{luna.reference}/moves", {"move": "accept", "revision": 1}).status_code == 404
    )
    assert stranger.get("cases").json()["cases"] == []


def test_a_session_is_no_token(client: Client, amina: Person, luna: Case) -> None:
    client.force_login(amina)
    assert client.get(f"/api/v1/cases/{luna.reference}").status_code == 401


# --- cases ---


def test_a_case_has_its_answers_story_and_files(aminas: Program, luna: Case) -> None:
    found = aminas.get(f"cases/{luna.reference}").json()
    assert found["answers"]["dog_name"] == "Luna"
    assert found["files"][0]["name"] == "school.pdf"
    assert found["story"]
    assert found["moves"] == []


def test_an_agencys_program_works_as_a_colleague_of_its_own(luna: Case, chen: Person) -> None:
    scanner = Program(chen, agency=get_agency("animal-welfare"))
    found = scanner.get("cases", queue="unassigned").json()["cases"]
    assert [each["reference"] for each in found] == [luna.reference]
    seen = scanner.get(f"cases/{luna.reference}").json()
    assert [move["name"] for move in seen["moves"]] == ["accept"]
    moved = scanner.post(f"cases/{luna.reference}/moves", {"move": "accept", "revision": seen["revision"]})
    assert (moved.status_code, moved.json()["step"]) == (200, "checking")
    told = [entry.by_id for entry in find_entries([f"case:{luna.pk}"]) if entry.kind == "cases.CaseMoved"]
    assert told == [scanner.token.person_id]


def test_reading_answers_by_program_is_on_the_record(luna: Case, chen: Person) -> None:
    Program(chen, agency=get_agency("animal-welfare")).get(f"cases/{luna.reference}")
    assert read_by_staff(luna) == ["api"]


def test_a_move_on_an_old_revision_changes_nothing(luna: Case, chen: Person) -> None:
    scanner = Program(chen, agency=get_agency("animal-welfare"))
    body = {"move": "accept", "revision": luna.revision}
    assert scanner.post(f"cases/{luna.reference}/moves", body).status_code == 200
    assert scanner.post(f"cases/{luna.reference}/moves", body).status_code == 409


def test_only_who_leads_an_agency_lets_programs_work_for_it(boris: Person, chen: Person) -> None:
    with pytest.raises(NotFound):
        Program(boris, agency=get_agency("animal-welfare"))
    with pytest.raises(NotFound):
        Program(chen, agency=get_agency("planning"))


def test_an_ended_program_of_an_agency_works_there_no_more(luna: Case, chen: Person) -> None:
    scanner = Program(chen, agency=get_agency("animal-welfare"))
    end_token(scanner.token, by=chen, at=timezone.now())
    assert not scanner.token.person.memberships.exists()


def test_messages_and_files_go_to_the_other_side(aminas: Program, luna: Case) -> None:
    sent = aminas.post(f"cases/{luna.reference}/messages", {"text": "Is anything missing?"})
    assert (sent.status_code, sent.json()["from_applicant"]) == (201, True)
    headers = {"Authorization": f"Bearer {aminas.secret}"}
    files = aminas.client.post(
        f"/api/v1/cases/{luna.reference}/files", {"files": [upload("page.pdf")]}, headers=headers
    )
    assert files.status_code == 201, files.content
    assert len(files.json()["files"]) == 1
    assert aminas.get(f"cases/{luna.reference}").json()["messages"][-1]["from_applicant"]


def test_cases_come_in_pages(amina: Person, aminas: Program, luna: Case) -> None:
    agency, made = luna.agency, []
    for number in range(60):
        copy = Case.objects.get(pk=luna.pk)
        copy.pk, copy.reference, copy.subject = uuid4(), new_reference(), f"application:{uuid4()}"
        copy.about_sealed = None
        copy.agency, copy.opened_at = agency, luna.opened_at + dt.timedelta(minutes=number + 1)
        made.append(copy)
    Case.objects.bulk_create(made)
    first = aminas.get("cases").json()
    second = aminas.client.get(
        first["next"].partition("8000")[2], headers={"Authorization": f"Bearer {aminas.secret}"}
    ).json()
    references = [each["reference"] for each in first["cases"] + second["cases"]]
    assert (len(first["cases"]), len(set(references)), second["next"]) == (50, 61, None)


# --- the surroundings ---


def test_what_is_not_there_is_told_as_a_problem(client: Client) -> None:
    for path in ("/api/v1/nothing", "/api/v2/services", "/api/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_what_cannot_be_read_is_told_as_a_problem(aminas: Program) -> None:
    headers = {"Authorization": f"Bearer {aminas.secret}"}
    for body in (b"{", b"\xff\xfe", b"[]", b'"x"', b"{}", b'{"service": 5, "answers": []}', b"null"):
        answer = aminas.client.post(
            "/api/v1/applications", body, content_type="application/json", headers=headers
        )
        assert answer.status_code in (400, 422), body
        assert answer["Content-Type"] == "application/problem+json"


def test_a_defect_is_told_without_its_details(aminas: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.doors.api.api.find_cases_of", lambda *args, **kwargs: 1 / 0)
    answer = aminas.get("cases")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["reference"]
    assert "division" not in answer.content.decode()


def test_a_database_that_cannot_is_told_as_a_problem_that_passes(
    aminas: Program, caplog: pytest.LogCaptureFixture
) -> None:
    with gone():
        answer = aminas.get("cases")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "30"
    assert answer.json()["reference"] in caplog.text
    assert "amina" not in caplog.text
    assert "server" not in answer.content.decode()


def test_the_description_is_openapi_of_3_1(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/api/v1/services", "/api/v1/services/{service}", "/api/v1/applications", "/api/v1/applications/{reference}",
        "/api/v1/applications/{reference}/corrections",
        "/api/v1/cases", "/api/v1/cases/{reference}", "/api/v1/cases/{reference}/moves",
        "/api/v1/cases/{reference}/messages", "/api/v1/cases/{reference}/files",
        "/api/data-tracker/v2/findUsage", "/api/data-tracker/v2/usagePeriod", "/api/data-tracker/v2/heartbeat",
    }  # fmt: skip
    refused = described["paths"]["/api/v1/cases"]["get"]["responses"]["401"]
    assert list(refused["content"]) == ["application/problem+json"]


def test_people_read_about_it_in_each_language(client: Client) -> None:
    for language in ("en", "es", "ar"):
        page = client.get(f"/{language}/api/")
        assert page.status_code == 200
        assert "/api/v1/applications" in page.content.decode()


def test_kept_answers_are_forgotten_after_two_days(amina: Person) -> None:
    answer_once("once", "GET it", lambda: (200, {"said": "yes"}), by=amina, at=NOW)
    (ageing,) = (each for each in find_ageing() if each.name == "program-answers")
    assert forget_aged(ageing, at=NOW + dt.timedelta(days=2)) == 0
    assert forget_aged(ageing, at=NOW + dt.timedelta(days=2, seconds=1)) == 1
    assert not KeptAnswer.objects.exists()
