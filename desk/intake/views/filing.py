"""The third step of filing: who tells it, and who may know."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from desk.access.doors import public
from desk.casework.words import IdentityMode, PartyKind
from desk.intake.forms import YouForm
from desk.intake.views.doors import blueprint
from desk.intake.views.drafting import missing_before, onward, under_way


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
