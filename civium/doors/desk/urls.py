"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from civium.doors.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.queue, name="queue"),
    path("desk/cases/<str:reference>/", views.case, name="case"),
    path("desk/cases/<str:reference>/holder/", views.holder, name="holder"),
    path("desk/cases/<str:reference>/moves/<slug:move>/", views.move, name="move"),
    path("desk/cases/<str:reference>/files/<uuid:id>/", views.file, name="file"),
    path(
        "desk/cases/<str:reference>/certificates/<str:code>/withdrawal/", views.withdrawal, name="withdrawal"
    ),
    path("desk/money/", views.money, name="money"),
    path("desk/money/<uuid:id>/", views.payment, name="payment"),
    path("desk/money/calls/<uuid:id>/", views.provider_call, name="provider_call"),
    path("desk/stuck/", views.stuck, name="stuck"),
    path("desk/stuck/<str:kind>/<str:id>/", views.unstick, name="unstick"),
    path("desk/services/", views.services, name="services"),
]
