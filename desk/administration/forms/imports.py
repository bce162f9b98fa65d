"""What is sent to an import: a table as text or as a file."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from desk.kernel.form import UNSTORABLE, DeskForm, Paragraph
from desk.kernel.texts import storable
from desk.kernel.uploads import Uploads

LONGEST_TABLE = 80_000
ENCODINGS = ("utf-8-sig", "gb18030")


class Table(Paragraph):
    """A table as text: its lines stay as they are."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text unchanged but for its line ends."""
        self.data = (valuelist[0] if valuelist else "").replace("\r\n", "\n")
        if not storable(self.data):
            raise ValueError(str(UNSTORABLE))

    def pre_validate(self, form: Any) -> None:
        """Take the file in place of the text where one was chosen."""
        if form.file.data:
            self.process_errors = ()
            self.data = _text_of(form)
        if self.process_errors:
            raise StopValidation
        if not str(self.data or "").strip():
            raise StopValidation(str(self.required_message))
        self._check_length(str(self.data))


def _text_of(form: Any) -> str:
    if len(form.file.data) > 1:
        raise StopValidation(str(_l("Choose one file.")))
    upload = form.file.data[0]
    if upload.size > LONGEST_TABLE * 4:
        raise StopValidation(str(_l("The file is too large for this page. Split it.")))
    raw = upload.stream.read()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise StopValidation(str(_l("Save the file as CSV in UTF-8 or GB18030, not as UTF-16.")))
    for encoding in ENCODINGS:
        try:
            text = str(raw.decode(encoding)).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
        if storable(text):
            return text
        break
    raise StopValidation(
        str(_l("This is no table as text. Save it as CSV in UTF-8 or GB18030 and choose it again."))
    )


class ImportForm(DeskForm):
    file = Uploads(_l("A CSV file"), accept=(".csv", ".txt"))
    text = Table(
        _l("The table"),
        longest=LONGEST_TABLE,
        required=_l("Choose a file, or put the table in here."),
        description=_l(
            "The first line names the columns. Rows at fault can be put right here, then tried "
            "again."
        ),
    )
