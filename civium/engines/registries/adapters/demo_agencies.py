"""The demo town's offices that are told things: the tax office and the refuse service."""

from __future__ import annotations

from . import Register
from .demo_memory import keep_message
from .demo_taxes import TAX_OFFICE

NEW_ADDRESS = {"new-address": frozenset({"name", "address", "since"}), "erased": frozenset({"reference"})}

AGENCIES = (
    TAX_OFFICE,
    Register(
        "refuse-service",
        {"en": "Refuse Service", "es": "Servicio de Recogida de Residuos", "ar": "خدمة جمع النفايات"},
        messages=NEW_ADDRESS,
        take=keep_message,
    ),
)
