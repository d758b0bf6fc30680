"""The document that a decision gives: issued once, sealed, and checked by anyone who has its code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.notices.queries import find_inbox
from civium.foundation.files.actions.open_file import open_file
from civium.foundation.files.actions.seal_pdf import check_seal
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.jobs.queries import find_failing_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.journeys.applications.actions.deliver_outcome import deliver_outcome
from civium.journeys.applications.actions.withdraw_certificate import AlreadyWithdrawn, withdraw_certificate
from civium.journeys.applications.models import Certificate
from civium.journeys.applications.queries import get_certificate_of_case
from civium.journeys.catalogue.queries import get_offer
from tests.applying import REASON, apply_for, kinds_about, move, pdf_words
from tests.cast import NOW

WRONG_DOG = "The chip belongs to another dog & its owner."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]


@pytest.fixture
def granted(her_case: Case, boris: Person, omar: Person) -> Case:
    """Amina's licence, granted on the day of the cast."""
    return move(move(her_case, "accept", by=boris), "grant", by=omar)


@pytest.fixture
def certificate(granted: Case) -> Certificate:
    return Certificate.objects.select_related("application", "file").get()


def look_up(client: Client, code: str, language: str = "en") -> tuple[int, str]:
    answer = client.get(f"/{language}/certificates/{code}/")
    page = BeautifulSoup(answer.content, "html.parser")
    return answer.status_code, page.select_one("main").get_text(" ", strip=True)


def test_a_granted_licence_is_a_sealed_document_in_the_applicants_words(certificate: Certificate) -> None:
    pdf = open_file(certificate.file)
    report = check_seal(pdf)
    assert report.is_good
    assert (report.sealed_at, report.reason) == (NOW, "Dog licence")
    words = pdf_words(pdf)
    for expected in (
        "Luna",
        "Terrier mix",
        "941000012345678",
        "Amina",
        "2 March 2026",
        "1 March 2027",
        certificate.code,
        certificate.file.name.removeprefix("dog-licence-certificate-").removesuffix(".pdf"),
    ):
        assert expected.replace(" ", "") in words.replace(" ", "")
    assert "((" not in words


def test_one_changed_byte_breaks_the_seal(certificate: Certificate) -> None:
    pdf = open_file(certificate.file)
    middle = len(pdf) // 3
    assert not check_seal(pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]).is_good


def test_it_is_kept_under_the_applications_key(certificate: Certificate) -> None:
    assert certificate.file.under == certificate.application.subject


def test_it_is_issued_once_however_often_its_job_runs(granted: Case) -> None:
    decided = Entry.objects.get(kind="cases.CaseDecided")
    for _turn in range(2):
        deliver_outcome.call(granted.subject, "granted", decided.pk, decided.at.isoformat())
    assert Certificate.objects.count() == 1
    assert StoredFile.objects.filter(media_type="application/pdf", under=granted.subject).count() == 1
    assert kinds_about(granted.subject).count("CertificateIssued") == 1
    assert [notice.kind for notice in find_inbox(granted.applicant).notices].count("licence-granted") == 1


def test_without_a_seal_it_waits_and_nobody_is_told_that_it_is_there(
    her_case: Case, boris: Person, omar: Person, seal: Path
) -> None:
    (seal / "seal.key").unlink()
    granted = move(move(her_case, "accept", by=boris), "grant", by=omar)
    assert granted.is_decided
    assert not Certificate.objects.exists()
    assert "licence-granted" not in {notice.kind for notice in find_inbox(granted.applicant).notices}
    assert [job.name for job in find_failing_jobs()] == ["applications.deliver_outcome"]


def test_a_refusal_gives_no_licence(her_case: Case, boris: Person, omar: Person) -> None:
    move(move(her_case, "accept", by=boris), "refuse", by=omar, reason=REASON)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("language", ["es", "ar"])
def test_it_is_written_in_the_applicants_language(
    make_person: Callable[..., Person], boris: Person, omar: Person, language: str
) -> None:
    case = apply_for(make_person("Lin", language=language))
    move(move(case, "accept", by=boris), "grant", by=omar)
    with pikepdf.open(BytesIO(open_file(Certificate.objects.get().file))) as pdf:
        assert str(pdf.Root.Lang) == language
        words = get_offer("dog-licence").words(language).outputs["dog-licence-certificate"]
        assert (str(pdf.docinfo.Title), words.language) == (str(words.title), language)


def test_what_was_answered_stays_words(
    make_person: Callable[..., Person], boris: Person, omar: Person
) -> None:
    """A dog may be called anything; its licence stays a licence."""
    case = apply_for(make_person("Lin"), dog_name="<b>*Rex*</b> ((name))")
    move(move(case, "accept", by=boris), "grant", by=omar)
    assert "<b>*Rex*</b>((name))" in pdf_words(open_file(Certificate.objects.get().file)).replace(" ", "")


# --- the public check ------------------------------------------------------------------------------------------------


def test_anyone_with_the_code_sees_enough_to_compare_and_no_more(
    certificate: Certificate, client: Client, at_nine: dt.datetime
) -> None:
    status, words = look_up(client, certificate.code)
    assert status == 200
    assert "The town issued this document and it is valid" in words
    for expected in ("Dog licence", "Animal Welfare, Port Lumen", "2 March 2026", "1 March 2027"):
        assert expected in words
    for secret in ("Luna", "Haddad", "941000012345678", "Quay Street", "cast.example"):
        assert secret not in words


def test_whoever_checks_it_while_signed_in_is_nobody_on_the_record(
    certificate: Certificate, amina: Person, ben: Person, client: Client, at_nine: dt.datetime
) -> None:
    client.force_login(ben)
    assert look_up(client, certificate.code)[0] == 200
    checks = Entry.objects.filter(stream=amina.vault_key, data__contains="check-certificate")
    assert [entry.by_id for entry in checks] == [None]
    client.force_login(amina)
    page = BeautifulSoup(
        client.get("/en/my/data/who-looked/?purpose=check-certificate").content, "html.parser"
    )
    said = " ".join(page.select_one("main").get_text(" ").split())
    assert "Whoever has the code of the certificate: read once" in said
    assert "Somebody whom you know" not in said


def test_its_last_day_is_a_valid_day_and_the_next_is_not(
    certificate: Certificate, client: Client, time_machine: Any
) -> None:
    time_machine.move_to(dt.datetime(2027, 3, 1, 22, 30, tzinfo=dt.UTC))  # half past eleven in the town
    assert "it is valid" in look_up(client, certificate.code)[1]
    time_machine.move_to(dt.datetime(2027, 3, 1, 23, 30, tzinfo=dt.UTC))
    assert "it has expired" in look_up(client, certificate.code)[1]


def test_a_withdrawn_one_says_so_at_once(
    certificate: Certificate, omar: Person, client: Client, at_nine: dt.datetime
) -> None:
    withdraw_certificate(certificate, reason=WRONG_DOG, by=omar, at=NOW)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_certificate(certificate, reason="Later.", by=omar, at=NOW + dt.timedelta(days=1))
    words = look_up(client, certificate.code)[1]
    assert "no longer valid" in words
    assert "Withdrawn on 2 March 2026" in words
    assert kinds_about(certificate.application.subject).count("CertificateWithdrawn") == 1


def test_its_holder_is_told_why_and_only_they_and_staff_can_read_it(
    certificate: Certificate, omar: Person
) -> None:
    withdraw_certificate(certificate, reason=WRONG_DOG, by=omar, at=NOW)
    certificate.refresh_from_db()
    assert certificate.withdrawal_reason == WRONG_DOG
    assert WRONG_DOG.encode() not in bytes(certificate.withdrawal_sealed or b"")
    inbox = find_inbox(certificate.application.applicant).notices
    notice = next(each for each in inbox if each.kind == "document-withdrawn")
    assert "The chip belongs to another dog" in notice.body
    assert "((" not in notice.body


def test_a_withdrawal_needs_a_reason_that_can_be_read(certificate: Certificate, omar: Person) -> None:
    for reason in ("", " \r\n ", "\x00", "x" * 5001):
        with pytest.raises(Refusal) as refused:
            withdraw_certificate(certificate, reason=reason, by=omar, at=NOW)
        assert refused.value.status == 422, reason
    certificate.refresh_from_db()
    assert certificate.withdrawn_at is None


def test_a_code_the_town_never_gave_is_named_as_such(certificate: Certificate, client: Client) -> None:
    """Whoever points a camera at a forged paper must read that it is forged, not that a page is missing."""
    for language in ("es", "ar", "en"):
        status, words = look_up(client, "ABCD-EFGH-JKMN-PQRS", language)
        assert status == 404
        assert words != look_up(client, "nonsense/nowhere", language)[1]
    assert "The town has issued no document with this code" in words


def test_the_code_can_be_typed_as_people_type(certificate: Certificate, client: Client) -> None:
    typed = certificate.code.lower().replace("-", " ").replace("0", "o")
    answer = client.get("/en/certificates/", {"code": f"  {typed} "})
    assert answer["Location"] == f"/en/certificates/{certificate.code}/"


@pytest.mark.parametrize("code", ["", "x" * 5000, "../../etc/passwd", "<script>alert(1)</script>", "كود"])
def test_nonsense_is_answered_calmly(client: Client, code: str) -> None:
    answer = client.get("/en/certificates/", {"code": code})
    assert answer.status_code in {200, 404, 422}
    assert b"<script>alert" not in answer.content


# --- who may withdraw ------------------------------------------------------------------------------------------------


def test_only_officers_and_supervisors_of_the_agency_withdraw(
    certificate: Certificate, request: pytest.FixtureRequest
) -> None:
    for who in ("amina", "ben", "boris", "stranger", "ada", "finn"):
        with pytest.raises(NotFound):
            withdraw_certificate(certificate, reason=WRONG_DOG, by=request.getfixturevalue(who), at=NOW)
    certificate.refresh_from_db()
    assert certificate.withdrawn_at is None


def test_a_code_belongs_to_its_case(certificate: Certificate, make_person: Callable[..., Person]) -> None:
    other = apply_for(make_person("Lin"))
    with pytest.raises(NotFound):
        get_certificate_of_case(other, certificate.code)
