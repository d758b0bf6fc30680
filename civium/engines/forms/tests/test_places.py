"""Places: an address or a point, whole without a map, and inside the town when the document says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.asking import Asked
from civium.engines.forms.questions.place import read_point
from civium.foundation.kit.town import Area, Shape, the_town

from .examples import IN_ARABIC, IN_ENGLISH, IN_SPANISH, TODAY, WORDS, codes, make_form, post, question
from .test_pages import show

ANYWHERE = question(type="place")
IN_TOWN = question(type="place", within="town")
STREET = {"line_1": "12 Lantern Street", "town": "Port Lumen", "postcode": "PL1 4AH"}
INSIDE = (41.33, 2.27)


def test_an_address_is_a_place() -> None:
    read = post(ANYWHERE, **STREET)
    assert read.value == STREET
    assert ANYWHERE.shown(read.value, IN_ENGLISH, WORDS) == ["12 Lantern Street", "PL1 4AH Port Lumen"]
    assert post(ANYWHERE, line_1="By the old tree", town="Nowhere").value


def test_a_point_alone_is_a_place() -> None:
    read = post(ANYWHERE, point="41.33, 2.27")
    assert read.value == {"lat": 41.33, "lon": 2.27}
    assert ANYWHERE.shown(read.value, IN_ENGLISH, WORDS) == ["41.33, 2.27"]
    assert ANYWHERE.inputs(read.value, IN_ENGLISH) == {"point": "41.33, 2.27"}


def test_nothing_or_half_an_address_is_told() -> None:
    assert codes(post(ANYWHERE)) == ["required"]
    assert codes(post(ANYWHERE, town="Port Lumen")) == ["no_line_1"]
    assert codes(post(ANYWHERE, line_1="1 Quay")) == ["no_town"]
    assert codes(post(ANYWHERE, **{**STREET, "postcode": "<b>"})) == ["not_postcode"]
    assert codes(post(ANYWHERE, **{**STREET, "line_1": "x" * 201})) == ["part_too_long"]


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("41.33, 2.27", (41.33, 2.27)),
        ("41.33 2.27", (41.33, 2.27)),
        ("41,33; 2,27", (41.33, 2.27)),
        ("41,33 2,27", (41.33, 2.27)),
        ("-33.8568,151.2153", (-33.8568, 151.2153)),
        ("33.8568 S, 151.2153 E", (-33.8568, 151.2153)),
        ("41.33° N 2.27° W", (41.33, -2.27)),
        ("N 41.33 W 2.27", (41.33, -2.27)),
        ("geo:41.33,2.27", (41.33, 2.27)),
        ("٤١٫٣٣، ٢٫٢٧", (41.33, 2.27)),
        ("−41.33, 2.27", (-41.33, 2.27)),
        ("41", None),
        ("91, 2", None),
        ("41, 181", None),
        ("E 41, N 2", None),
        ("N 41 S, 2", None),
        ("41.33, 2.27, 5", None),
        ("1e9, 2", None),
        ("nan, inf", None),
        ("here", None),
    ],
)
def test_coordinates_are_read_as_people_copy_them(typed: str, point: tuple[float, float] | None) -> None:
    assert read_point(typed) == point
    assert codes(post(ANYWHERE, point=typed)) == ([] if point else ["not_point"])


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_point_is_read_back_as_it_is_shown(lat: float, lon: float) -> None:
    read = ANYWHERE.settle({"lat": lat, "lon": lon}, IN_ENGLISH)
    typed = ANYWHERE.inputs(read.value, IN_ENGLISH)["point"]
    assert post(ANYWHERE, point=typed).value == read.value


def test_a_place_in_the_town_is_told_by_its_postcode_or_its_point() -> None:
    assert post(IN_TOWN, line_1="1 Quay", postcode="pl1 4ah").value == {
        "line_1": "1 Quay",
        "postcode": "pl1 4ah",
        "town": "Port Lumen",
    }
    assert codes(post(IN_TOWN, line_1="1 Quay", postcode="28001")) == ["not_in_town"]
    [elsewhere] = post(IN_TOWN, line_1="1 Quay", postcode="28001").wrong
    assert "28001" in IN_TOWN.message(elsewhere, WORDS, "en")
    assert codes(post(IN_TOWN, line_1="1 Quay")) == ["no_postcode"]
    assert post(IN_TOWN, point="{}, {}".format(*INSIDE)).value
    [outside] = post(IN_TOWN, point="40.4, -3.7").wrong
    assert (outside.code, outside.part) == ("not_in_town", "point")
    assert codes(post(IN_TOWN, line_1="1 Quay", postcode="PL1 4AH", point="40.4, -3.7")) == ["not_in_town"]


def test_the_town_is_written_in_the_language_of_whoever_fills_in_and_stays_so() -> None:
    typed = {"line_1": "1 Quay", "postcode": "08039"}
    kept = post(IN_TOWN, IN_SPANISH, **typed).value
    assert kept == {**typed, "town": "Puerto Lumen"}
    assert IN_TOWN.settle(kept, IN_ENGLISH).value == kept
    assert IN_TOWN.shown(kept, IN_ARABIC, WORDS) == ["1 Quay", "08039 Puerto Lumen"]
    assert IN_TOWN.settle({**typed, "town": "Madrid"}, IN_ARABIC).value["town"] == "بورت لومين"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            IN_ENGLISH,
            "99999 is not in our town. Postcodes in Port Lumen begin with PL1, PL2, PL3, PL4, or 08039",
        ),
        (IN_SPANISH, "Puerto Lumen"),
        (IN_ARABIC, "PL1 أو"),
    ],
)
def test_whoever_writes_another_postcode_reads_how_ours_begin(asked: Asked, said: str) -> None:
    [mistake] = post(IN_TOWN, asked, line_1="1 Quay", postcode="99999").wrong
    message = IN_TOWN.message(mistake, WORDS, asked.language)
    assert said in message.replace("\u2066", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("point", "mistakes"),
    [
        ("41.33, 2.27", [("not_in_town", "postcode")]),
        ("40.4, -3.7", [("not_in_town", "postcode"), ("not_in_town", "point")]),
        ("here", [("not_in_town", "postcode"), ("not_point", "point")]),
    ],
)
def test_the_postcode_is_told_beside_the_point(point: str, mistakes: list[tuple[str, str]]) -> None:
    found = post(IN_TOWN, line_1="1 Quay", postcode="28001", point=point).wrong
    assert [(each.code, each.part) for each in found] == mistakes


def test_the_example_of_coordinates_is_a_place_in_the_town() -> None:
    example = IN_TOWN.view(IN_ENGLISH, WORDS)["example"]
    assert post(IN_TOWN, point=example).value
    [unreadable] = post(IN_TOWN, point="here").wrong
    assert unreadable.details == {"example": example}


def test_a_town_without_an_area_is_noticed_when_the_document_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = make_form("[{page: p, ask: [{name: q, type: place, within: town}]}]")
    assert form.check() == []
    nowhere = the_town().model_copy(update={"area": None})
    monkeypatch.setattr("civium.engines.forms.checking.the_town", lambda: nowhere)
    [problem] = form.check()
    assert (problem.path, "write its 'area'" in problem.message) == ("[0].ask[0].within", True)


SQUARE = Area(outline=((0, 0), (0, 10), (10, 10), (10, 0)))


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_point_is_inside_a_square_exactly_when_it_is(lat: float, lon: float) -> None:
    if lat not in (0, 10) and lon not in (0, 10):
        assert SQUARE.has_point(lat, lon) == (0 < lat < 10 and 0 < lon < 10)


def test_a_bay_is_outside() -> None:
    bay = Area(outline=((0, 0), (0, 10), (10, 10), (10, 6), (3, 5), (10, 4), (10, 0)))
    assert bay.has_point(2, 5)
    assert not bay.has_point(8, 5)
    assert bay.has_point(8, 2)


CORNER = st.tuples(st.decimals(-90, 90, places=4).map(float), st.decimals(-180, 180, places=4).map(float))


@given(st.lists(CORNER, min_size=3, max_size=8))
def test_the_point_inside_is_inside_or_there_is_none(corners: list[tuple[float, float]]) -> None:
    area = Area(outline=tuple(corners))
    inside = area.point_inside()
    assert inside is None or area.has_point(*inside)


@pytest.mark.parametrize(
    ("area", "point"),
    [
        (SQUARE, (5, 5)),
        (Area(outline=((0.001, 0.001), (0.001, 0.002), (0.002, 0.0015))), (0.0015, 0.0015)),
        (Area(), None),
        (Area(outline=((1, 1), (1, 2), (1, 3))), None),
    ],
)
def test_the_point_inside_has_as_few_decimals_as_it_can(
    area: Area, point: tuple[float, float] | None
) -> None:
    assert area.point_inside() == point


def test_conditions_see_its_parts() -> None:
    form = make_form(
        "[{page: p, ask: [{name: site, type: place}]}, "
        "{page: far, when: '!site.in_town', stop: true}, "
        "{page: near, when: 'site.lat > 41.0 || site.postcode.startsWith(\"PL\")', ask: [{name: a, type: text}]}]"
    )
    journey = lambda site: form.journey({"site": site}, today=TODAY)  # noqa: E731
    assert journey(STREET).page_names == ["p", "near"]
    assert journey({"lat": 40.4, "lon": -3.7}).page_names == ["p", "far"]
    assert journey({"line_1": "1 Quay", "town": "Lumen"}).page_names == ["p"]  # not known whether it is near
    assert journey(STREET).values["site"]["text"] == "12 Lantern Street, PL1 4AH Port Lumen"


@pytest.mark.parametrize(
    "machine",
    [
        "x",
        5,
        [1],
        {"lat": 1},
        {"lat": "1", "lon": "2"},
        {"lat": True, "lon": 2},
        {"lat": 91, "lon": 2},
        {"x": 1},
        {"line_1": 5},
    ],
)
def test_nonsense_of_a_machine_is_refused(machine: Any) -> None:
    assert ANYWHERE.settle(machine, IN_ENGLISH).wrong


def test_the_map_of_the_town_waits_for_script_and_is_named_in_the_language_of_the_page() -> None:
    form = make_form("[{page: p, ask: [{name: site, type: place, within: town}]}]")
    page = show(form, "p", {}, language="ar")
    drawing = page.select_one("[data-map]")
    assert drawing["data-map"] == page.select_one("[name=site-point]")["id"]
    assert drawing.parent.has_attr("hidden")
    assert "شارع الفانوس" in drawing.get_text()
    assert page.select_one(f"#{drawing['aria-describedby']}")
    assert not drawing.select("[style], script, a, image")
    assert len(str(drawing)) < 5_000


def test_a_town_without_a_map_asks_for_places_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    area = the_town().area
    assert area is not None
    bare = the_town().model_copy(update={"area": area.model_copy(update={"map": None})})
    monkeypatch.setattr("civium.engines.forms.questions.place.the_town", lambda: bare)
    page = show(make_form("[{page: p, ask: [{name: site, type: place}]}]"), "p", {})
    assert not page.select("[data-map]")
    assert page.select_one("[name=site-point]")


@pytest.mark.parametrize("path", ["M0 0<script>", "M0 0L1,1", "url(#x)", "m0 0"])
def test_a_map_is_drawn_with_plain_lines(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Shape.model_validate({"of": "park", "path": path})


def test_the_towns_map_lies_around_the_town() -> None:
    area = the_town().area
    assert area is not None
    assert area.map is not None
    for lat, lon in area.outline:
        assert area.map.south < lat < area.map.north
        assert area.map.west < lon < area.map.east


def test_it_is_whole_without_script_and_in_arabic() -> None:
    form = make_form("[{page: p, ask: [{name: site, type: place, within: town}]}]")
    page = show(form, "p", {"site": {**STREET, "lat": 41.33, "lon": 2.27}})
    assert [tag["name"] for tag in page.select("main input[type=text]")] == [
        "site-line_1",
        "site-postcode",
        "site-point",
    ]
    assert page.select_one("[name=site-point]")["value"] == "41.33, 2.27"
    assert page.select_one("[data-locate]")["data-locate"] == "site-point"
    assert page.select_one("[data-locate]").parent.has_attr("hidden")
    assert show(form, "p", {}, language="ar").select_one("[name=site-point]")["dir"] == "ltr"
    assert ANYWHERE.message(post(ANYWHERE).wrong[0], WORDS, "ar")
    assert post(ANYWHERE, IN_ARABIC, point="٤١٫٣٣، ٢٫٢٧").value == {"lat": 41.33, "lon": 2.27}
