"""Putting a bad rating aside: the unit appeals, two supervisors decide."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.casework.actions import rating_appeals, unfounded
from desk.casework.words import Verdict
from desk.kernel.clock import utc_now
from desk.workbench.forms import DecideForm
from desk.workbench.rating_forms import AgreeForm, AppealRatingForm
from desk.workbench.views.acts import do, do_with_files
from desk.workbench.views.doors import blueprint


@blueprint.post("/cases/<number>/acts/appeal-rating")
@takes_files
@requires(Permission.CASE_APPEAL_RATING)
def appeal_rating(number: str) -> ResponseReturnValue:
    form, actor = AppealRatingForm(), current_actor()
    return do_with_files(
        number,
        "appeal_rating",
        form,
        lambda files: rating_appeals.appeal(
            number,
            Verdict(str(form.verdict.data)),
            str(form.text.data),
            files,
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("The appeal is sent. Two supervisors decide; until then everything goes on."),
    )


@blueprint.post("/cases/<number>/acts/decide-appeal")
@requires(Permission.CASE_DECIDE_RATING)
def decide_appeal(number: str) -> ResponseReturnValue:
    form, actor = DecideForm(), current_actor()
    return do(
        number,
        "decide_appeal",
        form,
        lambda: rating_appeals.decide_appeal(
            number,
            grant=form.grant.data == "yes",
            reason=str(form.text.data or ""),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("What you decided is recorded."),
    )


@blueprint.post("/cases/<number>/acts/agree-unfounded")
@requires(Permission.CASE_DECIDE_RATING)
def agree_unfounded(number: str) -> ResponseReturnValue:
    form, actor = AgreeForm(), current_actor()
    return do(
        number,
        "agree_unfounded",
        form,
        lambda: unfounded.agree(
            number,
            str(form.text.data or ""),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("Recorded. A second supervisor decides."),
    )
