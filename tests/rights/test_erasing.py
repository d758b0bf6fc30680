"""Erasing for real: some fifty planted facts are nowhere in clear, and nowhere at all to be opened, also after a restore."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import ForeignKey
from django.test import Client

from civium.engines.cases.actions.send_message import NobodyReadsIt
from civium.engines.cases.models import Case, Word
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.engines.registries.models import DemoMessage
from civium.foundation.design.showing import day
from civium.foundation.files.actions.seal_pdf import check_seal
from civium.foundation.identity.models import Mandate, Person, Session
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.queries import find_dead_jobs, find_failing_jobs
from civium.foundation.journal.queries import find_dead_reactions
from civium.foundation.privacy.actions.replay_erasures import replay_erasures
from civium.foundation.privacy.ledger import LedgerBroken, ledger_path
from civium.foundation.privacy.models import Consent, FollowedErasure, Restriction
from civium.foundation.privacy.queries import find_unreplayed
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.foundation.vault.key_ring import forget_keys
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.models import Application
from civium.journeys.rights.actions.carry_out import carry_out_case
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from civium.journeys.rights.copying import as_json, gather
from civium.journeys.rights.models import CarriedOut
from config.checks import erasure_findings, refuse_what_was_erased
from config.terminal import Trouble
from tests.applying import apply_for, move, pdf_words
from tests.cast import NOW
from tests.disk import bytes_of_database
from tests.offer import publish_ours
from tests.rights.facts import MARK, plant

LATER = NOW + dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def own_ledger(settings: Any, tmp_path: Path) -> Path:
    """Every test begins with a ledger of its own, which is not there yet."""
    settings.CIVIUM_ERASURES = tmp_path / "erasures"
    settings.CIVIUM_DATA = tmp_path / "data"
    return ledger_path()


@pytest.fixture
def town(demo_services: dict[str, int]) -> None:
    publish_ours("data-request")
    publish_ours("change-of-address")


@pytest.fixture
def petra(make_person: Callable[..., Person]) -> Person:
    return make_person("Petra", role="officer", agency="data-protection")


@pytest.fixture
def workers(make_person: Callable[..., Person]) -> tuple[Person, Person]:
    return make_person("Clerk", role="clerk"), make_person("Officer", role="officer")


def ask(person: Person, **answers: Any) -> Case:
    return apply_for(person, "data-request", 0, at=NOW + dt.timedelta(days=1), **answers)


def decide(case: Case, by: Person) -> None:
    move(case, "carry-out", by=by, at=LATER)
    carry_out_case(case, at=LATER)
    run_waiting_jobs()


def everywhere() -> bytes:
    """Every file of the site as it lies on the disk: database, write-ahead log, contents, ledger."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
    folders = [Path(settings.CIVIUM_DATA), Path(settings.CIVIUM_ERASURES)]
    files = [str(path) for folder in folders for path in folder.rglob("*") if path.is_file()]
    found = subprocess.run(["cat", *files], check=True, capture_output=True).stdout if files else b""
    return found + _tables()


def _tables() -> bytes:
    """Every value of every table, as the database gives it."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [
                value
                if isinstance(value, bytes)
                else bytes(value)
                if isinstance(value, memoryview)
                else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            ]
    return b"\n".join(found)


def test_what_was_planted_is_erased_and_what_the_law_keeps_is_locked_away(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path
) -> None:
    facts = plant(amina, clerk=workers[0], officer=workers[1])
    assert len(facts) >= 50
    email = amina.email
    assert email.encode() in everywhere()
    decide(ask(amina), petra)
    left = everywhere()
    assert MARK.encode() not in left
    assert email.encode() not in left
    gone = Person.objects.get(pk=amina.pk)
    assert (gone.name, gone.is_active, gone.has_usable_password()) == ("", False, False)
    assert not Notice.objects.filter(to=amina).exists()
    assert not Session.objects.filter(person=amina).exists()
    assert not Consent.objects.filter(owner=amina.vault_key).exists()
    assert not Word.objects.filter(case__applicant=amina, case__service="heating-allowance").exists()
    # The refused dog licence and the request itself are kept for the years that their documents say.
    kept = Restriction.objects.filter(because="kept-by-law", ended_at=None)
    assert {Application.objects.get(pk=each.owner.partition(":")[2]).service for each in kept} == {
        "dog-licence",
        "data-request",
    }
    permit = Application.objects.get(applicant=amina, service="building-permit")
    with pytest.raises(KeyDestroyed):
        open_answers(permit.draft)
    assert CarriedOut.objects.get(person=amina).result == "everything-erased"


# What may still point to the empty place of whoever was erased: it says that somebody was there, and not who.
POINT_TO_THE_EMPTY_PLACE = {
    "applications.Application.applicant",
    "cases.Case.applicant",
    "cases.Message.sent_by",
    "files.StoredFile.taken_by",
    "identity.Mandate.giver",
    "identity.Mandate.to_person",
    "payments.Payment.payer",
    "rights.CarriedOut.person",
    "rights.Export.person",
}
# Filled for those who work for the town, who are not erased before their role ends; for guests; by a register; or never.
NOT_OF_CITIZENS = {
    "allauth_idp_oidc.Client.owner",
    "applications.Application.guest",
    "applications.Application.helper",
    "cases.Absence.noted_by",
    "cases.Absence.person",
    "cases.Case.assigned_to",
    "cases.Case.concerns",
    "cases.Decision.decided_by",
    "cases.Decision.set_aside_by",
    "cases.Link.linked_by",
    "cases.Look.person",
    "cases.Mention.person",
    "cases.Note.written_by",
    "cases.Presence.person",
    "cases.Question.asked_by",
    "cases.Remark.made_by",
    "catalogue.PublishedVersion.published_by",
    "emergencies.Emergency.opened_by",
    "emergencies.Emergency.reviewed_by",
    "identity.Mandate.ended_by",
    "identity.Membership.granted_by",
    "identity.Membership.person",
    "identity.RegisteredParty.person",
    "payments.FinanceNote.written_by",
    "payments.ProviderCall.closed_by",
    "socialaccount.SocialAccount.user",
}


def rows_that_point_to(person: Person) -> dict[str, int]:
    """How many rows of each table point to the person, for every way that a table can."""
    return {
        f"{field.model._meta.label}.{field.name}": field.model._base_manager.filter(
            **{field.name: person}
        ).count()
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Person
    }


def test_no_table_still_points_to_whoever_was_erased_but_those_that_are_named_here(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path, client: Client
) -> None:
    """A new table about people fails this until its rows are planted and erased, or it is named above."""
    client.force_login(amina)
    plant(amina, clerk=workers[0], officer=workers[1])
    client.post("/en/my/data/export/", {"do": "make"})
    run_waiting_jobs()
    before = rows_that_point_to(amina)
    decide(ask(amina), petra)
    after = rows_that_point_to(amina)
    never_planted = {name for name in before if not before[name] and not after[name]}
    assert sorted(never_planted - NOT_OF_CITIZENS) == [], (
        "give the person such a row in plant() of tests/rights/facts.py; or name it in NOT_OF_CITIZENS, when no citizen gets one"
    )
    left = {name for name, count in after.items() if count}
    assert sorted(left - POINT_TO_THE_EMPTY_PLACE) == [], (
        "delete it, or empty it, in `erase` of the Holding in the room's personal_data.py; or name it in POINT_TO_THE_EMPTY_PLACE"
    )
    assert sorted(POINT_TO_THE_EMPTY_PLACE - left) == [], (
        "nothing is left of it: take it out of POINT_TO_THE_EMPTY_PLACE"
    )


def test_after_an_erasure_nobody_acts_for_them_and_no_work_is_stuck(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path
) -> None:
    """Both sides of a mandate are told what becomes of it: whoever was erased is told nothing, and nothing fails over that."""
    plant(amina, clerk=workers[0], officer=workers[1])
    decide(ask(amina), petra)
    mandates = list(Mandate.objects.all())
    assert len(mandates) == 3
    assert {mandate.state for mandate in mandates} == {"ended"}
    assert {mandate.address_index + mandate.code_index for mandate in mandates} == {""}
    assert {mandate.address for mandate in mandates} == {""}
    told = Notice.objects.filter(to=workers[0], kind="mandate-over")
    assert [notice.subject for notice in told] == [
        "Somebody whose account has ended can no longer act for you: Dog licence"
    ]
    assert find_dead_jobs() == find_failing_jobs() == []
    assert find_dead_reactions() == []


def test_the_proof_names_nobody_and_goes_to_the_address_that_was(
    town: None,
    amina: Person,
    petra: Person,
    workers: tuple[Person, Person],
    seal: Path,
    mailoutbox: list[EmailMessage],
) -> None:
    facts = plant(amina, clerk=workers[0], officer=workers[1])
    email = amina.email
    decide(ask(amina), petra)
    letter = mailoutbox[-1]
    assert letter.to == [email]
    ((_name, proof, kind),) = letter.attachments
    assert kind == "application/pdf"
    assert isinstance(proof, bytes)
    assert check_seal(proof).is_intact
    words = pdf_words(proof)
    assert "ledger" in words
    assert not [fact for fact in facts.values() if fact in words or fact in str(letter.body)]


def test_offices_that_were_told_hear_of_the_erasure(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path, settings: Any
) -> None:
    case = apply_for(amina, "change-of-address")
    case = move(case, "accept", by=workers[0])
    move(case, "register", by=workers[1])
    told = DemoMessage.objects.count()
    assert told == 3
    decide(ask(amina), petra)
    # It is kept by law until then, so it is not erased yet.
    kept = Restriction.objects.get(owner=case.subject, ended_at=None)
    assert DemoMessage.objects.filter(kind="erased").count() == 0
    assert kept.until
    carry_out_retention(at=LATER + (kept.until - LATER.date()) + dt.timedelta(days=1))
    run_waiting_jobs()
    assert DemoMessage.objects.filter(kind="erased").count() == 3


def test_one_case_goes_and_the_account_stays(town: None, amina: Person, petra: Person, seal: Path) -> None:
    case = apply_for(amina, "heating-allowance")
    decide(ask(amina, erase_what="one-case", erase_case=case.reference), petra)
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "dropped"
    assert Person.objects.get(pk=amina.pk).name == "Amina"
    assert CarriedOut.objects.get(person=amina).result == "case-erased"


def test_one_case_that_the_law_keeps_is_locked_away_until_its_day(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path, client: Client
) -> None:
    clerk, officer = workers
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=clerk), "grant", by=officer)
    asked = ask(amina, erase_what="one-case", erase_case=case.reference)
    decide(asked, petra)
    assert CarriedOut.objects.get(person=amina).result == "kept-by-law"
    kept = Restriction.objects.get(owner=case.subject, ended_at=None)
    assert kept.because == "kept-by-law"
    assert kept.until
    assert not Word.objects.filter(case=case).exists()
    client.force_login(officer)
    assert client.get(f"/en/desk/cases/{case.reference}/").status_code == 403
    client.force_login(petra)
    told = client.get(f"/en/desk/cases/{asked.reference}/").content.decode()
    assert f"nobody works with it. It will be erased on {day(kept.until)}." in told
    # Its owner still sees what is held, until when, and has it in the copy; nobody would read what they write.
    client.force_login(amina)
    page = client.get(f"/en/my/cases/{case.reference}/").content.decode()
    assert "Luna" in page
    assert f"The law makes us keep it until {day(kept.until)}" in page
    assert "Write to the team" not in page
    assert 'id="messages"' not in page
    kept_words = "The law makes us keep this case. Nobody works with it."
    assert kept_words in client.get("/en/my/").content.decode()
    assert f"It will be erased on {day(kept.until)}" in client.get("/en/my/data/").content.decode()
    with pytest.raises(NobodyReadsIt):
        send_case_message(case, words="Hello?", by=amina, at=LATER)
    assert b"Luna" in as_json(gather(amina.vault_key, at=LATER))
    carry_out_retention(at=LATER + (kept.until - LATER.date()) + dt.timedelta(days=1))
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "dropped"
    assert b"Luna" not in as_json(gather(amina.vault_key, at=LATER))


def test_a_database_from_before_is_locked_again(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path
) -> None:
    clerk, officer = workers
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=clerk), "grant", by=officer)
    asked = ask(amina, erase_what="one-case", erase_case=case.reference)
    # As in a copy from before: neither the lock nor that the line was followed is in it.
    decide(asked, petra)
    Restriction.objects.all().delete()
    FollowedErasure.objects.all().delete()
    forget_keys()
    assert replay_erasures(at=LATER) == 1
    assert Restriction.objects.get(owner=case.subject, ended_at=None).because == "kept-by-law"
    assert (
        open_answers(Application.objects.get(pk=case.subject.partition(":")[2]).draft)["dog_name"] == "Luna"
    )


def test_erasing_the_account_after_that_leaves_its_key_to_nobody(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path
) -> None:
    clerk, officer = workers
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=clerk), "grant", by=officer)
    decide(ask(amina, erase_what="one-case", erase_case=case.reference), petra)
    decide(ask(amina), petra)
    assert Restriction.objects.get(owner=case.subject, ended_at=None).because == "kept-by-law"
    assert Key.objects.filter(owner=case.subject, parent__owner__startswith="kept:").exists()


def test_somebody_elses_case_is_not_touched(
    town: None, amina: Person, ben: Person, petra: Person, seal: Path
) -> None:
    case = apply_for(ben, "heating-allowance")
    decide(ask(amina, erase_what="one-case", erase_case=case.reference), petra)
    assert CarriedOut.objects.get(person=amina).result == "nothing-found"
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "sent"


def test_who_works_here_is_not_erased_before_their_role_ends(
    town: None, petra: Person, boris: Person, seal: Path
) -> None:
    decide(ask(boris), petra)
    assert CarriedOut.objects.get(person=boris).result == "works-here"
    assert Person.objects.get(pk=boris.pk).name == "Boris"


def test_a_ledger_that_was_cut_or_changed_is_noticed(
    town: None, amina: Person, ben: Person, petra: Person, seal: Path, own_ledger: Path
) -> None:
    decide(ask(amina), petra)
    decide(ask(ben), petra)
    whole = own_ledger.read_text()
    lines = whole.splitlines(keepends=True)
    assert len(lines) == 2
    assert str(amina.id) not in whole
    for broken in (lines[0], lines[1], lines[0].replace("person", "nobody") + lines[1], ""):
        own_ledger.write_text(broken)
        with pytest.raises(LedgerBroken):
            find_unreplayed()
        assert [finding for finding in erasure_findings() if not finding.is_well]
    own_ledger.write_text(whole)
    assert find_unreplayed() == []


@pytest.mark.django_db(transaction=True)
def test_yesterdays_backup_brings_nothing_back(
    town: None, amina: Person, petra: Person, workers: tuple[Person, Person], seal: Path, tmp_path: Path
) -> None:
    """Erase, put yesterday's database back: the site refuses to start, replays, and nothing can be found or opened."""
    if connection.vendor != "sqlite":
        pytest.skip("the copy is a SQLite file; the drill for PostgreSQL is the restore test's")
    facts = plant(amina, clerk=workers[0], officer=workers[1])
    email, case = amina.email, ask(amina)
    connection.ensure_connection()
    yesterday = sqlite3.connect(tmp_path / "yesterday.sqlite3")
    connection.connection.backup(yesterday)
    shutil.copytree(settings.CIVIUM_DATA, tmp_path / "files of yesterday")
    decide(case, petra)
    assert MARK.encode() not in bytes_of_database()
    refuse_what_was_erased()

    yesterday.backup(connection.connection)
    yesterday.close()
    shutil.copytree(tmp_path / "files of yesterday", settings.CIVIUM_DATA, dirs_exist_ok=True)
    forget_keys()
    assert facts["Breed"] in as_json(gather(amina.vault_key, at=LATER)).decode()
    assert [finding for finding in erasure_findings() if not finding.is_well]
    with pytest.raises(Trouble, match="older"):
        refuse_what_was_erased()

    assert replay_erasures(at=LATER) == 1
    refuse_what_was_erased()
    assert replay_erasures(at=LATER) == 0
    assert FollowedErasure.objects.count() == 1
    left = everywhere() + bytes_of_database()
    assert MARK.encode() not in left
    assert email.encode() not in left
    gone = as_json(gather(amina.vault_key, at=LATER)).decode()
    assert not [fact for fact in facts.values() if fact in gone]
