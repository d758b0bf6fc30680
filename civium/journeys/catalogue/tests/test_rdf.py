"""The catalogue as data: addresses, formats, and no breach of CPSV-AP 3.2."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from pathlib import Path

import pytest
import rdflib
from django.test import Client
from rdflib.compare import to_isomorphic

from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
from civium.journeys.catalogue.queries import find_listed
from setup import ROOT

from .pages import CAT, ROOF, load, write_list

SHAPES = ROOT.parent / "shared/data/specs/cpsv-ap/3.2.0/shacl/cpsv-ap-SHACL.ttl"
DOG = "http://localhost:8000/id/services/dog-licence"
pytestmark = pytest.mark.usefixtures("demo_services")


def graph_of(client: Client, address: str, form: str) -> rdflib.Graph:
    response = client.get(address)
    assert response.status_code == 200
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library's own, in its parser of JSON-LD
        return rdflib.Graph().parse(data=response.content, format=form)


@pytest.fixture
def some_pages(demo_services: object, tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT, ROOF), at=now)


@pytest.mark.usefixtures("some_pages")
def test_it_breaks_no_rule_of_the_profile(client: Client) -> None:
    if not SHAPES.is_file():
        pytest.skip("the shapes of CPSV-AP 3.2 are not on this machine")
    pyshacl = pytest.importorskip("pyshacl")
    graph = graph_of(client, "/catalogue.ttl", "turtle")
    conforms, _report, words = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))
    assert conforms, words
    graph.remove((rdflib.URIRef(DOG), rdflib.DCTERMS.title, None))
    assert not pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))[0]


@pytest.mark.usefixtures("some_pages")
def test_every_format_says_the_same(client: Client) -> None:
    turtle = graph_of(client, "/catalogue.ttl", "turtle")
    for suffix, form in (("jsonld", "json-ld"), ("rdf", "xml")):
        other = graph_of(client, f"/catalogue.{suffix}", form)
        assert len(other) == len(turtle)
        assert to_isomorphic(other) == to_isomorphic(turtle)
    assert (
        len(set(turtle.subjects(rdflib.RDF.type, rdflib.URIRef("http://purl.org/vocab/cpsv#PublicService"))))
        == 5
    )


def test_all_languages_are_in_it(client: Client) -> None:
    graph = graph_of(client, "/catalogue/services/dog-licence.ttl", "turtle")
    titles = {title.language: str(title) for title in graph.objects(rdflib.URIRef(DOG), rdflib.DCTERMS.title)}
    assert titles == {"en": "Dog licence", "es": "Licencia para perros", "ar": "رخصة اقتناء كلب"}
    language = rdflib.URIRef("http://publications.europa.eu/resource/authority/language/ARA")
    assert (rdflib.URIRef(DOG), rdflib.DCTERMS.language, language) in graph


@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        ("text/turtle", "/catalogue/services/dog-licence.ttl"),
        ("application/ld+json", "/catalogue/services/dog-licence.jsonld"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.2", "/catalogue/services/dog-licence.rdf"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/en/services/dog-licence/"),
        ("image/png", "/catalogue/services/dog-licence.ttl"),
    ],
)
def test_the_address_that_stays_leads_to_what_one_can_read(
    client: Client, accept: str, leads_to: str
) -> None:
    response = client.get("/id/services/dog-licence", headers={"Accept": accept})
    assert (response.status_code, response["Location"]) == (303, leads_to)
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/catalogue", "/en/services/"),
        ("/id/agencies/planning", "/en/agencies/planning/"),
        ("/id/topics/animals", "/en/topics/animals/"),
        ("/id/life-events/moving-in", "/en/life-events/moving-in/"),
        ("/id/audiences/newcomers", "/en/for/newcomers/"),
        ("/id/catalogue", "/en/services/"),
        ("/id/town", "/en/services/"),
    ],
)
def test_every_thing_that_is_named_leads_to_a_page(client: Client, address: str, leads_to: str) -> None:
    response = client.get(address, headers={"Accept": "text/html"})
    assert (response.status_code, response["Location"]) == (303, leads_to)


def test_every_address_of_ours_in_the_data_can_be_followed(client: Client) -> None:
    graph = graph_of(client, "/catalogue.ttl", "turtle")
    ours = {
        str(term).partition("#")[0].removeprefix("http://localhost:8000")
        for triple in graph
        for term in triple
        if isinstance(term, rdflib.URIRef) and term.startswith("http://localhost:8000/")
    }
    kinds = {"/id/audiences/person", "/id/audiences/organisation"}
    assert len(ours) > 20
    for address in sorted(ours - kinds):
        response = client.get(address, headers={"Accept": "text/html"}, follow=True)
        assert response.status_code == 200, address


def test_pages_name_their_data(client: Client) -> None:
    page = client.get("/en/services/dog-licence/").content.decode()
    assert '<link rel="alternate" type="text/turtle" href="/catalogue/services/dog-licence.ttl">' in page
    assert 'href="/catalogue.jsonld"' in client.get("/en/services/").content.decode()


def test_the_data_is_kept_and_changes_with_the_offer(
    client: Client, now: dt.datetime, django_assert_num_queries: object
) -> None:
    first = client.get("/catalogue.ttl")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/catalogue.ttl").content == first.content
    assert first["Access-Control-Allow-Origin"] == "*"
    withdraw_service("dog-licence", by=None, at=now)
    assert DOG not in client.get("/catalogue.ttl").content.decode()
    assert client.get("/catalogue/services/dog-licence.ttl").status_code == 404


@pytest.mark.parametrize(
    "address", ["/catalogue.txt", "/catalogue/services/nothing.ttl", "/id/services/nothing", "/id/x/y/z"]
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept": "text/turtle"})
    assert response.status_code == 404


@pytest.mark.usefixtures("some_pages")
def test_words_of_any_kind_are_written_so_that_they_can_be_read(
    client: Client, tmp_path: Path, now: dt.datetime
) -> None:
    nasty = 'She said "no"\\ <b>\n\n{}^^@en \U0001f415 كلب'
    load(*write_list(tmp_path, CAT, ("9", nasty, nasty, nasty, "A", nasty, "")), at=now)
    assert any(listing.name == "demo-9" for listing in find_listed())
    for suffix, form in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
        graph = graph_of(client, f"/catalogue.{suffix}", form)
        about = rdflib.URIRef("http://localhost:8000/id/services/demo-9")
        assert "\U0001f415" in str(graph.value(about, rdflib.DCTERMS.title))
    assert json.loads(client.get("/catalogue.jsonld").content)["@context"]
