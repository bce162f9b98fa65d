"""The button beside a dead letter."""

from desk.kernel.form import DeskForm, Hidden


class RetryForm(DeskForm):
    region = Hidden()
    letter = Hidden()
