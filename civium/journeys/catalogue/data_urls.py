"""Addresses of the catalogue as data. They carry no language: every file has all of them."""

from __future__ import annotations

from django.urls import path, re_path

from civium.journeys.catalogue.views import data

app_name = "catalogue_data"
_SUFFIX = r"(?P<suffix>ttl|jsonld|rdf)"
urlpatterns = [
    path("catalogue", data.catalogue, name="catalogue"),
    re_path(rf"^catalogue\.{_SUFFIX}$", data.catalogue_file, name="file"),
    re_path(rf"^catalogue/services/(?P<service>[-\w]+)\.{_SUFFIX}$", data.service_file, name="service"),
    path("id/<slug:kind>", data.thing, name="kind"),
    path("id/<slug:kind>/<slug:name>", data.thing, name="thing"),
]
