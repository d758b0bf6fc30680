"""Addresses for programs that watch over the site: without a language."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "watch"
urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("csp-reports", views.violations, name="violations"),
]
