"""What the closed lists are called on a page."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.approvals.words import ApprovalKind
from desk.casework.holding import Holder
from desk.casework.words import (
    CaseChannel,
    Complexity,
    ContactChannel,
    ContactKind,
    FileUse,
    IdentityMode,
    LinkKind,
    Need,
    Outcome,
    PartyKind,
    PauseReason,
    Responsibility,
    Result,
    Solved,
    Status,
    Step,
    TaskState,
    Verdict,
)
from desk.casework.workflow import Move

FILE_USE: dict[FileUse, LazyString] = {
    FileUse.STORY: _l("from the desk"),
    FileUse.EVIDENCE: _l("shows that it is done"),
    FileUse.INTERNAL: _l("internal"),
}
STATUS: dict[Status, LazyString] = {
    Status.SUBMITTED: _l("To be accepted"),
    Status.SUPPLEMENT: _l("More needed from you"),
    Status.ACCEPTED: _l("Accepted"),
    Status.DISPATCHED: _l("To be signed for"),
    Status.HANDLING: _l("In hand"),
    Status.REPLY_REVIEW: _l("Reply under review"),
    Status.REPLIED: _l("Replied"),
    Status.CLOSED: _l("Closed"),
    Status.DIVERTED: _l("Not accepted, directed elsewhere"),
    Status.MERGED: _l("Merged"),
    Status.WITHDRAWN: _l("Withdrawn"),
}
STAFF_STATUS = STATUS | {Status.SUPPLEMENT: _l("Waiting for the complainant")}

TURN: dict[Status, LazyString] = {
    Status.SUBMITTED: _l("The window"),
    Status.SUPPLEMENT: _l("You"),
    Status.ACCEPTED: _l("The window"),
    Status.DISPATCHED: _l("The department"),
    Status.HANDLING: _l("The department"),
    Status.REPLY_REVIEW: _l("The reviewer"),
    Status.REPLIED: _l("You and the window"),
    Status.CLOSED: _l("Nobody"),
    Status.DIVERTED: _l("Nobody"),
    Status.MERGED: _l("The case it was merged into"),
    Status.WITHDRAWN: _l("Nobody"),
}
STAFF_TURN = TURN | {
    Status.SUPPLEMENT: _l("The complainant"),
    Status.REPLIED: _l("The window"),
}

SHAPE: dict[Status, str] = {
    Status.SUBMITTED: "submitted",
    Status.SUPPLEMENT: "supplement",
    Status.ACCEPTED: "accepted",
    Status.DISPATCHED: "dispatched",
    Status.HANDLING: "handling",
    Status.REPLY_REVIEW: "review",
    Status.REPLIED: "replied",
    Status.CLOSED: "closed",
    Status.DIVERTED: "flat",
    Status.MERGED: "flat",
    Status.WITHDRAWN: "withdrawn",
}

MOVE: dict[Move, LazyString] = {
    Move.SUBMIT: _l("Filed"),
    Move.OPEN_RECTIFICATION: _l("Opened from a bad rating"),
    Move.ASK_SUPPLEMENT: _l("Ask for what is missing"),
    Move.SUPPLY: _l("Supply what is missing"),
    Move.LAPSE_SUPPLEMENT: _l("Time to supply ran out"),
    Move.ACCEPT: _l("Accept"),
    Move.SOLVE_ON_SPOT: _l("Solved on the spot"),
    Move.DISPATCH: _l("Pass on to a department"),
    Move.DISPATCH_RECTIFICATION: _l("Pass on to the unit"),
    Move.SIGN: _l("Sign for it"),
    Move.FIND_UNFOUNDED: _l("Find the rating unfounded"),
    Move.SUBMIT_REPLY: _l("Submit the reply"),
    Move.APPROVE_REPLY: _l("Approve and send the reply"),
    Move.SEND_BACK: _l("Send back"),
    Move.SEND_BACK_0: _l("Send back"),
    Move.CLOSE_SOLVED: _l("Close: solved"),
    Move.CLOSE_UNCONFIRMED: _l("Close: nobody reached"),
    Move.LAPSE_CONFIRM: _l("Closed without an answer"),
    Move.CLOSE_UNSOLVED: _l("Close: not solved"),
    Move.CONFIRM: _l("Confirm it is solved"),
    Move.REDO: _l("To be done again"),
    Move.REDO_0: _l("To be done again"),
    Move.REOPEN: _l("Open again"),
    Move.REOPEN_0: _l("Open again"),
    Move.WITHDRAW: _l("Withdraw"),
    Move.RETURN_UPHELD: _l("Take it back to the window"),
    Move.ARBITRATE: _l("Decide who answers"),
    Move.DIVERT: _l("Confirm: not for this desk"),
    Move.OVERTURN: _l("Set the refusal right"),
    Move.RESTORE: _l("Restore"),
    Move.MERGE: _l("Join to another case"),
    Move.UNMERGE: _l("Take out again"),
    Move.END_BY_APPEAL: _l("Ended by the unit's appeal"),
}

DONE: dict[str, LazyString] = {
    "submit": _l("Filed"),
    "link": _l("Linked with another case"),
    "unlink": _l("A link with another case was taken away"),
    "link_improvement": _l("Linked with an improvement item"),
    "unlink_improvement": _l("The link with an improvement item was taken away"),
    "open_rectification": _l("Opened from a bad rating"),
    "ask_supplement": _l("The window asked for what is missing"),
    "supply": _l("What was missing was supplied"),
    "lapse_supplement": _l("Nothing more came, so the case was not accepted"),
    "accept": _l("Accepted by the window"),
    "solve_on_spot": _l("Solved at the window, with a reply"),
    "dispatch": _l("Passed on to the department"),
    "dispatch_rectification": _l("Passed on to the unit"),
    "sign": _l("The department signed for it"),
    "find_unfounded": _l("The rating was found unfounded; two supervisors decide"),
    "agree_unfounded": _l("A first supervisor agrees that the rating was unfounded"),
    "appeal_rating": _l("The unit appeals against the rating"),
    "uphold_appeal": _l("A supervisor agrees with the appeal"),
    "refuse_appeal": _l("The appeal is refused: nothing changes"),
    "end_by_appeal": _l("Two supervisors put the rating aside; it is kept and does not count"),
    "submit_reply": _l("A reply was submitted for review"),
    "approve_reply": _l("The reply was sent"),
    "send_back": _l("The reply was sent back"),
    "send_back_0": _l("The finding was sent back"),
    "close_solved": _l("Closed after a follow-up call"),
    "close_unconfirmed": _l("Closed: nobody could be reached"),
    "lapse_confirm": _l("Closed: the time to answer ran out"),
    "close_unsolved": _l("Closed as not solved"),
    "confirm": _l("Confirmed as solved"),
    "redo": _l("Sent to be done again"),
    "redo_0": _l("Sent to be done again"),
    "reopen": _l("Opened again"),
    "reopen_0": _l("Opened again"),
    "withdraw": _l("Withdrawn"),
    "ask_return": _l("The department asked to hand it back"),
    "refuse_return": _l("It stays with the department"),
    "return_upheld": _l("The window passes it on to another department"),
    "arbitrate": _l("A supervisor decided which department answers; this is final"),
    "propose_divert": _l("A colleague proposed not to accept it"),
    "refuse_divert": _l("It is for this desk after all"),
    "divert": _l("Not accepted: another office is competent"),
    "overturn": _l("A supervisor took it up again"),
    "refer": _l("One part of it was passed to another office; the rest goes on here"),
    "ask_extension": _l("More time was asked for"),
    "endorse_extension": _l("The lead supports the request for more time"),
    "extend": _l("The department was given more time"),
    "refuse_extension": _l("No more time was given"),
    "extension_ran_out": _l("More time was not granted before the date; the date stands"),
    "reclassify": _l("Put down as another kind of matter"),
    "set_item": _l("Put under another item"),
    "set_cause": _l("The root cause was put right"),
    "correct_date": _l("A date was corrected, because the calendar or a limit was"),
    "settle_date": _l("A date is no longer provisional"),
    "ask_pause": _l("A pause was asked for"),
    "pause": _l("The time for the answer stands still for a while"),
    "refuse_pause": _l("No pause: the time runs on"),
    "resume": _l("The time for the answer runs again"),
    "raise_request": _l("Nobody decided in time: a supervisor is asked now"),
    "restore": _l("Restored"),
    "merge": _l("Joined to another case on the same matter"),
    "unmerge": _l("Taken out again: a matter of its own"),
    "join": _l("Another case was joined to this one"),
    "part": _l("A joined case was taken out again"),
    "joined_message": _l("A message came in a joined case"),
    "nudge": _l("The complainant asks to hurry"),
    "urge": _l("A supervisor asks to hurry"),
    "supervise": _l("A supervisor wants a written answer"),
    "answer_order": _l("The unit answered the supervisor"),
    "lift_order": _l("The supervisor no longer wants a written answer"),
    "escalate": _l("Raised to the duty leader"),
    "ask_task": _l("Another department was asked for its part"),
    "answer_task": _l("The other department gave its part"),
    "drop_task": _l("The part of another department is not needed any more"),
    "record_contact": _l("The complainant was contacted"),
    "plan_call": _l("The complainant named another time to be called"),
    "record_verdict": _l("What the verification found"),
    "hand_over": _l("Another department took over what the former one was doing"),
    "hand_over_part": _l("Another department took over the part the former one owed"),
    "release": _l("Whoever handled it has left; it waits for somebody of the department"),
    "take": _l("Somebody took the case"),
    "assign": _l("The case was assigned"),
    "add_message": _l("A message"),
    "add_note": _l("A note"),
    "reveal": _l("Contact data was shown"),
    "print_case": _l("The case file was printed or taken out as a PDF"),
    "share_file": _l("A file was given to the department"),
    "file_refused": _l("A file could not be taken"),
    "card_blue": _l("Blue card: a clock ran out"),
    "card_yellow": _l("Yellow card: overdue by one working day"),
    "card_red": _l("Red card"),
    "audit": _l("Looked at again by chance"),
    "extract": _l("The complainant took out what is held about them"),
    "card_corrected": _l("A card is taken back, because the date was corrected"),
    "appeal_card": _l("The unit objects to its card"),
    "revoke_card": _l("The card is revoked"),
    "keep_card": _l("The card stands"),
}
"""What a line of the ledger is called in the story of a case."""

STEP: dict[Step, LazyString] = {
    Step.ACCEPT: _l("Accept"),
    Step.DISPATCH: _l("Pass on"),
    Step.SIGN: _l("Sign for it"),
    Step.FIRST_CONTACT: _l("First contact"),
    Step.REPLY: _l("Reply"),
    Step.REPLY_REVIEW: _l("Review"),
    Step.FOLLOW_UP: _l("Follow-up"),
    Step.CONFIRM: _l("Complainant's answer"),
    Step.SUPPLEMENT: _l("Supply what is missing"),
    Step.REWORK: _l("Rework"),
    Step.RATING_CONTACT: _l("Speak to the rater"),
    Step.RATING_RECTIFY: _l("Put right"),
}

HOLDER: dict[Holder, LazyString] = {
    Holder.WINDOW: _l("The window"),
    Holder.DEPARTMENT: _l("The department"),
    Holder.REVIEW: _l("The review of the reply"),
    Holder.COMPLAINANT: _l("The complainant, who was asked"),
    Holder.WAITING: _l("Nobody: an inspection or force majeure"),
    Holder.AFTERWARDS: _l("After the answer"),
}

OUTCOME: dict[Outcome, LazyString] = {
    Outcome.DONE: _l("Done"),
    Outcome.PART: _l("Partly done"),
    Outcome.EXPLAINED: _l("Lawfully not possible, explained"),
    Outcome.POLICY: _l("Policy obstacle, reported upward"),
    Outcome.LEGACY: _l("Legacy problem, listed"),
}
COMPLEXITY: dict[Complexity, LazyString] = {
    Complexity.SIMPLE: _l("Simple"),
    Complexity.GENERAL: _l("General"),
    Complexity.COMPLEX: _l("Complex"),
    Complexity.SPECIAL: _l("Special"),
}
RESPONSIBILITY: dict[Responsibility, LazyString] = {
    Responsibility.UNIT: _l("The unit"),
    Responsibility.STAFF: _l("A member of staff"),
    Responsibility.SYSTEM: _l("The system"),
    Responsibility.POLICY: _l("The policy"),
    Responsibility.APPLICANT: _l("The applicant"),
    Responsibility.MIXED: _l("Several"),
}
RESULT: dict[Result, LazyString] = {
    Result.SOLVED: _l("Solved"),
    Result.PART: _l("Partly solved"),
    Result.UNSOLVED: _l("Not solved"),
    Result.UNCONFIRMED: _l("Not confirmed"),
}
LINK: dict[LinkKind, LazyString] = {
    LinkKind.DUPLICATE: _l("The same matter"),
    LinkKind.RELATED: _l("Has to do with it"),
    LinkKind.HANDOVER: _l("Handed over"),
    LinkKind.SPLIT: _l("Split from it"),
}
SOLVED: dict[Solved, LazyString] = {
    Solved.YES: _l("Yes, solved"),
    Solved.PART: _l("Partly"),
    Solved.NO: _l("No"),
}
VERDICT: dict[Verdict, LazyString] = {
    Verdict.TRUE: _l("Found true"),
    Verdict.PART: _l("Found partly true"),
    Verdict.UNTRUE: _l("Found untrue"),
    Verdict.MISTAKE: _l("A mistake"),
    Verdict.MALICIOUS: _l("Malicious"),
}
IDENTITY: dict[IdentityMode, LazyString] = {
    IdentityMode.REAL: _l("With name"),
    IdentityMode.CONFIDENTIAL: _l("Confidential"),
    IdentityMode.ANONYMOUS: _l("Anonymous"),
}
PARTY: dict[PartyKind, LazyString] = {
    PartyKind.INDIVIDUAL: _l("Individual"),
    PartyKind.BUSINESS: _l("Business"),
}
NEED: dict[Need, LazyString] = {
    Need.ELDERLY: _l("Elderly"),
    Need.DISABLED: _l("Disabled"),
    Need.MINOR: _l("Under age"),
    Need.LANGUAGE: _l("Another language"),
}
CHANNEL: dict[CaseChannel, LazyString] = {
    CaseChannel.WEB: _l("Web"),
    CaseChannel.WINDOW: _l("Window"),
    CaseChannel.QR: _l("QR code"),
    CaseChannel.PHONE: _l("Telephone"),
    CaseChannel.LETTER: _l("By letter"),
    CaseChannel.HOTLINE: _l("Hotline 12345"),
    CaseChannel.API: _l("Another system"),
    CaseChannel.RATING: _l("Bad rating"),
    CaseChannel.LOOK_BACK: _l("Look-back"),
    CaseChannel.IMPORT: _l("Import"),
}
CONTACT: dict[ContactKind, LazyString] = {
    ContactKind.FIRST: _l("First contact"),
    ContactKind.FOLLOW_UP: _l("Follow-up call"),
    ContactKind.VERIFY: _l("Call to the rater"),
    ContactKind.LOOK_BACK: _l("Look-back"),
}
CONTACT_WAY: dict[ContactChannel, LazyString] = {
    ContactChannel.PHONE: _l("Telephone"),
    ContactChannel.VISIT: _l("Visit"),
    ContactChannel.ONLINE: _l("Online"),
    ContactChannel.MAIL: _l("E-mail"),
}
TRIED_BY: dict[str, LazyString] = {
    "window": _l("At the window"),
    "web": _l("Online or by phone app"),
    "kiosk": _l("At a self-service machine"),
    "phone": _l("By telephone"),
}

TASK = {
    TaskState.OPEN: _l("open"),
    TaskState.ANSWERED: _l("answered"),
    TaskState.DROPPED: _l("not needed any more"),
}
PAUSE_REASON = {
    PauseReason.COMPLAINANT: _l("Something only the complainant can give"),
    PauseReason.INSPECTION: _l("An inspection, test or expert opinion the law asks for"),
    PauseReason.FORCE_MAJEURE: _l("Force majeure"),
}
APPROVAL = {
    ApprovalKind.RETURN: _l("The department asks to hand it back"),
    ApprovalKind.DIVERT: _l("A colleague proposes not to accept it"),
    ApprovalKind.EXTENSION: _l("The department asks for more time"),
    ApprovalKind.PAUSE: _l("The department asks for a pause"),
    ApprovalKind.PUBLICATION: _l("A colleague proposes to publish it"),
    ApprovalKind.EXPORT: _l("A colleague asks to take data out"),
    ApprovalKind.GRANT: _l("A colleague asks for a role to be given"),
    ApprovalKind.CARD_APPEAL: _l("The unit objects to a card"),
    ApprovalKind.RATING_APPEAL: _l("The unit objects to a rating"),
    ApprovalKind.DISPOSAL: _l("A colleague proposes to dispose of it"),
    ApprovalKind.UNFOUNDED: _l("A colleague finds the rating unfounded"),
}
