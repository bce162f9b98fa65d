"""The blueprint on which the pages of ratings stand."""

from flask import Blueprint

blueprint = Blueprint("ratings", __name__)
