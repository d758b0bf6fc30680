"""Addresses for machines and for the demo provider; they carry no language."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "payments"
urlpatterns = [
    path("webhooks/payments/<slug:provider>/", views.webhook, name="webhook"),
    path("pay/demo/<str:token>/", views.demo_checkout, name="demo_checkout"),
]
