"""A receipt for what is on the record about oneself, and the page where anybody checks one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.append_only import triggers_lifted
from civium.foundation.journal.models import Checkpoint, Entry
from tests.applying import apply_for
from tests.cast import NOW

from .conftest import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_record(settings, tmp_path):
    settings.CIVIUM_DATA = tmp_path / "data"


@pytest.fixture
def her_case(amina: Person, demo_services) -> Case:
    return apply_for(amina, example=2)


@pytest.fixture
def entry(her_case: Case) -> Entry:
    return Entry.objects.get(stream=her_case.stream, kind="cases.CaseOpened")


@pytest.fixture
def signed(entry: Entry) -> Entry:
    sequence_entries(at=NOW)
    return entry


def download(browser: Client, entry: Entry) -> str:
    response = browser.get(f"/en/my/data/receipts/{entry.pk}/file/")
    assert response.status_code == 200
    assert f'filename="receipt-{entry.pk}.tlog-proof"' in response["Content-Disposition"]
    return response.content.decode()


def check(text: str, browser: Client | None = None) -> str:
    return words_of((browser or Client()).post("/en/check/record/", {"receipt": text}))


def test_each_line_of_a_case_leads_to_its_receipt(her, her_case, signed, boris):
    desk = Client()
    desk.force_login(boris)
    assert desk.get(f"/en/desk/cases/{her_case.reference}/").status_code == 200
    (reading,) = Entry.objects.filter(kind="privacy.DataRead", by_id=boris.pk)
    page = her.get(f"/en/my/cases/{her_case.reference}/")
    links = re.findall(r'href="(/en/my/cases/[^/]+/receipts/(\d+)/)"', page.content.decode())
    assert {str(signed.pk), str(reading.pk)} <= {number for _, number in links}
    for address, _number in links:
        assert her.get(address).status_code == 200


def test_the_page_of_a_receipt_says_what_it_is(her, signed):
    said = words_of(her.get(f"/en/my/data/receipts/{signed.pk}/"))
    assert "Receipt: Application received" in said
    assert "What it does not prove" in said


def test_a_receipt_is_small_and_is_proven_by_anybody(her, signed):
    text = download(her, signed)
    assert len(text.encode()) <= 2048
    assert "Proven" in check(text)
    uploaded = SimpleUploadedFile("receipt.tlog-proof", text.encode())
    assert "Proven" in words_of(Client().post("/en/check/record/", {"file": uploaded}))
    assert "Proven" in check("\n " + text.replace("\n", "\r\n"))


@pytest.mark.parametrize(("language", "zone"), [("en", "Central European Time"), ("ar", "توقيت وسط أوروبا")])
def test_times_are_on_the_towns_clock_and_say_so(her, signed, language, zone):
    answer = Client().post(f"/{language}/check/record/", {"receipt": download(her, signed)})
    assert words_of(answer).count(f"({zone})") == 2
    assert "+00:00" not in words_of(answer)


def test_it_names_nobody(her, amina, signed):
    text = download(her, signed)
    assert amina.name not in text
    assert amina.email not in text


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-40],
        lambda text: text.replace("index ", "index 1"),
        lambda text: "hello",
        lambda text: text * 20,
    ],
)
def test_what_is_no_receipt_proves_nothing(her, signed, damage):
    assert "Not proven" in check(damage(download(her, signed)))


def test_nothing_at_all_is_asked_for(her):
    response = Client().post("/en/check/record/", {})
    assert response.status_code == 422
    assert "Paste the whole receipt" in words_of(response)


def test_a_receipt_outlives_a_record_that_was_rolled_back(her, signed):
    text = download(her, signed)
    with triggers_lifted():
        Checkpoint.objects.all().delete()
    assert "The record was changed" in check(text)


def test_one_that_is_not_signed_for_yet_says_when_to_come_back(her, entry):
    assert "Please come back in a minute" in words_of(her.get(f"/en/my/data/receipts/{entry.pk}/"))
    assert her.get(f"/en/my/data/receipts/{entry.pk}/file/").status_code == 409


def test_nobody_gets_a_receipt_for_what_is_about_somebody_else(signed, ben, boris):
    for person in (ben, boris):
        browser = Client()
        browser.force_login(person)
        assert browser.get(f"/en/my/data/receipts/{signed.pk}/").status_code == 404
        assert browser.get(f"/en/my/data/receipts/{signed.pk}/file/").status_code == 404


def test_what_staff_note_among_themselves_has_no_receipt(her, her_case, boris):
    write_note(her_case, words="Seems fine.", by=boris, at=NOW)
    note = Entry.objects.get(kind="cases.NoteWritten")
    assert her.get(f"/en/my/data/receipts/{note.pk}/").status_code == 404


def test_ones_own_sign_up_has_one(her, amina):
    joined = Entry.objects.filter(stream=f"person:{amina.pk}").first()
    assert joined is not None
    page = her.get(f"/en/my/data/receipts/{joined.pk}/")
    assert page.status_code == 200
    assert "Receipt: Account made" in words_of(page)


def test_people_read_what_was_recorded_in_words_and_its_code(her, signed):
    wanted = "What was recorded Application received ( cases.CaseOpened )"
    assert wanted in words_of(her.get(f"/en/my/data/receipts/{signed.pk}/"))
    answer = Client().post("/en/check/record/", {"receipt": download(her, signed)})
    said = words_of(answer)
    assert "What was recorded Application received When" in said
    assert said.index("More, for people who know how it works") < said.index("cases.CaseOpened")
    arabic = Client().post("/ar/check/record/", {"receipt": download(her, signed)})
    assert "Application received" not in words_of(arabic)


def test_it_is_checked_offline_with_what_the_site_gives_to_everybody(her, signed, tmp_path: Path):
    files = {
        "receipt": download(her, signed).encode(),
        "verify_record.py": Client().get("/en/check/record/verifier/").content,
        "keys": Client().get("/en/check/record/keys/").content,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-I", "-S", "verify_record.py", "receipt", "receipt", "--keys", "keys"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"number {signed.place.place + 1} of the record" in done.stdout
    changed = files["receipt"].replace(b"index ", b"index 1")
    (tmp_path / "receipt").write_bytes(changed)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1


def test_the_signature_of_this_minute_is_for_everybody(signed):
    note = Client().get("/en/check/record/checkpoint/").content.decode()
    assert note.splitlines()[1] == str(Entry.objects.count())
