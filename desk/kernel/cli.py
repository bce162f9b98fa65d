"""The one command of the desk; each room hangs its own below it."""

import click
from flask.cli import AppGroup

group: click.Group = AppGroup("desk", help="Run, fill, check and repair the desk.")
