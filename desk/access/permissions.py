"""Every permission and who holds it: the one page to read, or to change."""

from enum import StrEnum


class Role(StrEnum):
    """Roles of people, and two that no person holds: the complainant of a case and the desk."""

    CLERK = "clerk"
    HANDLER = "handler"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    INTEGRITY = "integrity"
    ADMIN = "admin"
    AUDITOR = "auditor"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


STAFF_ROLES = tuple(r for r in Role if r not in {Role.COMPLAINANT, Role.SYSTEM})


class Permission(StrEnum):
    """What can be allowed. A name is `subject:verb`."""

    HOME_SEE = "home:see"
    CASE_READ = "case:read"
    CASE_FILE = "case:file"
    CASE_OPEN_RECTIFICATION = "case:open_rectification"
    CASE_ASK_SUPPLEMENT = "case:ask_supplement"
    CASE_SUPPLY = "case:supply"
    CASE_ACCEPT = "case:accept"
    CASE_SOLVE_ON_SPOT = "case:solve_on_spot"
    CASE_DISPATCH = "case:dispatch"
    CASE_VERIFY = "case:verify"
    CASE_FIND_UNFOUNDED = "case:find_unfounded"
    CASE_APPEAL_RATING = "case:appeal_rating"
    CASE_DECIDE_RATING = "case:decide_rating"
    CASE_SIGN = "case:sign"
    CASE_REPLY = "case:reply"
    CASE_REVIEW = "case:review"
    CASE_REVIEW_REFUSAL = "case:review_refusal"
    CASE_FOLLOW_UP = "case:follow_up"
    CASE_CLOSE_UNSOLVED = "case:close_unsolved"
    CASE_CONFIRM = "case:confirm"
    CASE_REDO = "case:redo"
    CASE_REOPEN = "case:reopen"
    CASE_WITHDRAW = "case:withdraw"
    CASE_RESTORE = "case:restore"
    CASE_LAPSE = "case:lapse"
    CASE_CORRECT = "case:correct"
    CASE_ASK_RETURN = "case:ask_return"
    CASE_DECIDE_RETURN = "case:decide_return"
    CASE_ARBITRATE = "case:arbitrate"
    CASE_ASK_TIME = "case:ask_time"
    CASE_RECLASSIFY = "case:reclassify"
    CASE_ENDORSE_EXTENSION = "case:endorse_extension"
    CASE_DECIDE_EXTENSION = "case:decide_extension"
    CASE_DECIDE_PAUSE = "case:decide_pause"
    CASE_RESUME = "case:resume"
    CASE_PROPOSE_DIVERT = "case:propose_divert"
    CASE_DIVERT = "case:divert"
    CASE_OVERTURN = "case:overturn"
    CASE_REFER = "case:refer"
    CASE_MERGE = "case:merge"
    CASE_UNMERGE = "case:unmerge"
    CASE_TAKE = "case:take"
    CASE_ASSIGN = "case:assign"
    CASE_ASK_TASK = "case:ask_task"
    CASE_NUDGE = "case:nudge"
    CASE_URGE = "case:urge"
    CASE_SUPERVISE = "case:supervise"
    CASE_ANSWER_ORDER = "case:answer_order"
    CASE_ESCALATE = "case:escalate"
    TASK_SEE = "task:see"
    TASK_ANSWER = "task:answer"
    CASE_CONTACT = "case:contact"
    CASE_MESSAGE = "case:message"
    CASE_NOTE = "case:note"
    CASE_SHARE_FILE = "case:share_file"
    CASE_LINK = "case:link"
    CASE_NAME = "case:name"
    CASE_STEP_BACK = "case:step_back"
    CASE_HAND_OVER = "case:hand_over"
    REPLIES_OWN = "replies:own"
    REPLIES_SHARE = "replies:share"
    IDENTITY_REVEAL = "identity:reveal"
    CARDS_SEE = "cards:see"
    CARD_APPEAL = "card:appeal"
    CARD_DECIDE = "card:decide"
    IMPROVEMENT_SEE = "improvement:see"
    IMPROVEMENT_OPEN = "improvement:open"
    IMPROVEMENT_DONE = "improvement:done"
    IMPROVEMENT_REOPEN = "improvement:reopen"
    PUBLICATION_SEE = "publication:see"
    PUBLICATION_WRITE = "publication:write"
    PUBLICATION_DECIDE = "publication:decide"
    LATE_SEE = "late:see"
    SHIFT_SEE = "shift:see"
    QUALITY_SEE = "quality:see"
    QUALITY_AUDIT = "quality:audit"
    REPORTS_MAKE = "reports:make"
    FIGURES_SEE = "figures:see"
    RATINGS_SEE = "ratings:see"
    RATINGS_OWN = "ratings:own"
    RATINGS_UNIT = "ratings:unit"
    RATING_INVITE = "rating:invite"
    RATING_ENTER = "rating:enter"
    KIOSKS_MANAGE = "kiosks:manage"
    RATING_REVIEW = "rating:review"
    LETTERS_SEE = "letters:see"
    ORGANISATION_MANAGE = "organisation:manage"
    USERS_MANAGE = "users:manage"
    CATALOGUE_MANAGE = "catalogue:manage"
    RULES_MANAGE = "rules:manage"
    TEXTS_MANAGE = "texts:manage"
    SYSTEMS_MANAGE = "systems:manage"
    CHANGES_DECIDE = "changes:decide"
    AUDIT_READ = "audit:read"
    ACCOUNT_OWN = "account:own"


P, R = Permission, Role

# fmt: off
GRANTS: dict[Permission, frozenset[Role]] = {permission: frozenset(roles) for permission, roles in {
    P.HOME_SEE:                STAFF_ROLES,
    P.ACCOUNT_OWN:             STAFF_ROLES,
    P.CASE_READ:               (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.CASE_FILE:               (R.CLERK, R.COMPLAINANT),
    P.CASE_OPEN_RECTIFICATION: (R.SUPERVISOR, R.SYSTEM),
    P.CASE_ASK_SUPPLEMENT:     (R.CLERK,),
    P.CASE_SUPPLY:             (R.CLERK, R.COMPLAINANT),
    P.CASE_ACCEPT:             (R.CLERK,),
    P.CASE_SOLVE_ON_SPOT:      (R.CLERK,),
    P.CASE_DISPATCH:           (R.CLERK, R.SUPERVISOR),
    P.CASE_VERIFY:             (R.CLERK, R.SUPERVISOR),
    P.CASE_FIND_UNFOUNDED:     (R.CLERK, R.SUPERVISOR),
    P.CASE_APPEAL_RATING:      (R.HANDLER, R.LEAD),
    P.CASE_DECIDE_RATING:      (R.SUPERVISOR,),
    P.CASE_SIGN:               (R.HANDLER, R.LEAD),
    P.CASE_REPLY:              (R.HANDLER, R.LEAD),
    P.CASE_REVIEW:             (R.LEAD, R.SUPERVISOR),
    P.CASE_REVIEW_REFUSAL:     (R.SUPERVISOR,),
    P.CASE_FOLLOW_UP:          (R.CLERK,),
    P.CASE_CLOSE_UNSOLVED:     (R.SUPERVISOR,),
    P.CASE_CONFIRM:            (R.COMPLAINANT,),
    P.CASE_REDO:               (R.CLERK, R.COMPLAINANT),
    P.CASE_REOPEN:             (R.CLERK, R.SUPERVISOR, R.COMPLAINANT, R.SYSTEM),
    P.CASE_WITHDRAW:           (R.CLERK, R.COMPLAINANT),
    P.CASE_RESTORE:            (R.SUPERVISOR, R.COMPLAINANT),
    P.CASE_LAPSE:              (R.SYSTEM,),
    P.CASE_CORRECT:            (R.SYSTEM,),
    P.CASE_ASK_RETURN:         (R.HANDLER, R.LEAD),
    P.CASE_DECIDE_RETURN:      (R.CLERK, R.SUPERVISOR),
    P.CASE_ARBITRATE:          (R.SUPERVISOR,),
    P.CASE_ASK_TIME:           (R.HANDLER, R.LEAD),
    P.CASE_RECLASSIFY:         (R.CLERK, R.LEAD, R.SUPERVISOR),
    P.CASE_ENDORSE_EXTENSION:  (R.LEAD,),
    P.CASE_DECIDE_EXTENSION:   (R.SUPERVISOR,),
    P.CASE_DECIDE_PAUSE:       (R.LEAD, R.SUPERVISOR),
    P.CASE_RESUME:             (R.HANDLER, R.LEAD, R.SYSTEM),
    P.CASE_PROPOSE_DIVERT:     (R.CLERK,),
    P.CASE_DIVERT:             (R.CLERK, R.SUPERVISOR),
    P.CASE_OVERTURN:           (R.SUPERVISOR,),
    P.CASE_REFER:              (R.CLERK,),
    P.CASE_MERGE:              (R.CLERK,),
    P.CASE_UNMERGE:            (R.CLERK, R.SUPERVISOR, R.COMPLAINANT, R.SYSTEM),
    P.CASE_TAKE:               (R.CLERK, R.HANDLER, R.LEAD),
    P.CASE_ASSIGN:             (R.LEAD, R.SUPERVISOR, R.SYSTEM),
    P.CASE_ASK_TASK:           (R.CLERK, R.LEAD, R.SUPERVISOR),
    P.CASE_NUDGE:              (R.COMPLAINANT,),
    P.CASE_URGE:               (R.SUPERVISOR,),
    P.CASE_SUPERVISE:          (R.SUPERVISOR,),
    P.CASE_ANSWER_ORDER:       (R.CLERK, R.HANDLER, R.LEAD),
    P.CASE_ESCALATE:           (R.SUPERVISOR,),
    P.TASK_SEE:                (R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.TASK_ANSWER:             (R.HANDLER, R.LEAD),
    P.CASE_CONTACT:            (R.CLERK, R.HANDLER, R.LEAD),
    P.CASE_MESSAGE:            (R.CLERK, R.HANDLER, R.LEAD, R.COMPLAINANT),
    P.CASE_NOTE:               (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.CASE_SHARE_FILE:         (R.CLERK, R.SUPERVISOR),
    P.CASE_LINK:               (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.CASE_NAME:               (R.CLERK, R.SUPERVISOR),
    P.CASE_STEP_BACK:          (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.CASE_HAND_OVER:          (R.SYSTEM,),
    P.REPLIES_OWN:             (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.REPLIES_SHARE:           (R.LEAD, R.SUPERVISOR, R.ADMIN),
    P.IDENTITY_REVEAL:         (R.CLERK, R.HANDLER, R.LEAD),
    P.CARDS_SEE:               (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR, R.INTEGRITY),
    P.CARD_APPEAL:             (R.CLERK, R.LEAD),
    P.CARD_DECIDE:             (R.SUPERVISOR,),
    P.IMPROVEMENT_SEE:         (R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR),
    P.IMPROVEMENT_OPEN:        (R.LEAD, R.SUPERVISOR),
    P.IMPROVEMENT_DONE:        (R.LEAD,),
    P.IMPROVEMENT_REOPEN:      (R.SUPERVISOR,),
    P.PUBLICATION_SEE:         (R.CLERK, R.SUPERVISOR),
    P.PUBLICATION_WRITE:       (R.CLERK, R.SUPERVISOR),
    P.PUBLICATION_DECIDE:      (R.SUPERVISOR,),
    P.LATE_SEE:                (R.SUPERVISOR,),
    P.SHIFT_SEE:               (R.CLERK, R.SUPERVISOR),
    P.QUALITY_SEE:             (R.SUPERVISOR, R.INTEGRITY),
    P.QUALITY_AUDIT:           (R.SUPERVISOR,),
    P.REPORTS_MAKE:            (R.SUPERVISOR,),
    P.FIGURES_SEE:             (R.SUPERVISOR,),
    P.RATINGS_SEE:             (R.SUPERVISOR,),
    P.RATINGS_OWN:             (R.CLERK, R.HANDLER, R.LEAD),
    P.RATINGS_UNIT:            (R.HANDLER, R.LEAD),
    P.RATING_INVITE:           (R.CLERK, R.HANDLER, R.LEAD),
    P.RATING_ENTER:            (R.CLERK,),
    P.KIOSKS_MANAGE:           (R.SUPERVISOR, R.ADMIN),
    P.RATING_REVIEW:           (R.SUPERVISOR,),
    P.LETTERS_SEE:             (R.ADMIN,),
    P.ORGANISATION_MANAGE:     (R.ADMIN,),
    P.USERS_MANAGE:            (R.ADMIN,),
    P.CATALOGUE_MANAGE:        (R.ADMIN,),
    P.RULES_MANAGE:            (R.ADMIN,),
    P.TEXTS_MANAGE:            (R.ADMIN,),
    P.SYSTEMS_MANAGE:          (R.ADMIN,),
    P.CHANGES_DECIDE:          (R.ADMIN,),
    P.AUDIT_READ:              (R.AUDITOR,),
}.items()}
# fmt: on


SECOND_PERSON = frozenset(
    {
        P.CASE_REVIEW,
        P.CASE_REVIEW_REFUSAL,
        P.CASE_FOLLOW_UP,
        P.CASE_DECIDE_RETURN,
        P.CASE_ARBITRATE,
        P.CASE_ENDORSE_EXTENSION,
        P.CASE_DECIDE_EXTENSION,
        P.CASE_DECIDE_PAUSE,
        P.CASE_DIVERT,
        P.CASE_OVERTURN,
        P.CARD_DECIDE,
        P.QUALITY_AUDIT,
        P.PUBLICATION_DECIDE,
        P.RATING_REVIEW,
        P.CASE_DECIDE_RATING,
    }
)
"""What somebody else must do than whoever wrote or asked for it."""

STOOD_IN_FOR = frozenset({R.CLERK, R.HANDLER, R.LEAD, R.SUPERVISOR})
"""Whose seats a colleague may take while they are away; the others take two people to give."""


def permissions_of(role: Role) -> frozenset[Permission]:
    """List what a role may do."""
    return frozenset(p for p, roles in GRANTS.items() if role in roles)
