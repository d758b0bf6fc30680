"""The catalogue as linked data: CPSV-AP 3.2, the European Commission's application profile of the Core Public Service Vocabulary.

Every thing has an address that stays: ``/id/services/dog-licence``, ``/id/agencies/planning``. All languages are in every file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from babel.core import get_global
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, RDF, SKOS, XSD
from rdflib.term import Node

from civium.foundation.kit.town import Texts, Topic, the_town

from .browsing import find_provider
from .offers import InformationPage, Listing, Offer
from .queries import get_figures
from .schema import KINDS

CPSV: Final = Namespace("http://purl.org/vocab/cpsv#")
CV: Final = Namespace("http://data.europa.eu/m8g/")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
SCHEMA: Final = Namespace("https://schema.org/")
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_PREFIXES: Final = {
    "cpsv": CPSV, "cv": CV, "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "locn": LOCN, "org": ORG, "schema": SCHEMA,
    "skos": SKOS, "xsd": XSD,
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """One way to write a graph. ``suffix``: the end of its file's address."""

    suffix: str
    media_type: str
    serializer: str


FORMATS: Final = (
    Format("ttl", "text/turtle", "turtle"),
    Format("jsonld", "application/ld+json", "json-ld"),
    Format("rdf", "application/rdf+xml", "xml"),
)


def written_as(graph: Graph, form: Format) -> bytes:
    """The graph in a format."""
    if form.serializer == "turtle":
        return _turtle(graph)
    options: dict[str, Any] = {"auto_compact": True} if form.serializer == "json-ld" else {}
    return graph.serialize(format=form.serializer, encoding="utf-8", **options)


def _turtle(graph: Graph) -> bytes:
    """The graph as Turtle, one paragraph for each thing. The library's own writer takes minutes for thousands of services."""
    names = graph.namespace_manager

    @lru_cache(maxsize=10_000)
    def short(term: URIRef) -> str:
        prefix = next((known for known in _PREFIXES.items() if term.startswith(str(known[1]))), None)
        return term.n3(names) if prefix else term.n3()

    def written(term: Node) -> str:
        return short(term) if isinstance(term, URIRef) else term.n3(names)

    by_subject: dict[Node, list[str]] = {}
    for subject, part, value in graph:
        said = "a" if part == RDF.type else written(part)
        by_subject.setdefault(subject, []).append(f"{said} {written(value)}")
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in _PREFIXES.items()]
    for subject in sorted(by_subject, key=str):
        said = " ;\n    ".join(sorted(by_subject[subject]))
        lines.append(f"\n{written(subject)} {said} .")
    return "\n".join([*lines, ""]).encode()


def catalogue_graph(listings: Iterable[Listing]) -> Graph:
    """The whole catalogue: a dataset, and everything that is in it."""
    graph, town = _new_graph(), the_town()
    dataset, publisher = identifier("catalogue"), identifier("town")
    graph.add((dataset, RDF.type, DCAT.Dataset))
    _say(
        graph,
        dataset,
        DCTERMS.title,
        _in_languages(town.name, lambda name: _("Services of %(town)s") % {"town": name}),
    )
    _say(graph, dataset, DCTERMS.description, _in_languages(town.tagline, lambda line: f"{line}."))
    graph.add((dataset, DCTERMS.publisher, publisher))
    _add_town(graph, publisher)
    page = URIRef(_absolute(f"/{settings.LANGUAGE_CODE}/services/"))
    graph.add((dataset, DCAT.landingPage, page))
    graph.add((page, RDF.type, FOAF.Document))
    for listing in listings:
        graph.add((dataset, DCTERMS.hasPart, _add_service(graph, listing)))
    return graph


def service_graph(listing: Listing) -> Graph:
    """One service, with all that it names."""
    graph = _new_graph()
    _add_service(graph, listing)
    return graph


def identifier(kind: str, name: str = "") -> URIRef:
    """The address that stays of a thing."""
    return URIRef(_absolute(f"/id/{kind}{'/' if name else ''}{name}"))


def _new_graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _absolute(path: str) -> str:
    return f"{settings.CIVIUM_ORIGIN}{path}"


# --- a service -------------------------------------------------------------------------------------------------------


def _add_service(graph: Graph, listing: Listing) -> URIRef:
    uri, document = identifier("services", listing.name), listing.document
    graph.add((uri, RDF.type, CPSV.PublicService))
    graph.add((uri, DCTERMS.identifier, Literal(listing.name)))
    _say(graph, uri, DCTERMS.title, listing.texts_of("title"))
    _say(graph, uri, DCTERMS.description, _described(listing))
    for language, texts in listing.texts.items():
        graph.add((uri, DCTERMS.language, _language(graph, language)))
        for word in texts.keywords:
            graph.add((uri, DCAT.keyword, Literal(word, lang=language)))
    graph.add((uri, CV.hasCompetentAuthority, _add_agency(graph, listing)))
    for topic in document.topics:
        graph.add((uri, CV.thematicArea, _concept(graph, "topics", topic, the_town().topics)))
    for name in document.audience:
        graph.add((uri, DCTERMS.audience, _audience(graph, name)))
    for event in document.life_events:
        graph.add((uri, CV.isGroupedBy, _add_life_event(graph, event)))
    _add_requirement(graph, uri, listing)
    for language in listing.texts:
        with override(language):
            address = reverse("catalogue:service", args=[listing.name])
        graph.add((uri, FOAF.page, URIRef(_absolute(address))))
    if isinstance(listing, Offer):
        _add_offer(graph, uri, listing)
    elif isinstance(listing, InformationPage):
        _add_information(graph, uri, listing)
    return uri


def _described(listing: Listing) -> dict[str, str]:
    """What it is, in the words of the page, as plain as they were written."""
    whole = listing.texts_of("what") if isinstance(listing, InformationPage) else {}
    return listing.texts_of("summary") | whole or listing.texts_of("title")


def _add_offer(graph: Graph, uri: URIRef, offer: Offer) -> None:
    document, town = offer.document, the_town()
    channel = URIRef(f"{uri}#online")
    graph.add((uri, CV.hasChannel, channel))
    graph.add((channel, RDF.type, CV.Channel))
    graph.add((channel, DCTERMS.identifier, Literal(f"{offer.name}-online")))
    _say(graph, channel, DCTERMS.description, offer.texts_of("how_long"))
    counter = URIRef(f"{uri}#counter")
    graph.add((uri, CV.hasChannel, counter))
    graph.add((counter, RDF.type, CV.Channel))
    graph.add((counter, DCTERMS.identifier, Literal(f"{offer.name}-counter")))
    _say(graph, counter, DCTERMS.description, offer.texts_of("other_ways"))
    _add_cost(graph, uri, offer)
    _add_inputs(graph, uri, offer)
    for output in document.outputs.values():
        _add_output(graph, uri, offer, output.document)
    figures = get_figures(offer.name)
    if figures is not None and figures.most_days is not None:
        days = math.ceil(figures.most_days * 7 / (7 - len(town.rest_days)))
        graph.add((uri, CV.processingTime, Literal(f"P{days}D", datatype=XSD.duration)))


def _add_cost(graph: Graph, uri: URIRef, offer: Offer) -> None:
    cost = URIRef(f"{uri}#cost")
    graph.add((uri, CV.hasCost, cost))
    graph.add((cost, RDF.type, CV.Cost))
    graph.add((cost, DCTERMS.identifier, Literal(f"{offer.name}-cost")))
    _say(graph, cost, DCTERMS.description, offer.texts_of("cost"))
    fee = offer.document.fee
    if fee is None:
        graph.add((cost, CV.hasValue, Literal("0.0", datatype=XSD.double)))
        return
    currency = URIRef(f"{AUTHORITY}currency/{fee.currency}")
    graph.add((cost, CV.currency, currency))
    graph.add((currency, RDF.type, SKOS.Concept))


def _add_inputs(graph: Graph, uri: URIRef, offer: Offer) -> None:
    """The documents that people send: questions of the form that take files."""
    for _page, ready in offer.form.questions():
        titles = ready.words.all("label")
        if getattr(ready.question, "type", "") != "file" or not titles:
            continue
        evidence = URIRef(f"{uri}#{ready.name}")
        graph.add((uri, CPSV.hasInput, evidence))
        graph.add((evidence, RDF.type, CV.Evidence))
        graph.add((evidence, DCTERMS.identifier, Literal(f"{offer.name}-{ready.name}")))
        _say(graph, evidence, DCTERMS.title, titles)


def _add_output(graph: Graph, uri: URIRef, offer: Offer, name: str) -> None:
    titles = {
        language: texts.outputs[name].title
        for language, texts in offer.texts.items()
        if name in texts.outputs
    }
    output = URIRef(f"{uri}#{name}")
    graph.add((uri, CPSV.produces, output))
    graph.add((output, RDF.type, CV.Output))
    graph.add((output, DCTERMS.identifier, Literal(name)))
    _say(graph, output, DCTERMS.title, titles or {settings.LANGUAGE_CODE: name})


def _add_information(graph: Graph, uri: URIRef, page: InformationPage) -> None:
    for texts in page.texts.values():
        for link in texts.links:
            graph.add((uri, FOAF.page, URIRef(link.to)))
    for _s, _p, address in [*graph.triples((uri, FOAF.page, None))]:
        graph.add((address, RDF.type, FOAF.Document))
    costs = page.texts_of("cost")
    if costs:
        cost = URIRef(f"{uri}#cost")
        graph.add((uri, CV.hasCost, cost))
        graph.add((cost, RDF.type, CV.Cost))
        graph.add((cost, DCTERMS.identifier, Literal(f"{page.name}-cost")))
        _say(graph, cost, DCTERMS.description, costs)


def _add_requirement(graph: Graph, uri: URIRef, listing: Listing) -> None:
    """Who it is for, as the requirement that it is."""
    who = listing.texts_of("who")
    if not who:
        return
    requirement = URIRef(f"{uri}#who")
    graph.add((uri, CV.holdsRequirement, requirement))
    graph.add((requirement, RDF.type, CV.Requirement))
    graph.add((requirement, DCTERMS.identifier, Literal(f"{listing.name}-who")))
    _say(graph, requirement, DCTERMS.title, {language: _who_it_is_for(language) for language in who})
    _say(graph, requirement, DCTERMS.description, who)


@lru_cache(maxsize=64)
def _who_it_is_for(language: str) -> str:
    with override(language):
        return _("Who it is for")


# --- what services name ----------------------------------------------------------------------------------------------


def _add_agency(graph: Graph, listing: Listing) -> URIRef:
    name = listing.document.agency
    uri, provider = identifier("agencies", name), find_provider(name)
    if (uri, RDF.type, None) in graph:
        return uri
    graph.add((uri, RDF.type, CV.PublicOrganisation))
    graph.add((uri, RDF.type, ORG.Organization))
    _say(graph, uri, SKOS.prefLabel, provider.title if provider else {settings.LANGUAGE_CODE: name})
    graph.add((uri, DCTERMS.spatial, _country(graph, _country_of(listing))))
    if provider and provider.is_ours:
        contact = URIRef(f"{uri}#contact")
        graph.add((uri, CV.contactPoint, contact))
        graph.add((contact, RDF.type, CV.ContactPoint))
        graph.add((contact, CV.telephone, Literal(provider.phone)))
        graph.add((contact, CV.email, Literal(provider.email)))
        page = URIRef(_absolute(f"/{settings.LANGUAGE_CODE}/agencies/{name}/"))
        graph.add((contact, CV.contactPage, page))
        graph.add((page, RDF.type, FOAF.Document))
    return uri


def _country_of(listing: Listing) -> str:
    own = listing.document.country if isinstance(listing, InformationPage) else None
    return own or the_town().country


def _add_town(graph: Graph, uri: URIRef) -> None:
    town = the_town()
    graph.add((uri, RDF.type, FOAF.Agent))
    graph.add((uri, RDF.type, CV.PublicOrganisation))
    graph.add((uri, DCTERMS.identifier, Literal("town")))
    graph.add((uri, DCTERMS.spatial, _country(graph, town.country)))
    for part in (DCTERMS.title, SKOS.prefLabel):
        _say(graph, uri, part, town.name)
    address = BNode("town-address")
    graph.add((uri, LOCN.address, address))
    graph.add((address, RDF.type, LOCN.Address))
    _say(graph, address, LOCN.fullAddress, town.contact.address)


def _add_life_event(graph: Graph, name: str) -> URIRef:
    uri, event = identifier("life-events", name), the_town().life_events.get(name)
    graph.add((uri, RDF.type, CV.LifeEvent))
    graph.add((uri, RDF.type, CV.Event))
    graph.add((uri, DCTERMS.identifier, Literal(name)))
    _say(graph, uri, DCTERMS.title, event.name if event else {settings.LANGUAGE_CODE: name})
    _say(graph, uri, DCTERMS.description, event.about if event else {})
    return uri


def _concept(graph: Graph, kind: str, name: str, known: Mapping[str, Topic]) -> URIRef:
    uri = identifier(kind, name)
    if (uri, RDF.type, SKOS.Concept) in graph:
        return uri
    graph.add((uri, RDF.type, SKOS.Concept))
    _say(graph, uri, SKOS.prefLabel, known[name].name if name in known else {settings.LANGUAGE_CODE: name})
    return uri


def _audience(graph: Graph, name: str) -> URIRef:
    if name not in KINDS:
        return _concept(graph, "audiences", name, the_town().audiences)
    uri = identifier("audiences", name)
    if (uri, RDF.type, SKOS.Concept) in graph:
        return uri
    graph.add((uri, RDF.type, SKOS.Concept))
    for language, _own_name in settings.LANGUAGES:
        with override(language):
            label = _("People") if name == "person" else _("Businesses and organisations")
        graph.add((uri, SKOS.prefLabel, Literal(label, lang=language)))
    return uri


def _country(graph: Graph, code: str) -> URIRef:
    """A country in the European Union's list, by its two letters."""
    uri = URIRef(f"{AUTHORITY}country/{_three_letters_of_country(code)}")
    graph.add((uri, RDF.type, DCTERMS.Location))
    return uri


@lru_cache(maxsize=64)
def _three_letters_of_country(code: str) -> str:
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    return next(
        (long for long, short in aliases.items() if short == [code] and len(long) == 3 and long.isalpha()),
        code,
    )


def _language(graph: Graph, code: str) -> URIRef:
    """A language in the European Union's list, by its two letters."""
    uri = URIRef(f"{AUTHORITY}language/{_three_letters(code)}")
    graph.add((uri, RDF.type, DCTERMS.LinguisticSystem))
    return uri


@lru_cache(maxsize=64)
def _three_letters(code: str) -> str:
    aliases: Mapping[str, str] = get_global("language_aliases")
    short = code.partition("-")[0]
    long = sorted(
        (three for three, two in aliases.items() if two == short and len(three) == 3),
        key=lambda three: (not three.startswith(short), three),
    )
    return (long[0] if long else short).upper()


# --- words -----------------------------------------------------------------------------------------------------------


def _say(graph: Graph, subject: URIRef | BNode, part: URIRef, texts: Mapping[str, str]) -> None:
    for language, text in texts.items():
        if text:
            graph.add((subject, part, Literal(text, lang=language)))


def _in_languages(texts: Texts, say: Any) -> dict[str, str]:
    """A text of ours around one of the town's, in each of its languages."""
    found = {}
    for language, text in texts.items():
        with override(language):
            found[language] = say(text)
    return found
