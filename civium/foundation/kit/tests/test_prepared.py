"""A queryset that is compiled once gives what the queryset gives; a row that is written so is written as ever."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Length
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from civium.foundation.kit.prepared import Prepared, change, change_all, insert

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
of_app = Prepared(
    lambda app, least: (
        ContentType.objects.annotate(size=Length("model"))
        .filter(app_label=app, size__gte=least)
        .exclude(model="nothing")
        .order_by("model")[:50]
    ),
    app=CharField(),
    least=IntegerField(),
)
names = Prepared(
    lambda app: ContentType.objects.filter(app_label=app).order_by("model").values_list("model", flat=True),
    app=CharField(),
)


def test_it_gives_the_same_rows_and_annotations_for_each_value() -> None:
    for app, least in (("auth", 0), ("auth", 6), ("contenttypes", 0), ("nobody's; --", 0)):
        plain = (
            ContentType.objects.annotate(size=Length("model"))
            .filter(app_label=app, size__gte=least)
            .order_by("model")
        )
        found = of_app(app=app, least=least)
        assert [(row.pk, row.model, row.size) for row in found] == [
            (row.pk, row.model, row.size) for row in plain
        ]


def test_it_gives_bare_values_too() -> None:
    assert names(app="contenttypes") == ["contenttype"]
    assert "permission" in names(app="auth")


def test_every_asking_is_one_statement_read_anew() -> None:
    names(app="other")
    with CaptureQueriesContext(connection) as asked:
        assert names(app="other") == []
        ContentType.objects.create(app_label="other", model="thing")
        assert names(app="other") == ["thing"]
    assert sum(query["sql"].startswith("SELECT") for query in asked) == 2


def test_it_says_which_value_is_missing() -> None:
    with pytest.raises(KeyError, match="least"):
        of_app(app="auth")


def test_what_an_expression_holds_itself_stays() -> None:
    marked = Prepared(
        lambda app: ContentType.objects.filter(app_label=app).annotate(kind=Value("x"), same=F("model")),
        app=CharField(),
    )
    (row,) = marked(app="contenttypes")
    assert (row.kind, row.same) == ("x", "contenttype")


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_held_is_asked_for_in_a_transaction_only() -> None:
    held = Prepared(
        lambda app: ContentType.objects.select_for_update().filter(app_label=app), app=CharField()
    )
    with transaction.atomic():
        assert [row.model for row in held(app="contenttypes")] == ["contenttype"]
    with pytest.raises(TransactionManagementError):
        held(app="contenttypes")


# --- single rows ---


def test_a_row_is_put_in_as_saving_it_does_and_knows_its_number() -> None:
    row = ContentType(app_label="other", model="thing")
    assert insert(row)
    assert ContentType.objects.get(pk=row.pk).natural_key() == ("other", "thing")
    row.model = "other thing"
    row.save()
    assert ContentType.objects.filter(app_label="other").count() == 1


def test_a_row_that_is_there_is_refused_or_left_out() -> None:
    def job(path: str) -> DBTaskResult:
        return DBTaskResult(
            id=UUID(int=7), args_kwargs={}, task_path=path, queue_name="q", backend_name="b", run_after=NOW
        )

    assert insert(job("first"), unless_there=True)
    assert not insert(job("second"), unless_there=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(job("third"))
    assert DBTaskResult.objects.get().task_path == "first"


def test_only_the_named_columns_of_a_row_are_changed() -> None:
    row, other = (ContentType.objects.create(app_label="other", model=name) for name in ("one", "two"))
    row.app_label, row.model = "changed", "not written"
    change(row, "app_label")
    row.refresh_from_db()
    other.refresh_from_db()
    assert [row.app_label, row.model, other.app_label] == ["changed", "one", "other"]


def test_what_is_gone_is_not_changed_in_silence() -> None:
    row = ContentType.objects.create(app_label="other", model="thing")
    ContentType.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError):
        change(row, "app_label")


def test_many_rows_are_changed_at_once_each_to_its_own() -> None:
    rows = [ContentType.objects.create(app_label="other", model=str(number)) for number in range(3)]
    for row in rows:
        row.app_label, row.model = f"changed {row.model}", "not written"
    change_all(rows, "app_label")
    change_all([], "app_label")
    told = ContentType.objects.filter(pk__in=[row.pk for row in rows]).order_by("model")
    assert [(each.app_label, each.model) for each in told] == [(f"changed {n}", str(n)) for n in range(3)]


def test_when_one_of_many_is_gone_that_is_said() -> None:
    rows = [ContentType.objects.create(app_label="other", model=str(number)) for number in range(3)]
    ContentType.objects.filter(pk=rows[1].pk).delete()
    with pytest.raises(DatabaseError):
        change_all(rows, "app_label")
