"""Addresses that carry no language."""

from __future__ import annotations

from django.urls import path

from civium.foundation.design import views

app_name = "design"
urlpatterns = [
    path("", views.start, name="start"),
    path("language/<slug:code>/", views.choose_language, {"rest": ""}, name="language"),
    path("language/<slug:code>/<path:rest>", views.choose_language, name="language_of_page"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("site.webmanifest", views.site_manifest, name="site_manifest"),
]
