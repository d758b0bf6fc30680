"""Every column of blind indexes is renewed when their key is replaced: one that is forgotten would find nothing any more."""

from __future__ import annotations

import datetime as dt

import pytest

from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_invitation, find_invitations_to
from civium.foundation.kit.field_classes import PERSONAL_INDEX
from civium.foundation.vault.actions.rotate_index_key import rotate_index_key
from civium.foundation.vault.field_classes import find_declared
from civium.foundation.vault.models import PurposeKey
from config.keys import indexed
from tests.cast import NOW


def test_every_column_of_indexes_is_renewed() -> None:
    declared = {f"{each.model}.{each.field}" for each in find_declared() if each.is_a == PERSONAL_INDEX}
    assert declared
    renewed = {field for each in indexed() for field in each.fields}
    assert sorted(declared - renewed) == [], (
        "nothing would find it once the key of the indexes is replaced: give it an Indexed in the room's "
        "actions/renew_indexes.py (engines/cases has one) and name that in indexed() of config/keys.py"
    )
    assert sorted(renewed - declared) == [], (
        "take it out of the fields of its Indexed, or declare it PERSONAL_INDEX"
    )


@pytest.mark.django_db
def test_an_invitation_is_found_before_during_and_after(amina: Person, ben: Person) -> None:
    code = invite_to_act(
        amina,
        email=ben.email,
        powers=["fill"],
        service="dog-licence",
        until=dt.date(2026, 6, 30),
        by=amina,
        at=NOW,
    ).code
    PurposeKey.objects.update(made_at=NOW)
    for moment in (NOW, NOW + dt.timedelta(days=1)):
        assert find_invitation(code, for_=ben, at=NOW) is not None
        came = rotate_index_key(indexed(), by=None, at=moment)
        assert find_invitation(code, for_=ben, at=NOW) is not None
        assert [each.giver for each in find_invitations_to(ben, at=NOW)] == [amina]
    assert came.is_over
    assert PurposeKey.objects.filter(purpose="index").count() == 1
