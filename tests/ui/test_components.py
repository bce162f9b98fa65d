"""Fields written out by hand say what the components of GOV.UK say: element for element."""

from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from tests.ui.forms import EveryForm
from tests.ui.test_macros import BOTH

OURS = (
    '{% from "ui/form.html" import line, paragraph, choice, checks, tick_box, dropdown, button %}'
)
THEIRS = """
{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
{% from "govuk_frontend_jinja/components/character-count/macro.html" import govukCharacterCount %}
{% from "govuk_frontend_jinja/components/checkboxes/macro.html" import govukCheckboxes %}
{% from "govuk_frontend_jinja/components/input/macro.html" import govukInput %}
{% from "govuk_frontend_jinja/components/radios/macro.html" import govukRadios %}
{% from "govuk_frontend_jinja/components/select/macro.html" import govukSelect %}
{% from "govuk_frontend_jinja/components/textarea/macro.html" import govukTextarea %}
{% macro wrong(field) %}{{ field.errors[0] }}{% endmacro %}
{% set optional = ' <span class="desk-opt">optional</span>' | safe %}
"""
ERROR = """"errorMessage": {"text": wrong(form.FIELD), "visuallyHiddenText": "Error"}
 if form.FIELD.errors else none"""
PAIRS = {
    "line": (
        (
            '{{ line(form.visits, hint="A <b>.", suffix="times", inputmode="numeric", size="s",'
            ' classes="w", spellcheck=false, autocomplete="off", attributes={"data-x": "1"}) }}'
        ),
        (
            '{{ govukInput({"id": "visits", "name": "visits", "value": form.visits.data or "",'
            ' "type": "text", "label": {"html": "Visits", "classes": "govuk-label--s"},'
            ' "hint": {"text": "A <b>."}, "classes": "w", "suffix": {"text": "times"},'
            ' "inputmode": "numeric", "autocomplete": "off", "spellcheck": false,'
            ' "attributes": {"data-x": "1"}, ERROR_visits}) }}'
        ),
    ),
    "counted": (
        '{{ paragraph(form.story, hint="When.") }}',
        (
            '{{ govukCharacterCount({"id": "story", "name": "story", "value": form.story.data or "",'
            ' "rows": 6, "label": {"html": "Story", "classes": "govuk-label--m"},'
            ' "hint": {"text": "When."}, "maxlength": 2000, "threshold": 75,'
            ' "textareaDescriptionText": "At most %{count} characters",'
            ' "charactersUnderLimitText": {"one": "%{count} character left",'
            ' "other": "%{count} characters left"}, "charactersAtLimitText": "No characters left",'
            ' "charactersOverLimitText": {"one": "%{count} character too many",'
            ' "other": "%{count} characters too many"}, ERROR_story}) }}'
        ),
    ),
    "paragraph": (
        '{{ paragraph(form.story, rows=3, count=false, hint="When.") }}',
        (
            '{{ govukTextarea({"id": "story", "name": "story", "value": form.story.data or "",'
            ' "rows": 3, "label": {"html": "Story", "classes": "govuk-label--m"},'
            ' "hint": {"text": "When."}, ERROR_story}) }}'
        ),
    ),
    "choice": (
        (
            '{{ choice(form.colour, hint="One.", hints={"red": "Hot"}, inline=true,'
            ' conditional={"blue": "<i>deep</i>" | safe}) }}'
        ),
        (
            '{{ govukRadios({"name": "colour", "idPrefix": "colour", "items": ['
            '{"id": "colour", "value": "red", "text": "Red", "checked": form.colour.data == "red",'
            ' "hint": {"text": "Hot"}}, {"id": "colour-1", "value": "blue", "text": "Blue",'
            ' "checked": false, "conditional": {"html": "<i>deep</i>"}},'
            ' {"id": "colour-2", "value": "green", "text": "Green", "checked": false}],'
            ' "classes": "govuk-radios--inline", "hint": {"text": "One."},'
            ' "fieldset": {"legend": {"html": "Colour", "classes": "govuk-fieldset__legend--m"}},'
            " ERROR_colour}) }}"
        ),
    ),
    "checks": (
        '{{ checks(form.needs, hint="Several.", hints={"red": "Hot"}) }}',
        (
            '{{ govukCheckboxes({"name": "needs", "idPrefix": "needs", "items": ['
            '{"id": "needs", "value": "red", "text": "Red", "hint": {"text": "Hot"},'
            ' "checked": false}, {"id": "needs-1", "value": "blue", "text": "Blue",'
            ' "checked": false}, {"id": "needs-2", "value": "green", "text": "Green",'
            ' "checked": "green" in form.needs.data}], "hint": {"text": "Several."},'
            ' "fieldset": {"legend": {"html": "Needs" ~ optional,'
            ' "classes": "govuk-fieldset__legend--m"}}, ERROR_needs}) }}'
        ),
    ),
    "tick_box": (
        '{{ tick_box(form.agreed, hint="Read.", conditional="more") }}',
        (
            '{{ govukCheckboxes({"name": "agreed", "idPrefix": "agreed", "items": ['
            '{"id": "agreed", "value": "yes", "text": "Agreed", "checked": form.agreed.data,'
            ' "hint": {"text": "Read."}, "conditional": {"html": "more"}}], ERROR_agreed}) }}'
        ),
    ),
    "dropdown": (
        '{{ dropdown(form.unit, hint="Which?") }}',
        (
            '{{ govukSelect({"id": "unit", "name": "unit", "hint": {"text": "Which?"},'
            ' "label": {"html": "Unit", "classes": "govuk-label--m"}, "items": ['
            '{"value": "", "text": "Choose"},'
            ' {"value": "red", "text": "Red", "selected": form.unit.data == "red"},'
            ' {"value": "blue", "text": "Blue", "selected": form.unit.data == "blue"},'
            ' {"value": "green", "text": "Green", "selected": false}], ERROR_unit}) }}'
        ),
    ),
    "button": (
        '{{ button("Send <it>", "warning", name="go", value="1") }}',
        (
            '{{ govukButton({"text": "Send <it>", "classes": "govuk-button--warning", "name": "go",'
            ' "value": "1", "preventDoubleClick": true}) }}'
        ),
    ),
}


class Outline(HTMLParser):
    """Elements with their attributes in any order, and the words between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(
            (tag, sorted((name, " ".join((value or "").split())) for name, value in attrs))
        )

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        self.found += [words] if words else []


@BOTH
@pytest.mark.parametrize("name", PAIRS)
def test_a_field_is_the_component(face: Flask, data: dict[str, str], name: str) -> None:
    form = EveryForm(MultiDict(data))
    form.validate()
    ours, theirs = PAIRS[name]
    for field in ("visits", "story", "colour", "needs", "agreed", "unit"):
        theirs = theirs.replace(f"ERROR_{field}", ERROR.replace("FIELD", field))
    found, wanted = (
        Outline(render_template_string(head + text, form=form)).found
        for head, text in ((OURS, ours), (THEIRS, theirs))
    )
    assert found == wanted
