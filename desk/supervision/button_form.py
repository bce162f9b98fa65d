"""The form of a button: it carries the token of the page and nothing else."""

from desk.kernel.form import DeskForm


class ButtonForm(DeskForm):
    """A button that does one thing; `must_pass` refuses it where it came from elsewhere."""
