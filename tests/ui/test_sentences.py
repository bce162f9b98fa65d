"""Sentences on a page: a link in one stays a link, and whatever else stands in it is text."""

from flask import Flask, render_template_string

LINKED = '{% set link %}<a href="/x">110</a>{% endset %}{{ _("In danger, call %(number)s. Court matters, petitions and tips about officials have %(door)s.", number=link, door="<b>") }}'
COUNTED = '{{ ngettext("%(num)s day", "%(num)s days", 2) }}'


def test_a_link_in_a_sentence_is_a_link(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = render_template_string(LINKED)
        assert 'call <a href="/x">110</a>.' in said
        assert "have &lt;b&gt;." in said
        assert render_template_string(COUNTED) == "2 days"
