"""A queryset that is compiled once gives what the queryset gives."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Length
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from civium.foundation.kit.prepared import Prepared

pytestmark = pytest.mark.django_db

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
