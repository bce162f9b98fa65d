from flask import Blueprint

blueprint = Blueprint("workbench", __name__)
