"""A process that has read all the code and bears others: web and worker, to be killed.

It reads lines `web PORT`, `early PORT` and `worker` and answers each with the number of the new
process, which is ready for its work in a tenth of a second instead of two.
"""

import os
import signal
import sys

import waitress
from flask.cli import ScriptInfo

from desk.worker import worker
from tests.crash.app import make_app
from tests.crash.early import make_early_app


def live(name: str, *arguments: str) -> None:
    """Be the web or the worker until somebody kills it."""
    if name == "worker":
        worker.main([], obj=ScriptInfo(create_app=make_app))
    made = make_early_app() if name == "early" else make_app()
    waitress.serve(made, listen=f"127.0.0.1:{arguments[0]}", threads=4, _quiet=True)


def main() -> None:
    """Bear a process for each line, until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            os.close(1)
            try:
                live(*line.split())
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
