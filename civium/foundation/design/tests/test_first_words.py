"""Finding pages by the first word of their addresses gives what Django's own resolver gives."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from civium.foundation.design.first_words import ByFirstWord


def page(request: HttpRequest, **words: str) -> HttpResponse:
    return HttpResponse()


ADDRESSES: list[URLPattern | URLResolver] = [
    path("", page, name="home"),
    path(
        "",
        include(
            ([path("services/", page, name="all"), path("services/<slug:name>/", page, name="one")], "room")
        ),
    ),
    path("services/new/", page, name="never reached"),
    path("account/", include([path("", page, name="account"), path("2fa/", page, name="second")])),
    path("open", include([path("data/", page, name="open data")])),
    path("plain", page, name="plain"),
    re_path(r"^(?P<year>\d{4})/$", page, name="year"),
    path("<slug:anything>/", page, name="anything"),
    path("my/", page, {"fixed": "words"}, name="never reached either"),
]
PATHS = [
    "", "services/", "services/new/", "services/a/b/", "services", "account/", "account/2fa/", "account/3fa/", "opendata/",
    "open/", "plain", "plain/", "2026/", "my/", "nothing/there/", "/", "é/", "accounts/",
]  # fmt: skip


def found(resolver: URLResolver, place: str) -> object:
    try:
        match = resolver.resolve(place)
    except Resolver404:
        return None
    return match.view_name, match.kwargs, match.route, match.namespaces, match.app_names


@pytest.mark.parametrize("place", PATHS)
def test_each_path_leads_where_it_leads_when_all_are_tried(place: str) -> None:
    plain, ours = (kind(RoutePattern("en/"), ADDRESSES) for kind in (URLResolver, ByFirstWord))
    for whole in (f"en/{place}", f"es/{place}"):
        assert found(ours, whole) == found(plain, whole)


def test_what_cannot_begin_so_is_not_tried() -> None:
    ours = ByFirstWord(RoutePattern(""), ADDRESSES)
    with pytest.raises(Resolver404) as refused:
        ours.resolve("account/3fa/")
    tried = {str(patterns[0].pattern) for patterns in refused.value.args[0]["tried"]}
    assert "services/" not in tried
    assert "account/" in tried
