"""What somebody's data left with others: copies under mandates, notices about mandates, letters to other addresses, copies to take along."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.mail import send_mail

from civium.engines.cases.models import Case
from civium.engines.notices.models import Letter, Notice
from civium.engines.notices.personal_data import NoticeRow
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Mandate, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.queries import find_dead_jobs, find_failing_jobs
from civium.foundation.journal.queries import find_dead_reactions
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.replay_erasures import replay_erasures
from civium.foundation.privacy.ledger import add_line
from civium.foundation.privacy.queries import find_holdings
from civium.foundation.vault.models import Key
from civium.journeys.rights.actions.take_along import ask_for_export, make_export
from civium.journeys.rights.models import Export
from tests.applying import apply_for, move
from tests.cast import NOW

UNTIL = (NOW + dt.timedelta(days=90)).date()
LATER = NOW + dt.timedelta(days=40)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal", "town")]


@pytest.fixture
def town(demo_services: dict[str, int], settings: LazySettings, tmp_path: Path) -> None:
    settings.CIVIUM_ERASURES = tmp_path / "erasures"
    settings.EMAIL_BACKEND = "civium.engines.notices.mail.QueuedBackend"


@pytest.fixture
def mandate(amina: Person, ben: Person) -> Mandate:
    """Ben receives what is written to Amina."""
    return accept_mandate(invite(amina, ben.email).code, by=ben, at=NOW)


@pytest.fixture
def granted(mandate: Mandate, amina: Person, boris: Person, omar: Person) -> Case:
    """Amina's dog licence, which the law keeps; Ben has copies of what was written to her."""
    return move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=boris), "grant", by=omar)


def invite(giver: Person, address: str) -> Mandate:
    return invite_to_act(
        giver, email=address, powers=["view", "receive"], service="", until=UNTIL, by=giver, at=NOW
    )


def erase(owner: str) -> None:
    erase_owner(owner, because="asked", by=None, at=LATER)
    run_waiting_jobs()


def words_left() -> str:
    """Everything that still opens of what was ever written to anybody."""
    living = set(Key.objects.filter(destroyed_at=None).values_list("owner", flat=True))
    notices = [each for each in Notice.objects.all() if each.vault_key in living]
    letters = [(" ".join(each.recipients), each.mime.decode()) for each in Letter.objects.all()]
    return "\n".join([*(each.subject + each.text for each in notices), *(" ".join(each) for each in letters)])


def taken_along(person: Person) -> list[NoticeRow]:
    (messages,) = (each for each in find_holdings() if each.name == "messages")
    assert messages.export is not None
    return [row for row in messages.export(person.vault_key) if isinstance(row, NoticeRow)]


def test_nobody_elses_inbox_names_whoever_was_erased(granted: Case, amina: Person, ben: Person) -> None:
    run_waiting_jobs()
    assert Notice.objects.filter(to=ben, kind="copy").exists()
    assert Notice.objects.filter(to=ben, kind="mandate-holds").exists()
    erase(amina.vault_key)
    assert not Notice.objects.filter(mandate__giver=amina).exists()
    assert "Amina" not in words_left()
    assert "Luna" not in words_left()


def test_whoever_acted_for_them_is_told_without_a_name_that_it_is_over(
    granted: Case, amina: Person, ben: Person
) -> None:
    erase(amina.vault_key)
    (told,) = Notice.objects.filter(to=ben, about__startswith="mandate:")
    assert told.subject == "You can no longer act for Somebody whose account has ended: All services"
    assert find_dead_jobs() == find_failing_jobs() == []
    assert find_dead_reactions() == []


def test_whoever_they_acted_for_is_told_without_a_name_that_it_is_over(
    granted: Case, amina: Person, ben: Person
) -> None:
    erase(ben.vault_key)
    assert "Ben" not in words_left()
    assert ben.email not in words_left()
    (told,) = Notice.objects.filter(to=amina, about__startswith="mandate:")
    assert told.subject == "Somebody whose account has ended can no longer act for you: All services"
    assert Notice.objects.filter(to=amina, about=granted.subject).exists()


def test_a_database_that_follows_the_ledger_forgets_them_too(granted: Case, amina: Person) -> None:
    add_line(amina.vault_key, at=LATER)
    assert replay_erasures(at=LATER) == 1
    run_waiting_jobs()
    assert "Amina" not in words_left()


def test_invitations_and_letters_to_every_address_go_and_none_is_sent_afterwards(
    amina: Person, ben: Person, stranger: Person
) -> None:
    invite(amina, "outsider@elsewhere.example")
    invite(stranger, amina.email)
    run_waiting_jobs()
    EmailAddress.objects.create(user=amina, email="private@elsewhere.example", verified=True, primary=False)
    EmailAddress.objects.create(user=amina, email=ben.email, verified=False, primary=False)
    EmailAddress.objects.get_or_create(user=ben, email=ben.email, defaults={"verified": True})
    for address in ("Private@elsewhere.example", amina.email, ben.email):
        send_mail("A new device", f"Somebody came in as {address}.", None, [address])
    assert Letter.objects.count() == 4
    Letter.objects.exclude(about="").update(state="waiting")
    erase(amina.vault_key)
    (left,) = Letter.objects.all()
    assert left.recipients == [ben.email]
    assert "Amina" not in words_left()
    assert amina.email not in words_left()


def test_a_copy_is_taken_along_as_long_as_the_mandate_stands(
    granted: Case, mandate: Mandate, amina: Person, ben: Person
) -> None:
    assert [row for row in taken_along(ben) if row.subject.startswith("For Amina")]
    end_mandate(mandate, by=amina, at=LATER)
    assert [row for row in taken_along(ben) if row.subject.startswith("For Amina")] == []


@pytest.mark.parametrize("whose", ["person", "case"])
def test_what_is_erased_lies_in_no_copy_that_was_made_before(
    granted: Case, amina: Person, ben: Person, stranger: Person, whose: str
) -> None:
    for person in (amina, ben, stranger):
        ask_for_export(person, language="en", at=NOW)
    run_waiting_jobs()
    assert Export.objects.exclude(file=None).count() == 3
    erase(granted.subject if whose == "case" else amina.vault_key)
    left = Export.objects.exclude(file=None).values_list("person", flat=True)
    assert list(left) == [stranger.pk]
    assert Export.objects.filter(forgotten_at=None).count() == 1


def test_a_copy_that_is_packed_while_something_in_it_is_erased_is_not_handed_over(
    granted: Case, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask_for_export(amina, language="en", at=NOW)

    def packed(*_copy: object, language: str) -> bytes:
        erase_owner(granted.subject, because="asked", by=None, at=LATER)
        return b"all of it"

    monkeypatch.setattr("civium.journeys.rights.actions.take_along.as_archive", packed)
    make_export.func(str(export.pk))
    export.refresh_from_db()
    assert (export.file, export.ready_at, export.forgotten_at) == (None, None, LATER)
    assert ask_for_export(amina, language="en", at=LATER) != export


def test_a_case_that_is_erased_takes_the_copies_of_it_along(granted: Case, ben: Person) -> None:
    erase(granted.subject)
    assert not Notice.objects.filter(about=granted.subject).exists()
    assert Notice.objects.filter(to=ben, kind="mandate-holds").exists()
