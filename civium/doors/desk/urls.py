"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from civium.doors.desk.views import cases, money, queues, services, stuck

app_name = "desk"
urlpatterns = [
    path("desk/", queues.queue, name="queue"),
    path("desk/cases/<str:reference>/", cases.case, name="case"),
    path("desk/cases/<str:reference>/holder/", cases.holder, name="holder"),
    path("desk/cases/<str:reference>/moves/<slug:move>/", cases.move, name="move"),
    path("desk/cases/<str:reference>/files/<uuid:id>/", cases.file, name="file"),
    path(
        "desk/cases/<str:reference>/certificates/<str:code>/withdrawal/", cases.withdrawal, name="withdrawal"
    ),
    path("desk/money/", money.money, name="money"),
    path("desk/money/<uuid:id>/", money.payment, name="payment"),
    path("desk/money/calls/<uuid:id>/", money.provider_call, name="provider_call"),
    path("desk/stuck/", stuck.stuck, name="stuck"),
    path("desk/stuck/<str:kind>/<str:id>/", stuck.unstick, name="unstick"),
    path("desk/services/", services.services, name="services"),
]
