"""Templates of ours say what Jinja's own say."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.functional import lazy
from jinja2 import ChainableUndefined, DictLoader, Environment, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from civium.foundation.design.quick_templates import QuickEnvironment

HOSTILE = "<b title='x'>\"&\"</b>"


class _KnowsMarkup:
    def __html__(self) -> str:
        return "<i>safe</i>"


class _Hostile(str):
    """A string of a kind of its own is no safer."""


VALUES: dict[str, Any] = {
    "text": HOSTILE,
    "safe": Markup("<b>safe</b>"),
    "number": 3,
    "nothing": None,
    "lazy": lazy(lambda: HOSTILE, str)(),
    "lazily_safe": lazy(lambda: Markup("<b>safe</b>"), Markup)(),
    "knows": _KnowsMarkup(),
    "kind": _Hostile(HOSTILE),
    "rows": [{"name": HOSTILE, "said": Markup("<b>safe</b>")}],
    "many": {"a": HOSTILE},
    "upper": str.upper,
}
TEMPLATES = {
    "macros": (
        "{% macro one(text, level=2) %}<h{{ level }}>{{ text }}{{ caller() if caller }}</h{{ level }}>{% endmacro %}"
        "{% macro rest() %}{{ varargs|join(' ') }} {{ kwargs.extra }}{% endmacro %}"
    ),
    "base": "{% block head %}{{ text }}{% endblock %}|{% block body %}{% endblock %}",
    "part": "{{ text }} {{ number }}",
    **{
        f"say-{name}": "{{ %s }} {{ %s ~ '<' }} {{ %s|default('-') }}" % (name, name, name)  # noqa: UP031 - braces
        for name in (*VALUES, "missing")
    },
    "macro": "{% from 'macros' import one, rest %}{{ one(text) }}{{ one(safe, level=3) }}{{ rest(text, 1, extra=text) }}",
    "called": "{% from 'macros' import one %}{% call one(text) %}{{ one(text) }}<hr>{{ text }}{% endcall %}",
    "asks-back": "{% macro each(rows) %}{% for row in rows %}{{ caller(row) }}{% endfor %}{% endmacro %}"
    "{% call(row) each(rows) %}{{ row.name }}{{ row.said }}{% endcall %}",
    "kept": "{% set said %}<p>{{ text }}</p>{% endset %}{{ said }}{{ said|length }}",
    "heir": "{% extends 'base' %}{% block head %}{{ super() }}{{ self.body() }}{% endblock %}{% block body %}{{ text }}{% endblock %}",
    "included": "{% include 'part' %}",
    "loops": "{% for row in rows recursive %}{{ loop.index }}{{ loop.cycle('a', text) }}{{ row.name }}{% endfor %}",
    "methods": "{{ text.replace('b', 'c') }}{{ many.get('a') }}{{ upper(text) }}{{ '<%s>'|format(text) }}{{ text|upper|e }}",
    "context": "{% set inner = text %}{{ told('inner') }}{% if true %}{{ told('number') }}{% endif %}",
    "translated": "{% trans count=number, name=text %}{{ name }} once{% pluralize %}{{ name }} {{ count }} times{% endtrans %}",
    "counted": "{{ ngettext('%(num)d of %(name)s', '%(num)d of %(name)s', number, name=text) }}{{ gettext('%(a)s', a=text) }}",
    "unsafe": "{% autoescape false %}{{ text }}{% endautoescape %}{{ text }}",
}


@pass_context
def _told(context: Context, name: str) -> Any:
    return context.get(name)


def made(kind: type[Environment]) -> Environment:
    found = kind(
        loader=DictLoader(TEMPLATES),
        autoescape=True,
        undefined=ChainableUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    found.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    found.globals["told"] = _told
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_it_says_without_us(name: str) -> None:
    quick, plain = (made(kind).get_template(name).render(VALUES) for kind in (QuickEnvironment, Environment))
    assert quick == plain
    if name != "unsafe":
        assert HOSTILE not in quick


def test_what_is_not_there_cannot_be_called() -> None:
    with pytest.raises(UndefinedError):
        made(QuickEnvironment).from_string("{{ missing() }}").render()
