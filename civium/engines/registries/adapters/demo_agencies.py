"""The demo town's tax office and refuse service: each hears where people live."""

from __future__ import annotations

from . import Register
from .demo_memory import keep_message

NEW_ADDRESS = {"new-address": frozenset({"name", "address", "since"})}

AGENCIES = (
    Register(
        "tax-office",
        {"en": "Tax Office", "es": "Oficina Tributaria", "ar": "مكتب الضرائب"},
        messages=NEW_ADDRESS,
        take=keep_message,
    ),
    Register(
        "refuse-service",
        {"en": "Refuse Service", "es": "Servicio de Recogida de Residuos", "ar": "خدمة جمع النفايات"},
        messages=NEW_ADDRESS,
        take=keep_message,
    ),
)
