"""Every address of the product. People's pages carry their language; machines' do not."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path
from django.urls.resolvers import LocalePrefixPattern, URLPattern, URLResolver

from civium.doors.api.urls import machine_patterns
from civium.foundation.design.first_words import ByFirstWord
from civium.foundation.federation.urls import machine_patterns as identity_patterns
from civium.foundation.federation.urls import provider_patterns, saml_patterns
from civium.foundation.identity.urls import library_patterns
from civium.journeys.catalogue.urls import data_patterns
from civium.journeys.rights.urls import machine_patterns as rights_machine_patterns


def _rooms(*names: str) -> list[URLPattern | URLResolver]:
    return [path("", include(f"civium.{name}.urls")) for name in names if find_spec(f"civium.{name}.urls")]


handler404 = "civium.foundation.design.views.not_found"
handler500 = "civium.foundation.design.views.went_wrong"
handler403 = "civium.foundation.design.views.not_allowed"
handler400 = "civium.foundation.design.views.not_understood"

# Addresses are tried in this order: what people ask for most comes first.
urlpatterns = [
    ByFirstWord(
        LocalePrefixPattern(),
        [
            *_rooms("doors.portal", "doors.desk", "journeys.catalogue", "journeys.applications"),
            *_rooms("foundation.identity", "foundation.federation"),
            path("", include(library_patterns)),
            path("account/", include("allauth.account.urls")),
            path("account/2fa/", include("allauth.mfa.urls")),
            *_rooms("journeys.rights", "doors.api"),
        ],
    ),
    path("", include(data_patterns)),
    path("api/", include(machine_patterns, namespace="api")),
    path("", include(identity_patterns)),
    path("", include(provider_patterns)),
    path("", include((rights_machine_patterns, "privacy_signal"))),
    path("", include(saml_patterns)),
    *_rooms("foundation.design", "engines.payments", "doors.watch"),
]
