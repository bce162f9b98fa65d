"""What the parts, findings and standings of a publication are called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.publishing.scanning import Trace
from desk.publishing.words import PublicationKind, Removal, Standing

CONSENT: dict[str, LazyString] = {
    "2026-11": _l(
        "I agree that the desk tells others what went wrong in my case and how it was put right, "
        "without my name, my number, my address or anything else by which I could be known. I can "
        "take this back at any time; the page then disappears."
    ),
}
KIND: dict[PublicationKind, LazyString] = {
    PublicationKind.CASE: _l("Something that did not work"),
    PublicationKind.PRAISE: _l("Something that went well"),
    PublicationKind.IMPROVEMENT: _l("A cause mended for everyone"),
}
PART: dict[str, LazyString] = {
    "title": _l("Title"),
    "happened": _l("What happened"),
    "done": _l("What was done"),
    "changed": _l("What has changed"),
    "said": _l("What people say"),
}
STANDING: dict[Standing, LazyString] = {
    Standing.WAITING: _l("Being read"),
    Standing.PUBLISHED: _l("Published"),
    Standing.REFUSED: _l("Not published"),
    Standing.REMOVED: _l("Removed"),
}
REMOVED_FOR: dict[Removal, LazyString] = {
    Removal.CONSENT: _l("The complainant took the agreement back."),
    Removal.REQUEST: _l("Somebody concerned asked for it."),
    Removal.WRONG: _l("It was not right."),
    Removal.REOPENED: _l("The case was opened again."),
    Removal.TAKEN_BACK: _l("Whoever wrote it took it back before it was read."),
}
TRACE: dict[Trace, LazyString] = {
    Trace.DIGITS: _l("a long number"),
    Trace.PHONE: _l("a telephone number"),
    Trace.IDENTITY: _l("an identity number"),
    Trace.CARD: _l("a bank card number"),
    Trace.CREDIT_CODE: _l("a credit code"),
    Trace.PLATE: _l("a number plate"),
    Trace.EMAIL: _l("an e-mail address"),
    Trace.ACCOUNT: _l("an account name"),
    Trace.ADDRESS: _l("an address"),
    Trace.PARTY: _l("somebody the case is about"),
    Trace.STAFF: _l("somebody who worked on the case"),
    Trace.NAME: _l("perhaps a person's name"),
    Trace.DAY: _l("an exact day: the month is enough"),
    Trace.ECHO: _l("nearly the complainant's own words"),
}
