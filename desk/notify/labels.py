"""What letters, ways and troubles are called on a page and at the terminal."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.notify.models import Channel
from desk.notify.troubles import Trouble

LETTER: dict[str, LazyString] = {
    "received": _l("Received"),
    "supplement_asked": _l("More is needed"),
    "supplement_got": _l("What was missing has arrived"),
    "diverted": _l("Not accepted"),
    "accepted": _l("Accepted, with the date"),
    "passed_on": _l("Passed on to a department"),
    "replied": _l("There is an answer"),
    "closed_solved": _l("Closed as solved"),
    "closed_part": _l("Closed as partly solved"),
    "closed_unconfirmed": _l("Closed without an answer"),
    "closed_unsolved": _l("Closed unsolved"),
    "reopened": _l("Being done again"),
    "withdrawn": _l("Withdrawn"),
    "restored": _l("Goes on"),
    "diversion_overturned": _l("Taken up after all"),
    "referred": _l("One part passed to another office"),
    "extended": _l("The date was moved"),
    "paused": _l("The time stands still"),
    "resumed": _l("The time runs again"),
    "corrected": _l("The date was corrected"),
    "rectification_opened": _l("The rating led to a case"),
    "message": _l("There is a message"),
    "rate": _l("Please rate"),
}

CHANNEL: dict[Channel, LazyString] = {
    Channel.MAIL: _l("By e-mail"),
    Channel.SMS: _l("By text message"),
}

TROUBLE: dict[Trouble, LazyString] = {
    Trouble.DOWN: _l("The mail server or SMS gateway did not take it. Check the connection."),
    Trouble.UNSURE: _l("The line broke while sending. It may have arrived all the same."),
    Trouble.REFUSED: _l("This address was refused. Call the complainant instead."),
    Trouble.FAULT: _l("It could not be written. Tell whoever runs the desk."),
    Trouble.NO_ADDRESS: _l("There is no address for it. Call the complainant instead."),
    Trouble.ERASED: _l("The complainant's data have been erased."),
}
