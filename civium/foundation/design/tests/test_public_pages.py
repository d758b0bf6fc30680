"""Public pages come from the shelf; nobody's own page ever goes onto it."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.test import Client

from civium.foundation.design.caching import KeptPage, Shelf
from civium.foundation.design.compression import gzip_with_padding
from civium.foundation.design.tests.addresses import Catalogue


def test_a_public_page_is_made_once_for_everybody(client: Client) -> None:
    first, second = client.get("/en/public/"), Client().get("/en/public/")
    assert first.content == second.content
    assert Catalogue.made == 1


@pytest.mark.django_db
def test_a_public_page_asks_the_database_nothing_and_sets_no_cookie(
    client: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        for _ in range(2):
            response = client.get("/en/public/")
            assert not response.cookies
    assert response["Cache-Control"] == "no-cache"
    assert response["Vary"] == "Accept-Encoding, Cookie"


def test_a_page_from_the_shelf_has_the_same_headers_as_a_fresh_one(client: Client) -> None:
    fresh, kept = client.get("/en/public/"), client.get("/en/public/")
    assert dict(fresh.items()) == dict(kept.items())
    assert "default-src 'none'" in kept["Content-Security-Policy"]
    assert kept["Content-Language"] == "en"


def test_each_language_has_its_own_page(client: Client) -> None:
    assert 'lang="en"' in client.get("/en/public/").content.decode()
    assert 'dir="rtl"' in client.get("/ar/public/").content.decode()
    assert Catalogue.made == 2


def test_a_page_whose_stamp_has_changed_is_made_anew(client: Client) -> None:
    client.get("/en/public/")
    Catalogue.version = 2
    client.get("/en/public/")
    assert Catalogue.made == 2


def test_a_change_while_the_page_is_made_is_not_missed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from civium.foundation.design.tests import addresses

    def changes_underway(*args, **kwargs):
        Catalogue.version += 1
        return addresses.HttpResponse("old " * 500)

    with monkeypatch.context() as patch:
        patch.setattr(addresses, "render", changes_underway)
        client.get("/en/public/")
    assert b"old" not in client.get("/en/public/").content


@pytest.mark.parametrize("cookie", [settings.SESSION_COOKIE_NAME, "messages"])
def test_somebody_with_a_session_or_a_message_gets_a_page_of_their_own(
    client: Client, cookie: str, db: None
) -> None:
    client.get("/en/public/")
    client.cookies[cookie] = "something"
    response = client.get("/en/public/")
    assert Catalogue.made == 2
    assert response["Cache-Control"] == "no-store"
    client.cookies.clear()
    client.get("/en/public/")
    assert Catalogue.made == 2


@pytest.mark.parametrize("page", ["public-with-cookie", "public-with-form"])
def test_a_response_that_sets_a_cookie_is_never_kept(client: Client, page: str) -> None:
    first, second = client.get(f"/en/{page}/"), Client().get(f"/en/{page}/")
    assert first.cookies
    assert second.cookies
    assert not first.has_header("ETag")


def test_a_question_in_the_address_passes_the_shelf_by(client: Client) -> None:
    client.get("/en/public/?a=1")
    client.get("/en/public/?a=1")
    assert Catalogue.made == 2


def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    etag = client.get("/en/public/")["ETag"]
    response = client.get("/en/public/", headers={"if-none-match": etag})
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == etag


def test_the_page_comes_in_the_encoding_that_the_browser_reads(client: Client) -> None:
    plain = client.get("/en/public/").content
    packed = client.get("/en/public/", headers={"accept-encoding": "gzip, br"})
    zipped = client.get("/en/public/", headers={"accept-encoding": "gzip"})
    assert brotli.decompress(packed.content) == gzip.decompress(zipped.content) == plain
    assert (packed["Content-Encoding"], zipped["Content-Encoding"]) == ("br", "gzip")
    assert int(packed["Content-Length"]) == len(packed.content)


@pytest.mark.django_db
def test_a_personal_page_is_not_stored_by_anybody(client: Client) -> None:
    first = client.get("/en/personal/")
    second = client.get("/en/personal/")
    assert first["Cache-Control"] == second["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_page_made_for_one_reader_is_compressed_too(client: Client) -> None:
    response = client.get("/en/personal/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == b"mine " * 500
    assert "Accept-Encoding" in response["Vary"]


def test_the_length_of_a_compressed_page_gives_nothing_away() -> None:
    assert len({len(gzip_with_padding(b"the same page" * 100)) for _ in range(50)}) > 5


def test_the_shelf_makes_room_by_throwing_out_what_was_not_read() -> None:
    def page(size: int) -> KeptPage:
        return KeptPage(lambda: 1, 1, "", (), b"z" * size, b"")

    small = Shelf(capacity=10_000)
    small.put("a", page(3000))
    small.put("b", page(3000))
    assert small.find("a")
    small.put("c", page(3000))
    assert small.find("a")
    assert not small.find("b")


def test_a_page_made_for_a_check_without_tls_is_not_given_to_visitors(client: Client, settings: Any) -> None:
    """A proxy's health check speaks plain HTTP; who comes by TLS must still be told to stay with it."""
    settings.SECURE_HSTS_SECONDS = 60
    client.get("/en/public/")
    kept = [client.get("/en/public/", secure=True) for _ in range(2)][-1]
    assert kept["Strict-Transport-Security"].startswith("max-age=60")


def test_a_page_may_ask_the_browser_for_a_place_and_nothing_else(client: Client) -> None:
    for answer in (client.get("/en/public/"), client.get("/en/public/"), client.get("/en/nothing-here/")):
        assert answer["Permissions-Policy"].startswith("geolocation=(self), camera=()")
