"""Files that come with a page: stored at once, refused at their field, never chosen twice."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from PIL import Image

from civium.engines.forms.actions.take_page_files import take_page_files
from civium.engines.forms.rules import PageReading, merge_answers
from civium.foundation.files.queries import get_file
from civium.foundation.identity.models import Person

from .examples import TODAY, make_form, posted

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
FORM = make_form("- page: p\n  ask: [{name: photo, type: file, accept: [png]}, {name: q, type: text}]")


def a_picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (4, 4), "red").save(drawn, "PNG")
    return drawn.getvalue()


def read(content: bytes, by: Person, **typed: Any) -> PageReading:
    files: MultiValueDict[str, Any] = MultiValueDict({"photo": [SimpleUploadedFile("me.png", content)]})
    reading = FORM.read_page("p", FORM.journey({}, today=TODAY), posted(**typed), files, language="en")
    return take_page_files(reading, under="application:1", by=by, at=NOW)


def test_a_file_becomes_an_answer(amina: Person) -> None:
    reading = read(a_picture(), amina, q="x")
    assert reading.is_fine
    answers = merge_answers({}, reading.values)
    assert FORM.journey(answers, today=TODAY).is_complete
    (file_id,) = FORM.file_ids(answers)
    assert get_file(file_id).name == answers["photo"][0]["name"] == "me.png"


def test_a_file_is_kept_when_another_answer_is_wrong(amina: Person) -> None:
    reading = read(a_picture(), amina, q="")
    assert list(reading.errors) == ["q"]
    assert FORM.file_ids(merge_answers({}, {**reading.values, "q": "x"}))


def test_of_several_files_the_good_ones_are_kept_and_the_bad_one_is_named(amina: Person) -> None:
    form = make_form("- page: p\n  ask: [{name: photo, type: file, accept: [png], max_count: 5}]")
    sent = [SimpleUploadedFile("me.png", a_picture()), SimpleUploadedFile("notes.txt", b"x")]
    files: MultiValueDict[str, Any] = MultiValueDict({"photo": sent})
    reading = form.read_page("p", form.journey({}, today=TODAY), posted(), files, language="en")
    stored = take_page_files(reading, under="application:1", by=amina, at=NOW)
    assert stored.errors["photo"].startswith("notes.txt: ")
    assert [one["name"] for one in stored.values["photo"]] == ["me.png"]


def test_a_refused_file_is_an_error_of_its_field(amina: Person) -> None:
    reading = read(b"not a picture", amina, q="x")
    assert list(reading.errors) == ["photo"]
    assert reading.values["photo"] is None
    assert reading.values["q"] == "x"
