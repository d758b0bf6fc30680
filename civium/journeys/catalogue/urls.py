"""Addresses of what the town offers."""

from __future__ import annotations

from django.urls import path

from civium.journeys.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("services/", views.services, name="services"),
    path("services/<slug:service>/", views.service, name="service"),
    path("topics/<slug:topic>/", views.topic, name="topic"),
    path("life-events/<slug:event>/", views.life_event, name="life_event"),
]
