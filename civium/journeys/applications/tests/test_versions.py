"""What was begun stays on the version of the service that it began with."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from civium.foundation.files.actions.open_file import open_file
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.models import Certificate
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.queries import get_offer, get_offer_version
from tests.applying import again, begin, case_of, fill_in, move, pay, payment_of, pdf_words, send
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def publish_dearer_licence(folder: Path) -> int:
    """A new wording of the dog licence: it costs 40 euros, is called otherwise, and breeds are no longer asked."""
    copy = folder / "dog-licence"
    shutil.copytree(Path(settings.CIVIUM_SERVICES) / "dog-licence", copy)
    shutil.copy(Path(settings.CIVIUM_SERVICES) / "town.yaml", folder)
    for file, old, new in (
        ("service.yaml", '"25.00"', '"40.00"'),
        ("texts.en.yaml", "title: Dog licence\nsummary", "title: Dog permit\nsummary"),
        ("texts.en.yaml", "short: Breed\n", "short: Kind of dog\n"),
    ):
        path = copy / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    (copy / "tests.yaml").unlink()
    return publish_folder(copy, by=None, at=NOW).number


def test_a_new_version_leaves_drafts_on_theirs(amina: Person, ben: Person, tmp_path: Path) -> None:
    draft = begin(amina)
    assert publish_dearer_licence(tmp_path) == 2
    assert begin(amina, at=NOW + timedelta(days=1)).version == 1
    assert again(draft).version == 1
    assert begin(ben).version == 2


def test_the_fee_is_that_of_the_version_one_began_with(amina: Person, ben: Person, tmp_path: Path) -> None:
    old = begin(amina)
    publish_dearer_licence(tmp_path)
    new = begin(ben)
    for application, amount in ((old, "15.00"), (new, "30.00")):
        sent = send(fill_in(application))
        assert str(payment_of(sent).amount.amount) == amount


def test_a_case_is_read_in_the_words_of_its_version(amina: Person, tmp_path: Path) -> None:
    application = send(fill_in(begin(amina)))
    pay(application)
    run_waiting_jobs()
    publish_dearer_licence(tmp_path)
    file = read_case_file(case_of(application), language="en", is_staff=False)
    assert file.title == "Dog licence"
    assert "Breed" in {str(row.key) for part in file.summary for row in part.rows}
    assert str(get_offer("dog-licence").words("en").title) == "Dog permit"
    assert str(get_offer_version("dog-licence", 1).words("en").title) == "Dog licence"


def test_the_certificate_is_written_in_the_words_of_its_version(
    amina: Person, boris: Person, omar: Person, tmp_path: Path, seal: Path
) -> None:
    application = send(fill_in(begin(amina)))
    pay(application)
    run_waiting_jobs()
    (tmp_path / "new").mkdir()
    publish_dearer_licence(tmp_path / "new")
    move(move(case_of(application), "accept", by=boris), "grant", by=omar)
    assert "Terrier mix" in pdf_words(open_file(Certificate.objects.get().file))
