"""The form all forms are made from: strict about shape, and it keeps what was typed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from desk.kernel.days import read_day
from desk.kernel.errors import Invalid
from desk.kernel.texts import (
    BIDI,
    BREAK,
    LONGEST_EMAIL,
    has_stacked_marks,
    is_email,
    phone_digits,
    storable,
    tidy,
    whole_number,
)

LONGEST_PART = 12

EXPIRED = _l("This page was open too long. Nothing was lost: check it and send it again.")
TWICE = _l("This was sent twice. Check it and send it again.")
UNSTORABLE = _l("This holds characters that cannot be kept. Type it again without them.")


class DeskForm(FlaskForm):
    """A form whose errors can also come from below, and whose summary lists them in order."""

    def blame(self, error: Invalid) -> None:
        """Show under its field what an action could not take; without one to see, at the top."""
        field = self._fields.get(error.field or "")
        if field is None or isinstance(field, HiddenField):
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]
        for other in error.others:
            self.blame(other)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check everything; a token that has run out is a sentence at the top, not the end."""
        passed = bool(super().validate(extra_validators))
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            self.form_errors.append(EXPIRED)
        return passed

    def must_pass(self) -> None:
        """Check a form that is only a button; raises Invalid with what is wrong with it."""
        if not self.validate_on_submit():
            raise Invalid(next((sentence for _id, sentence in self.summary()), EXPIRED))

    def summary(self) -> list[tuple[str | None, str]]:
        """List what is wrong as (id to jump to, sentence), in the order of the page."""
        found: list[tuple[str | None, str]] = [(None, str(e)) for e in self.form_errors]
        for name, field in self._fields.items():
            if name != "csrf_token":
                most = None if getattr(field, "says_all", False) else 1
                found += [(first_id(field), str(error)) for error in field.errors[:most]]
        return found

    def typed(self) -> dict[str, str]:
        """Give back what was typed, field by field, for a page that shows both texts."""
        fields = [f for f in self if isinstance(f, Line) and f.data]
        return {str(field.label.text): str(field.data) for field in fields}


def first_id(field: Field) -> str | None:
    """Name the element that an error summary jumps to; nothing for what nobody sees."""
    if isinstance(field, HiddenField):
        return None
    return f"{field.id}-year" if isinstance(field, Day) else str(field.id)


def _stop(sentence: object) -> StopValidation:
    """End a field's checks with a sentence, or without one where the field may stay empty."""
    return StopValidation() if sentence is None else StopValidation(str(sentence))


class Line(StringField):
    """One line of text, of at most `longest` characters as people count them."""

    multi = False

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        longest: int = 200,
        required: object = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.longest, self.required_message = longest, required
        self.optional = required is None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a text as it is, in composed form and without blanks around it."""
        text = valuelist[0] if valuelist else ""
        self.data = tidy(text, lines=self.multi)
        if not storable(text):
            raise ValueError(str(UNSTORABLE))
        if len(valuelist) > 1:
            raise ValueError(str(TWICE))

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        """Refuse what is too long or cannot be read, and ask for what is needed."""
        if self.process_errors:
            raise StopValidation
        text = self.data or ""
        if not text:
            raise _stop(self.required_message)
        if not self.multi and BREAK.search(text):
            raise _stop(UNSTORABLE)
        if not self.multi and BIDI.search(text):
            raise _stop(_l("This holds invisible characters. Type it again."))
        self._check_length(text)

    def _check_length(self, text: str) -> None:
        if len(text) > self.longest:
            sentence = _l("Use at most %(longest)s characters; you have %(given)s.")
            raise _stop(str(sentence) % {"longest": self.longest, "given": len(text)})
        if has_stacked_marks(text):
            raise _stop(_l("This holds stacked marks that cannot be read. Type it again."))


class Paragraph(Line):
    """Some lines of text."""

    multi = True

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, **{"longest": 2000, **kwargs})


class Secret(PasswordField):
    """A password: taken as it is, never given back."""


class Whole(Line):
    """A whole number from `least` to `most`; digits of other scripts are not guessed at."""

    def __init__(self, label: object = None, *, least: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most = least, most
        self.number: int | None = None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        found = whole_number(str(self.data))
        if found is None or not self.least <= found <= self.most:
            raise _stop(
                _l(
                    "Write a whole number from %(least)s to %(most)s.",
                    least=self.least,
                    most=self.most,
                )
            )
        self.number = found


class Phone(Line):
    """A telephone number in China; `number` is its digits alone."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.number: str | None = None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.number = phone_digits(str(self.data))
        if self.number is None:
            raise _stop(
                _l("Write a mobile or landline number, such as 138 0013 8000 or 010 8888 0000.")
            )


class Email(Line):
    """An e-mail address."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_EMAIL, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not is_email(str(self.data)):
            raise _stop(_l("Write an address such as name@example.com."))


class Tick(BooleanField):
    """One box; what no browser sends for a box that is ticked is not taken for a tick."""

    data: Any
    TICKED = frozenset({"y", "yes", "1", "on", "true"})

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and valuelist[0] not in self.TICKED:
            self.data = False
            raise ValueError(str(_l("Tick this or leave it.")))


class OneOf(Field):
    """One of a list; anything else is answered with the list."""

    data: Any

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        choices: Iterable[tuple[str, object]] = (),
        required: object = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.choices = list(choices)
        self.required_message = required
        self.optional = required is None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else None
        if len(valuelist) > 1:
            raise ValueError(str(TWICE))

    def process_data(self, value: Any) -> None:
        self.data = str(value) if value is not None else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        if self.process_errors:
            raise StopValidation
        if not self.data:
            self.data = None
            raise _stop(self.required_message)
        if self.data not in {str(value) for value, _label in self.choices}:
            self.data = None
            raise _stop(_l("Choose one from the list."))


class SomeOf(OneOf):
    """Any of a list, shown as checkboxes; `data` is what was chosen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(valuelist)

    def process_data(self, value: Any) -> None:
        self.data = [str(one) for one in value or ()]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        known = {str(value) for value, _label in self.choices}
        if any(value not in known for value in self.data):
            self.data = [value for value in self.data if value in known]
            raise _stop(_l("Choose from the list."))


class Day(Field):
    """A day in three parts; `exact` is false where only its year and month were given."""

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        required: object = None,
        day_optional: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.required_message, self.day_optional = required, day_optional
        self.optional = required is None
        self.parts: dict[str, str] = {"year": "", "month": "", "day": ""}
        self.latest: date | None = None
        self.exact = True

    def show(self, day: date | None) -> None:
        """Put a day into the three parts, or empty them."""
        self.data = day
        self.parts = {part: str(getattr(day, part)) if day else "" for part in self.parts}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Read the parts `<name>-year`, `<name>-month` and `<name>-day`."""
        self.process_errors: list[str] = []
        self.data = data if isinstance(data, date) else None
        self.object_data, self.raw_data = self.data, None
        if self.data is not None:
            self.parts = {part: str(getattr(self.data, part)) for part in self.parts}
        names = {part: f"{self.name}-{part}" for part in self.parts}
        if formdata is not None and any(name in formdata for name in names.values()):
            self.parts = {
                part: tidy(formdata.get(name, "")[:LONGEST_PART], lines=False)
                for part, name in names.items()
            }
            self.raw_data = list(self.parts.values())
            self.data = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        if self.data is not None:
            return
        if not any(self.parts.values()):
            raise _stop(self.required_message)
        self.exact = bool(self.parts["day"])
        try:
            self.data = read_day(self.parts, day_optional=self.day_optional, latest=self.latest)
        except Invalid as error:
            raise _stop(error.message) from None


class Hidden(HiddenField):
    """A value the page carries along."""


class Version(Hidden):
    """The version of a row that the person saw; anything else than a number is version 0."""

    @property
    def number(self) -> int:
        return whole_number(str(self.data or "")) or 0
