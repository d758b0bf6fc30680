"""Addresses of the room that are not the account library's."""

from __future__ import annotations

from django.urls import path

from civium.foundation.identity import views

app_name = "identity"
urlpatterns = [
    path("account/confirm/", views.confirm, name="confirm"),
    path("account/onward/", views.onward, name="onward"),
]
