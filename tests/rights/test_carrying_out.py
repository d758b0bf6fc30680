"""Carrying out what somebody asked about their data: what was checked is what is done, and what cannot be done leaves nothing half done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, send_mail
from django.test import Client

from civium.engines.cases.models import Case, Message
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Letter
from civium.engines.payments.models import Payment
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.ledger import read_lines
from civium.foundation.privacy.models import Restriction
from civium.foundation.privacy.queries import OnlyKept, find_unreplayed
from civium.journeys.applications.models import Application
from civium.journeys.rights.actions import carry_out, carry_out_retention
from civium.journeys.rights.actions.carry_out import carry_out_case
from civium.journeys.rights.models import CarriedOut
from civium.journeys.rights.queries import wish_of
from tests.applying import apply_for, begin, fill_in, move, send, stored
from tests.cast import NOW
from tests.offer import publish_ours

LATER = NOW + dt.timedelta(days=2)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal", "town")]


@pytest.fixture
def town(demo_services: dict[str, int], settings: LazySettings, tmp_path: Path) -> None:
    settings.CIVIUM_ERASURES = tmp_path / "erasures"
    publish_ours("data-request")


@pytest.fixture
def petra(make_person: Callable[..., Person]) -> Person:
    return make_person("Petra", role="officer", agency="data-protection")


def agreed(case: Case, petra: Person) -> Case:
    """Agreed to, and not carried out yet."""
    return move(case, "carry-out", by=petra, at=LATER)


def carried_out(case: Case, petra: Person) -> CarriedOut:
    carry_out_case(agreed(case, petra), at=LATER)
    run_waiting_jobs()
    return CarriedOut.objects.get(case=case)


def application_of(case: Case) -> Application:
    return Application.objects.select_related("draft").get(pk=case.subject.partition(":")[2])


def test_what_was_answered_before_going_back_is_neither_kept_nor_done(amina: Person, petra: Person) -> None:
    dog = apply_for(amina)
    answers = {"erase_what": "one-case", "erase_case": dog.reference, "understood": True}
    asked = apply_for(amina, "data-request", 4, **answers)
    assert set(answers).isdisjoint(
        name for name, answer in open_answers(application_of(asked).draft).items() if answer is not None
    )
    assert carried_out(asked, petra).result == "everything-restricted"
    assert Restriction.objects.filter(owner=amina.vault_key, ended_at=None).exists()


def test_a_file_of_a_page_that_was_left_again_goes_when_it_is_sent(amina: Person) -> None:
    begun = fill_in(begin(amina, "data-request"), 4)
    proof = stored([{"id": "1", "name": "proof.pdf"}], begun, at=NOW)
    save_answers(begun.draft, {"proof": proof}, at=NOW)
    assert find_files_under(begun.subject)
    send(begun)
    assert not find_files_under(begun.subject)


def test_a_request_that_was_sent_with_such_answers_is_read_as_it_was_checked(
    amina: Person, petra: Person
) -> None:
    """As versions before this one kept it."""
    dog = apply_for(amina)
    asked = apply_for(amina, "data-request", 4)
    save_answers(application_of(asked).draft, {"erase_case": dog.reference, "right_name": "Another"}, at=NOW)
    wish = wish_of(asked)
    assert (wish.what, wish.reference, wish.right_name) == ("restrict", "", "")


def test_a_correction_goes_to_the_case_that_was_named_last(amina: Person, petra: Person) -> None:
    dog, other = apply_for(amina), apply_for(amina, "heating-allowance")
    asked = apply_for(amina, "data-request", 3, wrong_case=other.reference, erase_case=dog.reference)
    assert carried_out(asked, petra).result == "agency-told"
    assert [message.case_id for message in Message.objects.all()] == [other.pk]


def test_without_a_proof_nothing_is_erased_and_the_ledger_says_nothing(
    amina: Person, petra: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = agreed(apply_for(amina, "data-request", 0), petra)

    def cannot(*_args: Any, **_words: Any) -> bytes:
        raise RuntimeError("the seal is missing")

    with monkeypatch.context() as broken:
        broken.setattr(carry_out, "seal_pdf", cannot)
        for _attempt in range(2):
            with pytest.raises(RuntimeError):
                carry_out_case(asked, at=LATER)
    assert read_lines() == []
    assert Person.objects.get(pk=amina.pk).name == "Amina"
    carry_out_case(asked, at=LATER)
    assert CarriedOut.objects.get(case=asked).result == "everything-erased"
    assert len(read_lines()) == 1
    assert find_unreplayed() == []


def test_what_an_attempt_erased_of_which_only_the_ledger_knows_is_finished(
    amina: Person, petra: Person
) -> None:
    asked = agreed(apply_for(amina, "data-request", 0), petra)
    erase_owner(amina.vault_key, because="asked", by=None, at=LATER)
    assert carry_out_case(asked, at=LATER).result == "everything-erased"  # type: ignore[union-attr]


def test_an_erasure_in_between_gets_the_number_and_the_proof_says_the_next(
    amina: Person, ben: Person, petra: Person, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    asked, made = agreed(apply_for(amina, "data-request", 0), petra), carry_out.make_pdf
    pages: list[str] = []

    def while_another_is_erased(html: str, **words: Any) -> bytes:
        pages.append(html)
        if len(pages) == 1:
            erase_owner(ben.vault_key, because="asked", by=None, at=LATER)
        return made(html, **words)

    monkeypatch.setattr(carry_out, "make_pdf", while_another_is_erased)
    carry_out_case(asked, at=LATER)
    first, second = read_lines()
    assert len(pages) == 2
    assert first.digest not in pages[-1]
    assert second.digest in pages[-1]


def test_what_was_written_since_the_decision_goes_and_the_proof_is_the_one_letter_left(
    amina: Person, petra: Person, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "civium.engines.notices.mail.QueuedBackend"
    asked, address = agreed(apply_for(amina, "data-request", 0), petra), amina.email
    send_mail("A new device", "Somebody came in.", None, [address])
    carry_out_case(asked, at=LATER)
    (left,) = Letter.objects.all()
    assert left.recipients == [address]
    assert b"What we erased" in left.mime


def test_the_letter_says_what_was_erased_and_what_is_kept_in_the_language_of_the_request(
    amina: Person, petra: Person, mailoutbox: list[EmailMessage]
) -> None:
    gone = apply_for(amina, "heating-allowance")
    asked = apply_for(amina, "data-request", 0)
    carried_out(asked, petra)
    words = str(mailoutbox[-1].body)
    assert f"Heating allowance {gone.shown_reference}" in words
    kept = words.partition("What the law makes us keep")[2]
    assert asked.shown_reference in kept
    assert gone.shown_reference not in kept


def test_money_for_what_is_erased_undecided_is_looked_at_by_finance(amina: Person, petra: Person) -> None:
    dog = apply_for(amina)
    carried_out(apply_for(amina, "data-request", 0), petra)
    assert Payment.objects.get(subject=dog.subject).needs_attention == "withdrawn"


def test_money_for_one_case_that_is_erased_undecided_is_looked_at_too(amina: Person, petra: Person) -> None:
    dog = apply_for(amina)
    carried_out(apply_for(amina, "data-request", 0, erase_what="one-case", erase_case=dog.reference), petra)
    assert Payment.objects.get(subject=dog.subject).needs_attention == "withdrawn"


def test_its_owner_reads_what_became_of_it_and_not_that_it_was_agreed(
    amina: Person, boris: Person, omar: Person, petra: Person, client: Client
) -> None:
    dog = move(move(apply_for(amina), "accept", by=boris), "grant", by=omar)
    asked = apply_for(amina, "data-request", 0, erase_what="one-case", erase_case=dog.reference)
    carried_out(asked, petra)
    client.force_login(amina)
    page = client.get(f"/en/my/cases/{asked.reference}/").content.decode()
    decision = page.partition('id="decision"')[2].partition("</section>")[0]
    assert "The law makes us keep the case that you named" in decision
    assert "banner--success" not in decision
    assert "Agreed" not in page
    mine = client.get("/en/my/").content.decode()
    assert "Agreed" not in mine.partition(asked.shown_reference)[0].rpartition("<article")[2]


def test_a_correction_of_what_is_locked_away_says_that_nothing_is_changed(
    amina: Person, boris: Person, omar: Person, petra: Person
) -> None:
    dog = move(move(apply_for(amina), "accept", by=boris), "grant", by=omar)
    carried_out(apply_for(amina, "data-request", 0, erase_what="one-case", erase_case=dog.reference), petra)
    wrong = apply_for(amina, "data-request", 3, wrong_case=dog.reference)
    assert carried_out(wrong, petra).result == "kept-unchanged"


def test_one_that_cannot_be_erased_holds_up_no_other(
    amina: Person, boris: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [move(apply_for(amina), "accept", by=boris) for _number in range(3)]
    for case in cases:
        move(case, "refuse", by=omar, reason="The chip number is another dog's.")
    erase = carry_out_retention.erase_owner

    def cannot_erase_the_first(owner: str, **words: Any) -> Any:
        if owner == cases[0].subject:
            raise RuntimeError("the disk is full")
        return erase(owner, **words)

    monkeypatch.setattr(carry_out_retention, "erase_owner", cannot_erase_the_first)
    with pytest.raises(RuntimeError):
        carry_out_retention.carry_out_retention(at=NOW + dt.timedelta(days=368))
    assert [application_of(case).state for case in cases] == ["sent", "dropped", "dropped"]
    assert len(read_lines()) == 2


def test_what_is_locked_away_while_somebody_reads_it_is_refused_as_that(
    amina: Person, boris: Person, omar: Person, petra: Person
) -> None:
    """It is nobody's from then on: what was said about whose it is covers it no more."""
    dog = move(move(apply_for(amina), "accept", by=boris), "grant", by=omar)
    draft = application_of(dog).draft
    with readings(at=LATER):
        declare_reading(
            of=amina.pk,
            subject=dog.subject,
            purpose="work-on-case",
            by=omar,
            agency=dog.agency_id,
            role="officer",
        )
        assert open_answers(draft)
    carried_out(apply_for(amina, "data-request", 0), petra)
    with readings(at=LATER):
        declare_reading(of=amina.pk, purpose="work-on-case", by=omar, agency=dog.agency_id, role="officer")
        with pytest.raises(OnlyKept):
            open_answers(draft)
