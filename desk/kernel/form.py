"""The form all forms are made from: strict about shape, and it keeps what was typed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from desk.kernel.errors import Invalid

BLANK = " \t\u00a0\u3000\u200b\u200c\u200d\ufeff"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAK = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]")
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
INTEGER = re.compile(r"^[0-9]{1,9}$", re.ASCII)
FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－（）　", "0123456789+-() ")
PHONE = re.compile(r"^(?:\+?86)?(1[3-9]\d{9}|0\d{9,11})$", re.ASCII)
EMAIL = re.compile(r"^[^@\s\"(),:;<>\[\]\\]+@[^@\s\"(),:;<>\[\]\\]+\.[^@\s.\"(),:;<>\[\]\\]{2,}$")
LONGEST_EMAIL = 254
EARLIEST_YEAR = 1900
MOST_MARKS = 8

EXPIRED = _l("This page was open too long. Nothing was lost: check it and send it again.")


class DeskForm(FlaskForm):
    """A form whose errors can also come from below, and whose summary lists them in order."""

    def blame(self, error: Invalid) -> None:
        """Show under its field what an action could not take; without a field, at the top."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check everything; a token that has run out is a sentence at the top, not the end."""
        passed = bool(super().validate(extra_validators))
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            self.form_errors.append(EXPIRED)
        return passed

    def summary(self) -> list[tuple[str | None, str]]:
        """List what is wrong as (id to jump to, sentence), in the order of the page."""
        found: list[tuple[str | None, str]] = [(None, str(e)) for e in self.form_errors]
        for name, field in self._fields.items():
            if name == "csrf_token":
                continue
            found += [(first_id(field), str(error)) for error in field.errors]
        return found

    def typed(self) -> dict[str, str]:
        """Give back what was typed, field by field, for a page that shows both texts."""
        return {
            str(field.label.text): str(field.data)
            for field in self
            if isinstance(field, Line) and field.data and not isinstance(field, HiddenField)
        }


def first_id(field: Field) -> str:
    """Name the element that an error summary jumps to."""
    if isinstance(field, RadioField | SelectMultipleField) and field.choices:
        return f"{field.id}-0"
    if isinstance(field, Day):
        return f"{field.id}-year"
    return str(field.id)


def storable(text: str) -> bool:
    """Tell whether both databases can keep a text: no lone surrogates, no NUL, no control."""
    return CONTROL.search(text) is None and not any("\ud800" <= c <= "\udfff" for c in text)


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
        if not valuelist:
            self.data = ""
            return
        text = (
            valuelist[0].replace("\r\n", "\n").replace("\r", "\n") if self.multi else valuelist[0]
        )
        self.data = (unicodedata.normalize("NFC", text) if storable(text) else text).strip(
            BLANK + ("\n" if self.multi else "")
        )

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        """Refuse what cannot be kept or is too long, and ask for what is needed."""
        text = self.data or ""
        if not text:
            if self.required_message is not None:
                raise StopValidation(str(self.required_message))
            raise StopValidation
        if not storable(text) or (not self.multi and BREAK.search(text)):
            raise StopValidation(
                str(_l("This holds characters that cannot be kept. Type it again without them."))
            )
        if not self.multi and BIDI.search(text):
            raise StopValidation(str(_l("This holds invisible characters. Type it again.")))
        self._check_length(text)

    def _check_length(self, text: str) -> None:
        if len(text) > self.longest:
            raise StopValidation(
                ngettext(
                    "Use at most %(longest)s characters; you have %(num)s.",
                    "Use at most %(longest)s characters; you have %(num)s.",
                    len(text),
                    longest=self.longest,
                )
            )
        marks = 0
        for character in text:
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks > MOST_MARKS:
                raise StopValidation(
                    str(_l("This holds stacked marks that cannot be read. Type it again."))
                )


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
        text = str(self.data).translate(FULL_WIDTH)
        if not INTEGER.match(text) or not self.least <= int(text) <= self.most:
            raise StopValidation(
                str(
                    _l(
                        "Write a whole number from %(least)s to %(most)s.",
                        least=self.least,
                        most=self.most,
                    )
                )
            )
        self.number = int(text)


class Phone(Line):
    """A telephone number in China; `number` is its digits alone."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.number: str | None = None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        compact = re.sub(r"[\s\-()]", "", str(self.data).translate(FULL_WIDTH))
        match = PHONE.match(compact)
        if match is None:
            raise StopValidation(
                str(
                    _l("Write a mobile or landline number, such as 138 0013 8000 or 010 8888 0000.")
                )
            )
        self.number = match.group(1)


class Email(Line):
    """An e-mail address."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_EMAIL, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        text = str(self.data)
        if not EMAIL.match(text) or ".." in text or text.startswith(".") or ".@" in text:
            raise StopValidation(str(_l("Write an address such as name@example.com.")))


class OneOf(RadioField):
    """One of a list; anything else is answered with the list."""

    def __init__(
        self,
        label: object = None,
        *,
        choices: Iterable[tuple[str, object]] = (),
        required: object = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, choices=list(choices), validate_choice=False, **kwargs)
        self.required_message = required
        self.optional = required is None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else None

    def process_data(self, value: Any) -> None:
        self.data = str(value) if value is not None else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        if not self.data:
            self.data = None
            if self.required_message is not None:
                raise StopValidation(str(self.required_message))
            raise StopValidation
        if self.data not in {str(value) for value, _label in self.choices or ()}:
            self.data = None
            raise StopValidation(str(_l("Choose one from the list.")))


class SomeOf(SelectMultipleField):
    """Any of a list, shown as checkboxes."""

    def __init__(
        self, label: object = None, *, choices: Iterable[tuple[str, object]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, choices=list(choices), validate_choice=False, **kwargs)
        self.optional = True

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        known = {str(value) for value, _label in self.choices or ()}
        if any(value not in known for value in self.data or ()):
            raise StopValidation(str(_l("Choose from the list.")))


class Day(Field):
    """A day in three parts. `data` is the date; the day of the month may be left out."""

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

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Read the parts `<name>-year`, `<name>-month` and `<name>-day`."""
        self.process_errors: list[str] = []
        self.data = data if isinstance(data, date) else None
        self.object_data = self.data
        self.raw_data = None
        if self.data is not None:
            self.parts = {
                "year": str(self.data.year),
                "month": str(self.data.month),
                "day": str(self.data.day),
            }
        if formdata is not None and f"{self.name}-year" in formdata:
            self.parts = {
                part: formdata.get(f"{self.name}-{part}", "").strip(BLANK) for part in self.parts
            }
            self.raw_data = list(self.parts.values())
            self.data = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        if self.data is not None:
            return
        if not any(self.parts.values()):
            if self.required_message is not None:
                raise StopValidation(str(self.required_message))
            raise StopValidation
        self.data = self._read()
        if self.latest is not None and self.data > self.latest:
            self.data = None
            raise StopValidation(str(_l("This day cannot be in the future.")))

    def _read(self) -> date:
        year, month, day = (
            value.translate(FULL_WIDTH) for value in (self.parts[p] for p in self.parts)
        )
        if self.day_optional and not day:
            day = "1"
        try:
            if not all(INTEGER.match(part) for part in (year, month, day)):
                raise ValueError(year)
            if int(year) < EARLIEST_YEAR:
                raise ValueError(year)
            return date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            raise StopValidation(
                str(_l("Write a day that exists, such as 2026, 11, 20."))
            ) from None


class Hidden(HiddenField):
    """A value the page carries along."""


class Version(Hidden):
    """The version of a row that the person saw; anything else than a number is version 0."""

    @property
    def number(self) -> int:
        text = str(self.data or "")
        return int(text) if INTEGER.match(text) else 0


__all__ = [
    "Day",
    "DeskForm",
    "Email",
    "Hidden",
    "Line",
    "OneOf",
    "Paragraph",
    "Phone",
    "Secret",
    "SomeOf",
    "Version",
    "Whole",
    "first_id",
    "storable",
]
