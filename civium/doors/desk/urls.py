"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from civium.doors.desk.views import (
    cases,
    checking,
    emergencies,
    hands,
    holdings,
    kept,
    money,
    queues,
    searches,
    services,
    stuck,
    talk,
    team,
)

app_name = "desk"
urlpatterns = [
    path("desk/", queues.queue, name="queue"),
    path("desk/taking/", queues.take, name="take"),
    path("desk/cases/<str:reference>/next/", queues.next_case, name="next"),
    path("desk/mentions/", talk.mentions, name="mentions"),
    path("desk/team/", team.team, name="team"),
    path("desk/team/<slug:agency>/<str:holder>/", team.hand, name="hand"),
    path("desk/away/", team.away, name="away"),
    path("desk/away/<uuid:id>/back/", team.back, name="back"),
    path("desk/cases/<str:reference>/", cases.case, name="case"),
    path("desk/cases/<str:reference>/holder/", cases.holder, name="holder"),
    path("desk/cases/<str:reference>/moves/<slug:move>/", cases.move, name="move"),
    path("desk/cases/<str:reference>/handover/", hands.handover, name="handover"),
    path("desk/cases/<str:reference>/takeover/", hands.takeover, name="takeover"),
    path("desk/cases/<str:reference>/reopening/", hands.reopening, name="reopening"),
    path("desk/cases/<str:reference>/links/", hands.link, name="link"),
    path("desk/cases/<str:reference>/links/<str:other>/removal/", hands.unlink, name="unlink"),
    path("desk/cases/<str:reference>/message/", talk.message, name="message"),
    path("desk/cases/<str:reference>/notes/", talk.note, name="note"),
    path("desk/cases/<str:reference>/presence/", talk.presence, name="presence"),
    path(
        "desk/cases/<str:reference>/questions/<uuid:id>/withdrawal/",
        talk.question_withdrawal,
        name="question_withdrawal",
    ),
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
    path("desk/readings/", checking.readings, name="readings"),
    path("desk/readings/person/", checking.readings_of, name="readings_of"),
    path("desk/readings/file/", checking.readings_file, name="readings_file"),
    path("desk/readings-by-staff/", checking.by_staff, name="readings_by_staff"),
    path("desk/asked-readings/", checking.asked_readings, name="asked_readings"),
    path("desk/emergencies/", emergencies.emergencies, name="emergencies"),
    path("desk/emergencies/new/", emergencies.emergency_new, name="emergency_new"),
    path("desk/emergencies/<uuid:id>/", emergencies.emergency, name="emergency"),
    path("desk/emergencies/<uuid:id>/files/<uuid:file>/", emergencies.emergency_file, name="emergency_file"),
    path("desk/emergencies/<uuid:id>/end/", emergencies.emergency_end, name="emergency_end"),
    path("desk/emergencies/<uuid:id>/review/", emergencies.emergency_review, name="emergency_review"),
    path("desk/register/", holdings.register, name="register"),
    path("desk/register/file/", holdings.register_file, name="register_file"),
    path("desk/retention/", holdings.retention, name="retention"),
    path("desk/kept/", kept.kept, name="kept"),
    path("desk/kept/<str:reference>/", kept.kept_case, name="kept_case"),
    path("desk/kept/<str:reference>/files/<uuid:id>/", kept.kept_file, name="kept_file"),
    path("desk/searches/", searches.searches, name="searches"),
]
