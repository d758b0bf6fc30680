"""Publishing: versions for good, nothing that fails later, and every process notices."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.journeys.catalogue.actions.publish_service import CannotPublish, publish_folder
from civium.journeys.catalogue.actions.withdraw_service import AlreadyWithdrawn, withdraw_service
from civium.journeys.catalogue.events import ServicePublished, ServiceWithdrawn
from civium.journeys.catalogue.models import PublishedVersion, Unchangeable
from civium.journeys.catalogue.queries import catalogue_stamp, find_offers, get_offer, get_offer_version

from .folders import change, copy_of


def test_a_published_service_is_offered_as_it_was_written(
    tmp_path: Path, dana: Person, now: dt.datetime
) -> None:
    version = publish_folder(copy_of("dog-licence", tmp_path), by=dana, at=now)
    offer = get_offer("dog-licence")
    assert (version.number, offer.version, version.published_by) == (1, 1, dana)
    assert offer.document.steps.first == "received"
    assert list(json.loads(version.document)["steps"]) == ["received", "checking", "granted", "refused"]
    assert str(offer.words("es").title) == "Licencia para perros"
    assert offer.fee is not None
    assert offer.fee.due({"neutered": True}).total.amount == 15


def test_publishing_is_on_the_record(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    version = publish_folder(copy_of("dog-licence", tmp_path), by=dana, at=now)
    entry = find_entries(["service:dog-licence"])[-1]
    assert entry.event == ServicePublished("dog-licence", 1, version.digest)
    assert (entry.at, entry.by_id) == (now, dana.id)


def test_what_has_an_error_is_not_published(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, "service.yaml", "topics: [animals]", "topics: [animal]")
    with pytest.raises(CannotPublish) as refused:
        publish_folder(folder, by=dana, at=now)
    assert "did you mean 'animals'" in str(refused.value)
    assert not PublishedVersion.objects.exists()


def test_what_fails_its_examples_is_not_published(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, "service.yaml", 'amount: "25.00"', 'amount: "26.00"')
    with pytest.raises(CannotPublish, match=r"expected 15\.00, got 16\.00"):
        publish_folder(folder, by=dana, at=now)


def test_a_warning_does_not_stop_publishing(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / "texts.ar.yaml").unlink()
    assert publish_folder(folder, by=dana, at=now).number == 1


def test_the_same_wording_is_the_same_version(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    folder = copy_of("dog-licence", tmp_path)
    first = publish_folder(folder, by=dana, at=now)
    assert publish_folder(folder, by=dana, at=now) == first
    assert len(find_entries(["service:dog-licence"])) == 1


def test_a_new_wording_is_a_new_version_and_the_old_one_stays(
    tmp_path: Path, dana: Person, now: dt.datetime
) -> None:
    folder = copy_of("dog-licence", tmp_path)
    publish_folder(folder, by=dana, at=now)
    change(folder, "texts.en.yaml", "title: Dog licence\nsummary", "title: Licence for a dog\nsummary")
    assert publish_folder(folder, by=dana, at=now).number == 2
    assert str(get_offer("dog-licence").words("en").title) == "Licence for a dog"
    assert str(get_offer_version("dog-licence", 1).words("en").title) == "Dog licence"
    assert get_offer_version("dog-licence", 1) is get_offer_version("dog-licence", 1)


def test_a_published_version_cannot_be_changed_or_deleted(
    tmp_path: Path, dana: Person, now: dt.datetime
) -> None:
    version = publish_folder(copy_of("dog-licence", tmp_path), by=dana, at=now)
    with pytest.raises(Unchangeable):
        PublishedVersion.objects.update(number=7)
    with pytest.raises(Unchangeable):
        PublishedVersion.objects.all().delete()
    version.document = "{}"
    for change_it in (version.save, version.delete):
        with pytest.raises(Unchangeable), transaction.atomic():
            change_it()
    assert PublishedVersion.objects.get().number == 1


def test_every_change_of_the_offer_gives_another_stamp(
    tmp_path: Path, dana: Person, now: dt.datetime
) -> None:
    stamps = [catalogue_stamp()]
    folder = copy_of("dog-licence", tmp_path)
    publish_folder(folder, by=dana, at=now)
    stamps.append(catalogue_stamp())
    withdraw_service("dog-licence", by=dana, at=now)
    stamps.append(catalogue_stamp())
    assert len(set(stamps)) == 3


def test_reading_the_offer_again_asks_the_database_nothing(
    tmp_path: Path, dana: Person, now: dt.datetime, django_assert_num_queries: object
) -> None:
    publish_folder(copy_of("dog-licence", tmp_path), by=dana, at=now)
    find_offers()
    with django_assert_num_queries(0):  # type: ignore[operator]
        for _ in range(50):
            get_offer("dog-licence").form.journey({}, today=now.date())
            get_offer_version("dog-licence", 1)


def test_a_withdrawn_service_is_not_offered_and_can_come_back(
    tmp_path: Path, dana: Person, now: dt.datetime
) -> None:
    folder = copy_of("dog-licence", tmp_path)
    publish_folder(folder, by=dana, at=now)
    withdraw_service("dog-licence", by=dana, at=now)
    assert find_offers() == []
    assert get_offer("dog-licence").is_withdrawn
    assert not get_offer_version("dog-licence", 1).form.check()
    assert find_entries(["service:dog-licence"])[-1].event == ServiceWithdrawn("dog-licence", 1)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_service("dog-licence", by=dana, at=now)
    assert publish_folder(folder, by=dana, at=now).number == 1
    assert [offer.name for offer in find_offers()] == ["dog-licence"]


@pytest.mark.django_db
def test_what_was_never_published_is_not_found(now: dt.datetime) -> None:
    for ask in (
        lambda: get_offer("cat-licence"),
        lambda: get_offer_version("cat-licence", 1),
        lambda: withdraw_service("cat-licence", by=None, at=now),
    ):
        with pytest.raises(NotFound):
            ask()
