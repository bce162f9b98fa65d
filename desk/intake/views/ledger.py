"""The ledger in public: its key, its newest seal, and whether a receipt still fits it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.audit.anchoring import last_anchored
from desk.audit.proving import Proved, parse_digits, prove
from desk.audit.sealing import last_seal
from desk.audit.seals import public_key
from desk.casework.queries.access import chain_of
from desk.intake.forms import ProofForm
from desk.intake.views.doors import TRACK, address_key, blueprint, here, settings, throttle
from desk.kernel.clock import utc_now
from desk.kernel.errors import TooMany


@blueprint.route("/ledger", methods=["GET", "POST"])
@public
def ledger() -> ResponseReturnValue:
    """Explain the ledger, and hold a receipt against it. Asking changes nothing."""
    form = ProofForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        throttle().hit(
            TRACK,
            address_key(utc_now()),
            _("This was tried too often. Wait a little, then try again."),
        )
    except TooMany as error:
        form.form_errors.append(error.message)
        return _page(form), 429, {"Retry-After": str(error.retry_after)}
    digits = parse_digits(str(form.proof.data))
    if digits is None:
        form.proof.errors = [
            _("The proof has 16 digits and letters from a to f. Compare it with the receipt.")
        ]
        return _page(form), 422
    proved = prove(*chain_of(str(form.number.data)), digits, _key())
    return _page(form, proved, asked=True)


def _page(form: ProofForm, proved: Proved | None = None, *, asked: bool = False) -> str:
    region = here().region
    return render_template(
        "intake/ledger.html",
        form=form,
        proved=proved,
        asked=asked,
        key=_key().hex(),
        newest=last_seal(region.id),
        anchored=last_anchored(region.id),
    )


@blueprint.get("/ledger/key.pem")
@public
def ledger_key() -> ResponseReturnValue:
    """Give the public key as programs read it."""
    key = Ed25519PublicKey.from_public_bytes(_key())
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Response(pem, mimetype="application/x-pem-file")


def _key() -> bytes:
    return public_key(settings().seal_seed())
