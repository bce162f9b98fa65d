from flask import Blueprint

blueprint = Blueprint("accounts", __name__)


def load_actor() -> None: ...
def set_up_login(app) -> None: ...
