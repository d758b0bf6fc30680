"""Addresses of everything about one's own data."""

from __future__ import annotations

from django.urls import path

from civium.journeys.rights import views

app_name = "rights"
urlpatterns = [path("my/data/", views.my_data, name="my_data")]
