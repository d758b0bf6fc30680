"""Keys of every kind are replaced, and between any two steps of it people are answered and send something: nothing of it is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.models import Person
from civium.foundation.vault.actions.rotate_index_key import rotate_index_key
from civium.foundation.vault.actions.rotate_keys import rotate_owner_keys
from civium.foundation.vault.actions.rotate_owners import rotate_owners
from civium.foundation.vault.actions.rotate_root_key import rotate_root_key
from civium.foundation.vault.adapters.root_key_file import read_root_key
from civium.foundation.vault.envelope import SealBroken
from civium.foundation.vault.key_ring import forget_keys
from civium.foundation.vault.models import PurposeKey
from civium.journeys.applications.models import Application
from config.keys import indexed
from tests.applying import apply_for
from tests.offer import publish_ours


@pytest.mark.django_db
def test_whoever_asks_while_keys_are_replaced_is_answered_and_finds_everything_again(
    amina: Person, ben: Person, make_person: Callable[..., Person], client: Client, copied_keys: Path
) -> None:
    publish_ours("heating-allowance")
    client.force_login(amina)
    names = {person.pk: person.name for person in (amina, ben)}
    sent: dict[str, int] = {}

    def somebody_comes(*_so_far: object) -> None:
        forget_keys()  # as a process that did not look for a while
        case = apply_for(amina, "heating-allowance", at=timezone.now())
        sent[case.subject] = len(open_answers(_application(case).draft))
        names[ben.pk] = f"Ben the {len(sent)}th"
        rename_person(ben, name=names[ben.pk], by=ben, at=timezone.now())
        new = make_person(f"New {len(sent)}")
        names[new.pk] = new.name
        page = client.get("/en/my/")
        assert page.status_code == 200
        assert case.reference in page.content.decode()

    def all_is_there() -> bool:
        forget_keys()
        return {person.pk: person.name for person in Person.objects.filter(pk__in=names)} == names and {
            case.subject: len(open_answers(_application(case).draft)) for case in Case.objects.all()
        } == sent

    somebody_comes()
    now, old = timezone.now(), list(PurposeKey.objects.filter(purpose__in=["owners", "index"]))
    rotate_root_key(by=None, at=now)
    somebody_comes()
    for kind in ("person", "case"):
        rotate_owners(kind, by=None, at=timezone.now(), batch=2, progress=somebody_comes)
    for later in (now, now + dt.timedelta(days=2)):
        rotate_owner_keys(by=None, at=later, batch=4, progress=somebody_comes)
        rotate_index_key(indexed(), by=None, at=later, batch=10, progress=somebody_comes)
    assert len(sent) > 10
    assert all_is_there()
    assert not PurposeKey.objects.filter(pk__in=[key.pk for key in old])
    (before,) = map(read_root_key, copied_keys.glob("root-key.*.old"))
    for key in PurposeKey.objects.all():
        with pytest.raises(SealBroken):
            before.unwrap(bytes(key.wrapped), place=key.place)


def _application(case: Case) -> Application:
    return Application.objects.get(pk=case.subject.partition(":")[2])
