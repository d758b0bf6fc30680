"""While nobody signs the record, programs of staff read nothing about people; those of citizens go on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from civium.doors.api.actions.make_token import make_token
from civium.foundation.identity.models import Person
from tests.cast import NOW


@pytest.mark.django_db
def test_programs_of_staff_stop_and_those_of_citizens_go_on(settings, at_nine, amina: Person, boris: Person):
    settings.CIVIUM_RECORD_SIGNED_WITHIN = dt.timedelta(minutes=15)
    for person, status in ((boris, 503), (amina, 200)):
        lasts = dt.timedelta(days=1)
        _token, secret = make_token(name="x", scopes=["cases:read"], lasts=lasts, by=person, at=NOW)
        asked = Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {secret}"})
        assert asked.status_code == status
