"""What letters, ways and troubles are called on a page and at the terminal."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.notify.models import Channel
from desk.notify.notices import Notice, Way
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
    "file_refused": _l("A file could not be taken"),
    "rate": _l("Please rate"),
    "rate_service": _l("Please rate the service at the window"),
    "rectified": _l("What became of the bad rating"),
    "appeal_upheld": _l("The rating was put aside"),
    "missed_call": _l("A call that was not answered"),
    "merged": _l("Joined to another case"),
    "unmerged": _l("Goes on by itself"),
    "joined_news": _l("News of the case it was joined to"),
    "joined_replied": _l("There is an answer in the case it was joined to"),
    "joined_closed": _l("The case it was joined to was closed"),
    "notice": _l("News for staff"),
    "digest": _l("News of the day for staff"),
}

NOTICE: dict[Notice, LazyString] = {
    Notice.ASSIGNED: _l("Given to you"),
    Notice.RETURNED: _l("Came back to you"),
    Notice.DECISION: _l("You are asked to decide"),
    Notice.DECIDED: _l("What you asked for was decided"),
    Notice.MENTION: _l("A colleague names you in a note"),
    Notice.MESSAGE: _l("The complainant has written"),
    Notice.REMINDER: _l("Half of the time is gone"),
    Notice.AMBER: _l("One working day is left"),
    Notice.CARD: _l("A card was given"),
    Notice.URGED: _l("Somebody asks to hurry"),
    Notice.SUPERVISED: _l("A supervisor wants a written answer"),
    Notice.ESCALATED: _l("Raised to whoever is in charge"),
    Notice.TASK: _l("Your department is asked for its part of a case"),
    Notice.TASK_ANSWERED: _l("Another department has given its part"),
    Notice.ORDER_ANSWERED: _l("The written answer you wanted is there"),
    Notice.STAND_IN: _l("You stand in for a colleague"),
    Notice.CALL: _l("A call you planned is due"),
    Notice.REPORT: _l("A report is ready"),
    Notice.ALARM: _l("Ratings do not add up: look at once"),
    Notice.RATING_ALARM: _l("Too many bad ratings are called malicious"),
}
"""What somebody is told, in the words of the list, the mail and the choices."""

WAY: dict[Way, LazyString] = {
    Way.IN_APP: _l("In the desk"),
    Way.MAIL: _l("In the desk, and by mail at once"),
    Way.DIGEST: _l("In the desk, and in the morning mail"),
    Way.OFF: _l("Not at all"),
}

CHANNEL: dict[Channel, LazyString] = {
    Channel.MAIL: _l("By e-mail"),
    Channel.SMS: _l("By text message"),
    Channel.IN_APP: _l("In the desk"),
}

TROUBLE: dict[Trouble, LazyString] = {
    Trouble.DOWN: _l("The mail server or SMS gateway did not take it. Check the connection."),
    Trouble.UNSURE: _l("The line broke while sending. It may have arrived all the same."),
    Trouble.REFUSED: _l("This address was refused. Call the complainant instead."),
    Trouble.FAULT: _l("It could not be written. Tell whoever runs the desk."),
    Trouble.NO_ADDRESS: _l("There is no address for it. Call the complainant instead."),
    Trouble.ERASED: _l("The complainant's data have been erased."),
    Trouble.KEPT_AWAY: _l("Whom it was for may not see this case any more."),
}
