"""What a complainant fills in, one topic a page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from desk.casework.labels import IDENTITY, NEED, PARTY, SOLVED, TRIED_BY
from desk.casework.uscc import normalise_uscc
from desk.casework.words import IdentityMode, PartyKind, Solved
from desk.files.kinds import PUBLIC_FAMILIES, endings
from desk.kernel.form import (
    Day,
    DeskForm,
    Email,
    Hidden,
    Line,
    OneOf,
    Paragraph,
    Phone,
    SomeOf,
    Tick,
    Version,
    Whole,
)
from desk.kernel.uploads import Uploads

MOST_VISITS = 99
ONE_TO_FIVE = tuple((str(n), str(n)) for n in range(1, 6))


class WhatForm(DeskForm):
    """Step 1: what could not be done."""

    item_words = Line(
        _l("What did you want to get done?"),
        required=_l("Write what you wanted to get done, in your own words."),
    )
    item = OneOf(_l("Is it one of these?"))
    item_code = Hidden()
    reason = OneOf(_l("Where did it get stuck?"), required=_l("Choose where it got stuck."))
    visits = Whole(_l("How many times have you come for it?"), least=0, most=MOST_VISITS)
    happened_on = Day(_l("When was the last time?"), day_optional=True)
    tried_by = OneOf(_l("How did you try?"), choices=list(TRIED_BY.items()))
    own_reference = Line(_l("Reference number on your slip"), longest=80)

    def prepare(
        self,
        reasons: Sequence[tuple[str, str]],
        matches: Sequence[tuple[str, str]],
        today: date,
    ) -> None:
        """Hand in the lists to choose from and the latest day that can be meant."""
        self.reason.choices = list(reasons)
        self.item.optional = False
        self.item.choices = [*matches, ("none", _l("None of these: the window finds it for me"))]
        self.happened_on.latest = today


class TellForm(DeskForm):
    """Step 2: the story."""

    title = Line(_l("In one sentence"), longest=200, required=_l("Write it in one sentence."))
    story = Paragraph(_l("What happened?"), longest=20_000, required=_l("Write what happened."))
    wish = Paragraph(_l("What should happen?"), longest=2_000)
    named_text = Line(_l("Office, window or person it is about"), longest=200)
    files = Uploads(_l("Photos or papers"), accept=endings(PUBLIC_FAMILIES))


class YouForm(DeskForm):
    """Step 3: who tells it, and who may know."""

    identity_mode = OneOf(
        _l("Who may know who you are?"),
        choices=list(IDENTITY.items()),
        required=_l("Choose who may know who you are."),
    )
    party_kind = OneOf(
        _l("For whom are you writing?"),
        choices=list(PARTY.items()),
        required=_l("Choose individual or business."),
    )
    org = Line(_l("Name of the business"), longest=120)
    uscc = Line(_l("Unified social credit code"), longest=40)
    name = Line(_l("Name"), longest=80)
    phone = Phone(_l("Phone"))
    phone_private = Tick(_l("Only I use this phone"))
    email = Email(_l("E-mail"))
    on_behalf = Tick(_l("I am writing for somebody else"))
    agent_name = Line(_l("Your own name"), longest=80)
    agent_phone = Phone(_l("Your own phone"))
    needs = SomeOf(_l("Anything we should know when we call?"), choices=list(NEED.items()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also what depends on the choices: contact data, business, the one who writes."""
        passed = super().validate(extra_validators)
        mode, kind = self.identity_mode.data, self.party_kind.data
        if mode == IdentityMode.ANONYMOUS:
            passed &= self._nobody_named()
        elif mode is not None:
            passed &= self._need(self.name, _l("Write your name, or choose to stay anonymous."))
            passed &= self._need(
                self.phone, _l("Write a phone number, or choose to stay anonymous.")
            )
        if kind == PartyKind.BUSINESS and mode != IdentityMode.ANONYMOUS:
            passed &= self._business()
        if self.on_behalf.data and mode != IdentityMode.ANONYMOUS:
            passed &= self._need(self.agent_name, _l("Write your own name as well."))
            passed &= self._need(self.agent_phone, _l("Write your own phone as well."))
        return bool(passed)

    def _need(self, field: Any, sentence: object) -> bool:
        if field.data or field.errors:
            return not field.errors
        field.errors = [*field.errors, str(sentence)]
        return False

    def _nobody_named(self) -> bool:
        contact = (self.name, self.phone, self.email, self.org, self.uscc)
        if not any(field.data for field in (*contact, self.agent_name, self.agent_phone)):
            return True
        self.identity_mode.errors = [
            *self.identity_mode.errors,
            str(
                _l(
                    "You chose to stay anonymous and also gave contact data. Clear the contact "
                    "data, or choose “Confidential”: then only the window knows who you are."
                )
            ),
        ]
        return False

    def _business(self) -> bool:
        passed = self._need(self.org, _l("Write the name of the business."))
        passed &= self._need(self.uscc, _l("Write the 18 characters of the credit code."))
        if self.uscc.data and not self.uscc.errors and normalise_uscc(self.uscc.data) is None:
            self.uscc.errors = [
                *self.uscc.errors,
                str(_l("This is not a credit code: compare its 18 characters with the licence.")),
            ]
            passed = False
        return passed


class CheckForm(DeskForm):
    """Step 4: send. `seen` is what the page showed and when, signed; `website` is a trap."""

    seen = Hidden()
    sure = Hidden()
    website = StringField(_l("Leave this empty"))


class SavedForm(DeskForm):
    saved = Tick(_l("I have kept the number and the code"))


class ProofForm(DeskForm):
    """What a receipt says of the ledger; `proof` as `audit.proving.parse_digits` reads it."""

    number = Line(
        _l("Case number"),
        longest=40,
        required=_l("Write the case number, such as XZ-261123-482915-3."),
    )
    proof = Line(
        _l("Proof"), longest=60, required=_l("Write the 16 digits and letters of the proof.")
    )


class TrackForm(DeskForm):
    number = Line(
        _l("Case number"),
        longest=40,
        required=_l("Write the case number, such as XZ-261123-482915-3."),
    )
    code = Line(
        _l("Access code"), longest=40, required=_l("Write the access code of 16 characters.")
    )


class TextForm(DeskForm):
    """One text to the desk: a message, what was missing, why it is not solved, why withdrawn."""

    version = Version()
    text = Paragraph(_l("Your text"), longest=5_000, required=_l("Write something before sending."))
    files = Uploads(_l("Photos or papers"), accept=endings(PUBLIC_FAMILIES))


class ConfirmForm(DeskForm):
    version = Version()
    solved = OneOf(
        _l("Is it solved?"),
        choices=[(Solved.YES, SOLVED[Solved.YES]), (Solved.PART, SOLVED[Solved.PART])],
        required=_l("Say whether it is solved."),
    )


class AnswerForm(DeskForm):
    """Whether it is solved, and what somebody wants to add; nothing is chosen beforehand."""

    solved = OneOf(
        _l("Is it solved?"),
        choices=list(SOLVED.items()),
        required=_l("Choose whether it is solved."),
    )
    text = Paragraph(_l("What is still missing?"), longest=2000)
    in_time = OneOf(
        _l("Did the department get in touch with you in good time?"),
        choices=(("yes", _l("Yes")), ("no", _l("No"))),
    )
    result_score = OneOf(
        _l("How content are you with the result? 1 is not at all, 5 is very."), choices=ONE_TO_FIVE
    )
    attitude_score = OneOf(
        _l("And with how you were treated? 1 is not at all, 5 is very."), choices=ONE_TO_FIVE
    )


class ConsentForm(DeskForm):
    """Whether others may be told of the case."""

    agree = OneOf(
        _l("May we tell others of it?"),
        choices=(("yes", _l("Yes, I agree")), ("no", _l("No, I take it back"))),
        required=_l("Choose yes or no."),
    )


class EmptyForm(DeskForm):
    """A button alone."""
