"""The markup of fields: labels, hints and errors belong together, and a summary leads to them."""

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from tests.ui.forms import GOOD, EveryForm
from tests.ui.pages import Reader

PAGE = """
{% from "ui/form.html" import error_summary, hidden, line, item_line, paragraph, choice, checks,
   tick_box, dropdown, day, secret, button %}
{{ error_summary(form) }}
<form>
  {{ hidden(form) }}
  {{ item_line(form.title, form.key, hint="As you say it.") }}
  {{ paragraph(form.story, hint="When and where.") }}
  {{ line(form.visits, hint="0 if none.", suffix="times", inputmode="numeric") }}
  {{ line(form.phone, type="tel") }}
  {{ line(form.email, type="email", hint="Only if you like.") }}
  {% set more %}{{ secret(form.password) }}{% endset %}
  {{ choice(form.colour, hint="One.", hints={"red": "Like <b>blood</b>."}, conditional={"blue": more}) }}
  {{ dropdown(form.unit) }}
  {{ checks(form.needs, hint="Several.") }}
  {{ day(form.when, hint="Month is enough.") }}
  {{ tick_box(form.agreed, hint="Read it first.") }}
  {{ button("Send", name="go", value="1") }}
</form>
"""
GROUPED = """
{% from "ui/form.html" import choice %}
{{ choice(form.colour, hint="One.", groups=[("Warm", ["red"]), ("Cold", ["blue", "green"])]) }}
"""
WRONG = dict.fromkeys(GOOD, "") | {"colour": "purple", "title": "x" * 201, "needs": "purple"}
BOTH = pytest.mark.parametrize("data", [GOOD, WRONG], ids=["good", "wrong"])


def page(data: dict[str, str], template: str = PAGE) -> tuple[EveryForm, Reader, str]:
    form = EveryForm(MultiDict(data))
    form.validate()
    markup = render_template_string(template, form=form)
    return form, Reader(markup), markup


@BOTH
def test_ids_are_there_and_there_once(face: Flask, data: dict[str, str]) -> None:
    _form, reader, _markup = page(data)
    assert [id_ for id_, n in reader.ids().items() if n > 1] == []
    assert reader.pointed_at() - set(reader.ids()) == set()


@BOTH
def test_a_summary_says_what_stands_beside_each_field_and_leads_there(
    face: Flask, data: dict[str, str]
) -> None:
    form, reader, markup = page(data)
    summary = form.summary()
    links = [a["href"] for tag, a in reader.elements if tag == "a"]
    assert links == [f"#{id_}" for id_, _sentence in summary]
    for id_, sentence in summary:
        assert markup.count(str(sentence)) == 2
        assert reader.text_of(f"{(id_ or '').removesuffix('-year')}-error") == f"Error: {sentence}"
    assert ("to put right" in markup) is bool(summary)


def test_every_field_has_a_name_its_hint_and_its_value(face: Flask) -> None:
    _form, reader, markup = page(GOOD)
    inputs = [a for tag, a in reader.elements if tag in {"input", "textarea", "select"}]
    labelled = {a["for"] for tag, a in reader.elements if tag == "label"}
    assert {a["id"] for a in inputs if a.get("type") != "hidden"} <= labelled
    assert {a["name"] for a in inputs} >= set(GOOD) | {"password", "agreed"}
    for words in ("As you say it.", "When and where.", "0 if none.", "Month is enough.", "One."):
        assert words in markup
    assert "二手房过户" in markup
    assert "Like &lt;b&gt;blood&lt;/b&gt;." in markup


def test_only_what_may_stay_empty_says_so(face: Flask) -> None:
    _form, reader, _markup = page(GOOD)
    legends = [" ".join(reader.texts[n].split()) for n, (tag, _a) in enumerate(reader.elements)
               if tag in {"legend", "label"}]  # fmt: skip
    assert [words for words in legends if "optional" in words] == ["Needs optional"]


def test_a_password_does_not_come_back(face: Flask) -> None:
    _form, _reader, markup = page({**GOOD, "password": "correct horse"})
    assert "correct horse" not in markup


def test_groups_share_one_question_and_one_first_id(face: Flask) -> None:
    form, reader, markup = page({**GOOD, "colour": "purple"}, GROUPED)
    ids = [a["id"] for tag, a in reader.elements if tag == "input"]
    assert ids == ["colour", "colour-1", "colour-2"]
    assert form.summary()[0][0] == "colour"
    assert reader.pointed_at() <= set(reader.ids())
    assert markup.count("<legend") == 1


def test_what_was_typed_is_shown_as_it_was_typed(face: Flask) -> None:
    attack = '"><script>alert(1)</script>{{7*7}}'
    _form, reader, markup = page({**GOOD, "title": attack, "story": attack})
    assert "<script>" not in markup
    assert next(a["value"] for tag, a in reader.elements if a.get("id") == "title") == attack


def test_nothing_is_inline(face: Flask) -> None:
    _form, reader, markup = page(WRONG)
    assert not [a for _tag, a in reader.elements if "style" in a]
    assert not [name for _tag, a in reader.elements for name in a if name.startswith("on")]
    assert "<style" not in markup
    assert "<script" not in markup
