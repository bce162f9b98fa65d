"""What the description says of the API is so."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from desk.access.doors import declared
from tests import make
from tests.api.systems import EVENTS, RATINGS, Town, let_in, tell, town

LISTS = ("cases", "items", "indicators")


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


def described(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def test_every_route_is_described_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    described_ones = {
        (path, method.upper(), operation["description"].split("`")[1])
        for path, operations in described(client)["paths"].items()
        for method, operation in operations.items()
    }
    there = {
        (rule.rule, method, str(declared[app.view_functions[rule.endpoint]]))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }
    assert described_ones == there


def test_it_is_a_description_as_openapi_wants_it(client: FlaskClient) -> None:
    validate(described(client))


def test_every_reference_leads_somewhere_and_every_field_is_named(client: FlaskClient) -> None:
    document = described(client)
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= document["components"]["schemas"].keys()
    event = document["components"]["schemas"]["ServiceEvent"]
    assert event["additionalProperties"] is False
    assert event["required"] == ["project_no", "service_no", "occurred_at", "hall"]


def test_answers_have_the_shape_that_was_promised(client: FlaskClient, place: Town) -> None:
    document, token = described(client), let_in(place)
    make.case(place.region_id, place.hall_id)
    where = {"hall": place.hall, "department": place.department}
    wrong = place.event(9, hall="nowhere")
    answers = [
        client.post(EVENTS, json=place.event(1), headers=token),
        client.post(EVENTS, json=place.event(1), headers=token),
        client.post(EVENTS, json=wrong, headers=token),
        client.post(EVENTS, json=place.event(1)),
        client.post(EVENTS, data=b"[]", content_type="application/json", headers=token),
        client.post(EVENTS, data=b"x", content_type="text/plain", headers=token),
        tell(client, [place.event(2)], token),
        tell(client, [place.event(3), wrong], token),
        tell(client, [wrong], token),
        client.get(EVENTS, headers=token),
        client.get(f"{EVENTS}?limit=0", headers=token),
        client.post(RATINGS, json=place.rating(1, 5), headers=token),
        client.post(RATINGS, json=place.rating(8, 5, **where), headers=token),
        tell(client, [place.rating(2, 4), place.rating(7, 4)], token, RATINGS),
        *(client.get(f"/api/v1/{name}", headers=token) for name in LISTS),
        *(client.get(f"/api/v1/{name}?limit=0", headers=token) for name in LISTS),
    ]
    assert [answer.status_code for answer in answers] == [
        201, 200, 422, 401, 400, 415, 200, 207, 422, 200, 422, 201, 202, 207,
        200, 200, 200, 422, 422, 422,
    ]  # fmt: skip
    for answer in answers:
        operation = document["paths"][answer.request.path][answer.request.method.lower()]
        promised = operation["responses"][str(answer.status_code)]["content"]
        shape = {**promised[answer.mimetype]["schema"], "components": document["components"]}
        Draft202012Validator(shape).validate(answer.json)
