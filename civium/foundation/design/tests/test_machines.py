"""Addresses for machines."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from civium.foundation.design import views


@pytest.mark.django_db
def test_a_site_with_its_database_and_all_migrations_is_ready(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json() == {"database": "ready"}


def test_a_site_without_its_database_is_alive_but_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> None:
        raise DatabaseError("the disk is full at /srv/secret")

    monkeypatch.setattr(connection, "cursor", down)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "unreachable"})
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_site_that_lacks_a_migration_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_seen_migrated", False)
    monkeypatch.setattr(views.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    assert client.get("/readyz").status_code == 503


def test_a_demo_is_not_for_search_engines_and_a_town_keeps_its_private_places(
    client: Client, settings
) -> None:
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    settings.CIVIUM_DEMO = False
    told = client.get("/robots.txt").content.decode()
    assert "Disallow: /ar/my/" in told
    assert "Disallow: /\n" not in told


def test_the_icon_and_the_manifest_are_there(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith(".svg")
    told = client.get("/site.webmanifest", headers={"accept-language": "es"}).json()
    assert told["name"] == "Puerto Lumen"
    assert {icon.get("purpose") for icon in told["icons"]} == {None, "maskable"}
