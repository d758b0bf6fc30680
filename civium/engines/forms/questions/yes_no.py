"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, wrong
from civium.foundation.kit.expressions import Kind


class YesNo(Question):
    """A question that is answered by yes or no. The texts ``options: {yes: ..., no: ...}`` may say more than that."""

    type: Literal["yes-no"]

    is_many_inputs: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("%(Name)s: select yes or no"),
        "not_an_option": _("%(Name)s: select yes or no"),
    }

    @property
    def kind(self) -> Kind:
        return Kind.BOOL

    @property
    def buttons(self) -> Mapping[str, Any]:
        return {"yes": True, "no": False}

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        return self.accept(posted.text(), asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        if isinstance(value, bool):
            return Read(value)
        if isinstance(value, str) and value in {"yes", "no"}:
            return Read(value == "yes")
        return wrong("not_an_option")

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": "yes" if value else "no"}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [self._label("yes" if value else "no", asked, words)]

    def _label(self, name: str, asked: Asked, words: Words) -> str:
        own = words.option(name, asked.language)
        if own != name:
            return own
        with override(asked.language):
            return _now("Yes") if name == "yes" else _now("No")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {
            "options": [{"name": name, "label": self._label(name, asked, words)} for name in ("yes", "no")]
        }
