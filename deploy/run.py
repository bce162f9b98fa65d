"""Start the desk on this machine: secrets once, migrations, demo data once, web and worker.

Everything it makes lies in `instance/`; Ctrl-C stops both processes.
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desk.kernel.crypto import KeyRing  # noqa: E402

INSTANCE = ROOT / "instance"
READY_WITHIN = 30


def main() -> int:
    """Bring the desk up, say where it is, and wait until it is stopped."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8000)
    arguments.add_argument("--host", default="127.0.0.1")
    given = arguments.parse_args()
    if (
        given.host not in {"127.0.0.1", "localhost", "::1"}
        and os.environ.get("DESK_DEMO") != "public"
    ):
        print("The demo's passwords are known to everybody, so it listens on this machine only.")
        print("To show it to others all the same, set DESK_DEMO=public.")
        return 2
    if is_taken(given.host, given.port):
        print(f"Something else already listens on port {given.port}.")
        print(f"Stop it, or take another port: make run PORT={given.port + 1}")
        return 2
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    environment = surroundings(given.port)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "desk"]
    subprocess.run([*flask, "prepare"], check=True, cwd=ROOT, env=environment)
    web = [
        sys.executable,
        "-m",
        "waitress",
        f"--listen={given.host}:{given.port}",
        "--threads=8",
        "--connection-limit=500",
        "--channel-timeout=20",
        "--ident=",
        "wsgi:app",
    ]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        for command in (web, [*flask, "worker"])
    ]
    return watch(processes, f"http://{given.host}:{given.port}", environment)


def is_taken(host: str, port: int) -> bool:
    """Tell whether something listens there already: it would answer in our place."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind((host, port))
        except OSError:
            return True
    return False


def surroundings(port: int) -> dict[str, str]:
    """Read the secrets of this instance, made on the first start, and what the caller has set."""
    path = INSTANCE / "secrets.env"
    if not path.exists():
        lines = {
            "DESK_SECRET_KEY": secrets.token_urlsafe(48),
            "DESK_DATA_KEYS": KeyRing.make_key("k1"),
            "DESK_INDEX_KEY": secrets.token_urlsafe(48),
            "DESK_SEAL_KEY": secrets.token_urlsafe(48),
        }
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in lines.items())
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    defaults = {
        "DESK_DEMO": "1",
        "DESK_DATABASE_URL": f"sqlite:///{INSTANCE / 'desk.sqlite'}",
        "DESK_ANCHOR_URL": f"file:{INSTANCE / 'anchors.ndjson'}",
        "DESK_STORAGE_URL": f"file:{INSTANCE / 'files'}",
        "DESK_BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **kept, **os.environ}


def watch(processes: list[subprocess.Popen[bytes]], url: str, environment: dict[str, str]) -> int:
    """Wait for an answer, print where everything is, and stop all when one stops."""
    stopping: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    try:
        if not answers(url, processes):
            print("The desk did not answer. What it said stands above.")
            return 1
        tell(url, environment.get("DESK_DEMO_PASSWORD") or "demo-desk-2026")
        while not stopping and all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return 0 if stopping else 1
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(url: str, processes: list[subprocess.Popen[bytes]]) -> bool:
    """Ask until the site answers; give up when a process ends or half a minute is over."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def tell(url: str, password: str) -> None:
    """Print the addresses and the demo accounts."""
    print(
        f"""
  The desk is open.   群众 Public     {url}/
                      工作人员 Staff   {url}/account/sign-in
                      公示 Board      {url}/board

  Demo accounts, password {password}
    clerk  clerk2   window staff        handler  handler2   department
    lead            head of department  supervisor  supervisor2
    integrity       discipline          admin       auditor

  Ctrl-C stops it. Data and secrets stay in instance/.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
