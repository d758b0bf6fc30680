"""Addresses of what the town offers."""

from __future__ import annotations

from django.urls import path, re_path

from civium.journeys.catalogue.views import browsing, data, eligibility, lists, search, service

app_name = "catalogue"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="suggestions"),
    path("search/answer/", search.search_answer, name="search_answer"),
    path("services/", browsing.services, name="services"),
    path("services/a-z/<str:letter>/", browsing.letter, name="letter"),
    path("services/<slug:service>/", service.service, name="service"),
    path("services/<slug:service>/check/", eligibility.check, name="check"),
    path("services/<slug:service>/check/<slug:page>/", eligibility.check_page, name="check_page"),
    path("most-used/", browsing.most_used, name="most_used"),
    path("topics/<slug:topic>/", browsing.topic, name="topic"),
    path("life-events/<slug:event>/", browsing.life_event, name="life_event"),
    path("for/<slug:audience>/", browsing.audience, name="audience"),
    path("lists/<str:digest>/", lists.suggestions, name="list"),
    path("agencies/", browsing.agencies, name="agencies"),
    path("agencies/<slug:agency>/", browsing.agency, name="agency"),
]

# The catalogue as data carries no language: every file has all of them.
_SUFFIX = r"(?P<suffix>ttl|jsonld|rdf)"
data_patterns = (
    [
        path("catalogue", data.catalogue, name="catalogue"),
        re_path(rf"^catalogue\.{_SUFFIX}$", data.catalogue_file, name="file"),
        re_path(rf"^catalogue/services/(?P<service>[-\w]+)\.{_SUFFIX}$", data.service_file, name="service"),
        path("id/<slug:kind>", data.thing, name="kind"),
        path("id/<slug:kind>/<slug:name>", data.thing, name="thing"),
    ],
    "catalogue_data",
)
