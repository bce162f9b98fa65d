"""The second and third step of filing: the story, and who tells it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.casework.numbers import contains_code
from desk.casework.words import IdentityMode, PartyKind
from desk.intake.forms import TellForm, YouForm
from desk.intake.views.doors import blueprint, lang
from desk.intake.views.drafting import missing_before, onward, under_way
from desk.intake.views.matter import reason_choices

LONGEST_TITLE = 200


@blueprint.route("/complaints/new/tell", methods=["GET", "POST"])
@public
def tell() -> ResponseReturnValue:
    found = under_way()
    back = missing_before(found, "tell")
    if back is not None:
        return back
    if request.method == "GET":
        known = found.get("tell") or {"title": _suggested_title(found["what"])}
        return render_template("intake/tell.html", form=TellForm(data=known))
    form = TellForm()
    passed = form.validate_on_submit()
    for field in (form.title, form.story, form.wish, form.named_text):
        if contains_code(str(field.data or ""), found["code"]):
            field.errors = [*field.errors, _("Do not write your access code here. Take it out.")]
            passed = False
    if not passed:
        return render_template("intake/tell.html", form=form), 422
    found["tell"] = {
        "title": form.title.data,
        "story": form.story.data,
        "wish": form.wish.data,
        "named_text": form.named_text.data or None,
    }
    return onward(found, "you")


def _suggested_title(what_part: dict[str, Any]) -> str:
    said = dict(reason_choices()).get(what_part["reason"], "")
    glue = ": " if lang() == "en" else "，"
    return f"{what_part['item_words']}{glue}{said}"[:LONGEST_TITLE]


@blueprint.route("/complaints/new/you", methods=["GET", "POST"])
@public
def you() -> ResponseReturnValue:
    found = under_way()
    back = missing_before(found, "you")
    if back is not None:
        return back
    if request.method == "GET":
        return render_template("intake/you.html", form=YouForm(data=found.get("you") or {}))
    form = YouForm()
    if not form.validate_on_submit():
        return render_template("intake/you.html", form=form), 422
    found["you"] = _answers(form)
    return onward(found, "check")


def _answers(form: YouForm) -> dict[str, Any]:
    """Keep what belongs to the choices made, and nothing of what was filled in beside them."""
    kept: dict[str, Any] = {
        "party_kind": form.party_kind.data,
        "identity_mode": form.identity_mode.data,
        "needs": list(form.needs.data or ()),
    }
    if form.identity_mode.data == IdentityMode.ANONYMOUS:
        return kept
    kept |= {
        "name": form.name.data,
        "phone": form.phone.number,
        "phone_private": bool(form.phone_private.data),
        "email": form.email.data or None,
    }
    if form.party_kind.data == PartyKind.BUSINESS:
        kept |= {"org": form.org.data, "uscc": form.uscc.data}
    if form.on_behalf.data:
        kept |= {
            "on_behalf": True,
            "agent_name": form.agent_name.data,
            "agent_phone": form.agent_phone.number,
        }
    return kept
