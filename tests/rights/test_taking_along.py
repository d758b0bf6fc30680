"""Take it with me: what was planted is in the copy, the copy reads back, and nobody else gets it."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from civium.engines.cases.actions.withdraw_question import withdraw_question
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions
from civium.engines.notices.models import Notice
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import day
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.identity.personal_data import ComingRow
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.consent import give_consent
from civium.foundation.privacy.actions.restrict_use import lock_away, restrict_use
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.personal_data import ReadingRow
from civium.foundation.privacy.queries import find_holdings, pseudonym
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from civium.journeys.rights.copying import _lines, everything
from civium.journeys.rights.events import ExportAsked
from civium.journeys.rights.models import Export
from tests.applying import apply_for, ask_to_correct, downloaded, move, pdf_words, read_by
from tests.cast import NOW
from tests.offer import publish_ours
from tests.rights.facts import NOT_IN_THE_COPY, plant


@pytest.fixture
def planted(demo_services: dict[str, int], amina: Person, make_person: Any) -> dict[str, str]:
    clerk, officer = make_person("Clerk", role="clerk"), make_person("Officer", role="officer")
    return plant(amina, clerk=clerk, officer=officer)


def fetch(client: Client) -> zipfile.ZipFile:
    answer = client.get("/en/my/data/export/file/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(downloaded(answer)))


def drawn(data: bytes) -> bytes:
    """What a PDF that somebody sent has on its pages, as it is drawn."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return b"".join(page.Contents.read_bytes() for page in document.pages)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def have_it_made(client: Client, person: Person) -> None:
    signed_in(client, person).post("/en/my/data/export/", {"do": "make"})
    run_waiting_jobs()


def test_every_planted_fact_is_in_it_and_it_reads_back_by_its_schema(
    planted: dict[str, str], amina: Person, client: Client, seal: Any
) -> None:
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        schema = json.loads(archive.read("my-data.schema.json"))
        names = archive.namelist()
        readable = pdf_words(archive.read("my-data.pdf"))
        files = [drawn(archive.read(name)) for name in names if name.startswith("files/")]
    text = json.dumps(document, ensure_ascii=False)
    in_files = {"AnswerWords", "DraftWords"}
    assert {name for name, fact in planted.items() if fact not in text} == in_files | NOT_IN_THE_COPY
    for name in in_files:
        assert any(planted[name].encode() in words for words in files), name
    jsonschema_rs.Draft202012Validator(schema).validate(document)
    again = everything().model_validate(document)
    assert json.loads(again.model_dump_json()) == document
    assert planted["PersonName"] in readable.replace(" ", "")
    assert Notice.objects.filter(to=amina, kind="export-ready").count() == 1


def test_why_answers_were_to_be_corrected_and_what_was_set_aside_are_in_it(
    demo_services: dict[str, int],
    amina: Person,
    boris: Person,
    omar: Person,
    chen: Person,
    client: Client,
    seal: Any,
) -> None:
    case = move(apply_for(amina), "accept", by=boris)
    ask_to_correct(case, {"chip_number": "One digit is missing."}, by=boris)
    run_waiting_jobs()
    (question,) = find_questions(case)
    withdraw_question(question, by=boris, at=NOW, revision=Case.objects.get(pk=case.pk).revision)
    case = move(Case.objects.get(pk=case.pk), "refuse", by=omar, reason="The chip is unknown.")
    reopen_the_case(case, reason="The chip is known by now.", revision=case.revision, by=chen, at=NOW)
    run_waiting_jobs()
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf"))
    (taken,) = document["applications"]
    (asked,) = taken["said"]
    assert (asked["by"], asked["about"], asked["words"]) == ("town", "Chip number", "One digit is missing.")
    (earlier,) = taken["set_aside"]
    assert (earlier["outcome"], earlier["reason"]) == ("refused", "The chip is unknown.")
    assert earlier["why"] == "The chip is known by now."
    assert (taken["outcome"], taken["reason"]) == ("", "")
    for words in (
        "Chip number",
        "One digit is missing.",
        "The chip is unknown.",
        "The chip is known by now.",
    ):
        assert words.replace(" ", "") in readable.replace(" ", "").replace("\n", "")
    assert json.loads(everything().model_validate(document).model_dump_json()) == document


def test_a_document_with_something_else_in_it_is_refused_by_the_schema(
    planted: dict[str, str], amina: Person, client: Client, seal: Any
) -> None:
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        schema = json.loads(archive.read("my-data.schema.json"))
    document["account"][0]["shoe_size"] = 43
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(document)


def test_nobody_elses_copy_can_be_fetched(
    demo_services: dict[str, int], amina: Person, ben: Person, client: Client, seal: Any
) -> None:
    have_it_made(client, amina)
    stranger = signed_in(Client(), ben)
    assert stranger.get("/en/my/data/export/file/").status_code == 404
    assert "Download" not in stranger.get("/en/my/data/export/").content.decode()


def test_asked_twice_it_is_made_once_and_can_be_deleted_at_once(
    demo_services: dict[str, int], amina: Person, client: Client, seal: Any
) -> None:
    signed_in(client, amina)
    for _turn in range(2):
        client.post("/en/my/data/export/", {"do": "make"})
    assert Export.objects.count() == 1
    run_waiting_jobs()
    client.post("/en/my/data/export/", {"do": "forget"})
    assert client.get("/en/my/data/export/file/").status_code == 404
    export = Export.objects.get()
    assert (export.file, bool(export.forgotten_at)) == (None, True)


def test_it_is_deleted_after_three_days(
    demo_services: dict[str, int], amina: Person, client: Client, seal: Any
) -> None:
    have_it_made(client, amina)
    ready = Export.objects.get().ready_at
    assert ready is not None
    carry_out_retention(at=ready + dt.timedelta(days=2))
    assert Export.objects.get().file is not None
    carry_out_retention(at=ready + dt.timedelta(days=3, minutes=1))
    assert Export.objects.get().file is None


def test_who_signed_in_long_ago_confirms_first(client: Client, amina: Person, time_machine: Any) -> None:
    signed_in(client, amina)
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=20))
    answer = client.post("/en/my/data/export/", {"do": "make"})
    assert answer.status_code in (302, 403)
    assert Export.objects.count() == 0


def test_people_read_words_and_programs_codes(
    planted: dict[str, str], amina: Person, client: Client, seal: Any
) -> None:
    publish_ours("data-request")
    apply_for(amina, "data-request", 2)
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf")).replace(" ", "")
    assert [row["wish"] for row in document["requests"]] == ["correct"]
    assert document["requests"][0]["state"] == "received"
    assert {row["code"]: row["what"] for row in document["record"]}["identity.PersonRenamed"] == (
        "Name given or changed"
    )
    codes = {row["code"] for row in document["record"]} | {row["purpose"] for row in document["readings"]}
    assert codes
    assert [code for code in codes if code in readable] == []
    assert "Correctsomethingthatiswrong" in readable
    assert "" in {row["service"] for row in document["mandates"]}
    assert "Allservices" in readable


def test_what_nobody_works_with_says_so_and_why_and_until_when(
    demo_services: dict[str, int], amina: Person, client: Client, seal: Any
) -> None:
    until = NOW.date() + dt.timedelta(days=400)
    usual, lying, kept = (apply_for(amina, "heating-allowance") for _turn in range(3))
    restrict_use(lying.subject, because=Why.CLAIM, by=amina, at=NOW)
    lock_away(kept.subject, until=until, by=None, at=NOW)
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf"))
    rows = {row["reference"]: row for row in document["applications"]}
    said = {
        case: tuple(rows[case.shown_reference][name] for name in ("not_used_because", "kept_until", "due_on"))
        for case in (usual, lying, kept)
    }
    assert said == {
        usual: ("", None, usual.due_on.isoformat()),
        lying: ("claim", None, None),
        kept: ("kept-by-law", until.isoformat(), None),
    }
    assert dt.datetime.fromisoformat(rows[lying.shown_reference]["not_used_since"]) == NOW
    words = " ".join(readable.split())
    assert words.count("Nobody works with it since") == 2
    assert f"Kept by law until {day(until)}" in words
    assert words.count("Due on") == 1


def test_the_reference_of_a_payment_reads_as_on_its_page(
    demo_services: dict[str, int], amina: Person, client: Client, seal: Any
) -> None:
    payment = get_payment_of(apply_for(amina).subject)
    assert payment is not None
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf"))
    assert [row["reference"] for row in document["payments"]] == [payment.reference]
    assert payment.shown_reference in readable
    assert payment.reference not in readable


def test_answers_read_as_they_stand_on_the_page(
    planted: dict[str, str], amina: Person, client: Client, seal: Any
) -> None:
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf"))
    said = [row for each in document["applications"] for row in each["answers"]]
    assert [row for row in said if "&" in row["question"] + row["answer"]] == []
    files = [row["answer"] for row in said if ".pdf" in row["answer"]]
    assert files
    assert [each for each in files if each.count(".pdf") > 1] == []
    assert readable.index("Your account") < readable.index("When you signed in")


def test_what_repeats_on_a_day_is_told_once() -> None:
    rows = [
        ReadingRow(
            at=NOW + dt.timedelta(minutes=minute),
            why="To work on your case",
            purpose="work-on-case",
            agency="animal-welfare",
            role="clerk",
            reader="ABCD",
            kinds=[kind],
            how="On a page",
            is_signed_in=True,
        )
        for minute, kind in ((0, "Files"), (1000, "Files"), (2000, "Names of files"))
    ]
    holding = next(each for each in find_holdings() if each.name == "readings")
    assert holding.in_short is not None
    shown = holding.in_short(rows)
    assert [(row.on.day, row.times, row.kinds) for row in shown] == [
        (3, 2, ["Names of files", "Files"]),
        (2, 1, ["Files"]),
    ]


def test_every_reading_says_whose_it_was() -> None:
    def who(**read: Any) -> str:
        blank = {
            "at": NOW,
            "why": "",
            "purpose": "",
            "agency": "",
            "role": "",
            "reader": "",
            "kinds": [],
            "how": "On a page",
        }
        (shown,) = told.in_short([ReadingRow(**{**blank, "is_signed_in": True, **read})])
        return str(shown.who)

    told: Any = next(each for each in find_holdings() if each.name == "readings")
    assert who(role="clerk", reader="ABCD", agency="animal-welfare") == "Clerk ABCD · Animal Welfare"
    assert who() == "Somebody whom you know, or who acts for you"
    assert who(is_signed_in=False) == "Somebody who was not signed in"
    by_code = who(is_signed_in=False, purpose="check-certificate", agency="animal-welfare")
    assert by_code == "Whoever has the code of the certificate"
    assert who(is_signed_in=False, how="Automatically") == "The town’s computers, without a person"


def test_lists_of_the_copy_are_in_the_order_of_time(
    planted: dict[str, str], amina: Person, boris: Person, client: Client, seal: Any
) -> None:
    """What happened first may be written down last: readings are, and what a demo town tells of its past."""
    read_by(boris, amina, role="clerk", agency="animal-welfare", at=NOW - dt.timedelta(days=40))
    record(ExportAsked(uuid4(), amina.pk), by=amina, at=NOW - dt.timedelta(days=41))
    have_it_made(client, amina)
    with fetch(client) as archive:
        document = json.loads(archive.read("my-data.json"))
        readable = pdf_words(archive.read("my-data.pdf"))
    for name in ("record", "readings"):
        moments = [dt.datetime.fromisoformat(row["at"]) for row in document[name]]
        assert moments == sorted(moments), name
    assert pseudonym(boris.pk) in {row["reader"] for row in document["readings"]}
    assert pseudonym(boris.pk) in readable


def test_an_invitation_that_nobody_answered_was_not_accepted(
    demo_services: dict[str, int], amina: Person, client: Client, seal: Any
) -> None:
    invite_to_act(
        amina,
        email="nobody@cast.example",
        powers=["view"],
        service="",
        until=NOW.date() + dt.timedelta(days=30),
        by=amina,
        at=NOW,
    )
    have_it_made(client, amina)
    with fetch(client) as archive:
        readable = " ".join(pdf_words(archive.read("my-data.pdf")).split())
    assert "An invitation" in readable
    assert "was accepted" not in readable


def test_in_a_copy_from_right_to_left_each_value_keeps_its_order() -> None:
    row = ComingRow(at=NOW, how="", browser="Firefox", network="2001:db8:71::/48", was_me=True)
    with override("ar"):
        assert ["\u20682001:db8:71::/48\u2069"] in [texts for _name, texts in _lines(row)]
    assert ["2001:db8:71::/48"] in [texts for _name, texts in _lines(row)]


def test_what_was_agreed_to_is_called_in_the_readers_language_and_kept_in_the_words_that_were_read(
    demo_services: dict[str, int], amina: Person, seal: Any
) -> None:
    asked = the_town().consents["news"]
    give_consent(
        amina.vault_key,
        purpose="news",
        version=asked.version,
        title=asked.title["en"],
        words=asked.text["en"],
        language="en",
        by=amina,
        at=NOW,
    )
    holding: Any = next(each for each in find_holdings() if each.name == "consents")
    with override("ar"):
        (row,) = holding.export(amina.vault_key)
    assert (row.title, row.words, row.language) == (asked.title["ar"], asked.text["en"], "en")
