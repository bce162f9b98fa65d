"""Every letter, and the only fields it may carry: a number and a date, never content or names."""

CASE_FIELDS = frozenset({"number", "path", "promised_on", "provisional"})
RATING_FIELDS = frozenset({"number", "path"})

LETTERS: dict[str, frozenset[str]] = {
    "received": CASE_FIELDS,
    "supplement_asked": CASE_FIELDS,
    "supplement_got": CASE_FIELDS,
    "diverted": CASE_FIELDS,
    "accepted": CASE_FIELDS,
    "passed_on": CASE_FIELDS,
    "replied": CASE_FIELDS,
    "closed_solved": CASE_FIELDS,
    "closed_part": CASE_FIELDS,
    "closed_unconfirmed": CASE_FIELDS,
    "closed_unsolved": CASE_FIELDS,
    "reopened": CASE_FIELDS,
    "withdrawn": CASE_FIELDS,
    "restored": CASE_FIELDS,
    "diversion_overturned": CASE_FIELDS,
    "referred": CASE_FIELDS,
    "extended": CASE_FIELDS,
    "paused": CASE_FIELDS,
    "resumed": CASE_FIELDS,
    "corrected": CASE_FIELDS,
    "rectification_opened": CASE_FIELDS,
    "message": CASE_FIELDS,
    "merged": CASE_FIELDS,
    "unmerged": CASE_FIELDS,
    "joined_news": CASE_FIELDS,
    "joined_replied": CASE_FIELDS,
    "joined_closed": CASE_FIELDS,
    "file_refused": CASE_FIELDS,
    "rate": RATING_FIELDS,
    "rate_service": RATING_FIELDS,
    "missed_call": CASE_FIELDS,
    "rectified": RATING_FIELDS,
    "appeal_upheld": CASE_FIELDS,
    "notice": frozenset({"number", "path", "kind"}),
    "digest": frozenset({"path", "counts"}),
}

TO_STAFF = frozenset({"notice", "digest"})
"""Letters to members of staff: what they are told of, and how much of it in a day."""

LINKS = {
    "rate": "/rate/",
    "rectified": "/rate/",
    "rate_service": "/rate/",
    "missed_call": "/answer/",
    "replied": "/answer/",
    "joined_replied": "/answer/",
}
"""Letters that carry a one-time link, kept sealed until they are posted, and where it leads."""

ALSO_WITHOUT = frozenset({"replied", "joined_replied", "missed_call"})
"""Of these, what still says something without its link: when nothing is to be answered any more."""
