"""Write the documents that are drawn from the code: docs/workflow.md and docs/access.md."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desk.access.permissions import GRANTS, Role  # noqa: E402
from desk.casework import workflow  # noqa: E402

NOTE = "<!-- Drawn from the code by `make docs`. Change the code, not this page. -->"


def workflow_page() -> str:
    """Write the table of transitions and its diagram."""
    rows = [
        "| step | kinds | from | to | permission | needs | clocks | letter |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in workflow.ROWS:
        clocks = [f"+{step}" for step in row.clocks.start]
        clocks += ["−all"] if row.clocks.stop_all else [f"−{step}" for step in row.clocks.stop]
        clocks += [f"‖{step}" for step in row.clocks.pause]
        clocks += [f"▶{step}" for step in row.clocks.resume]
        cells = (
            row.move,
            ", ".join(sorted(row.kinds)),
            ", ".join(sorted(row.sources)) or "–",
            row.target,
            row.permission,
            ", ".join(row.needs) or "–",
            " ".join(clocks) or "–",
            row.letter or "–",
        )
        rows.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    diagram = f"```mermaid\n{workflow.diagram()}\n```"
    head = (
        "# The life of a case\n\nOne table decides everything: `desk/casework/workflow.py`. "
        "A step that is not in it cannot happen, from no page, command or job."
    )
    return "\n\n".join([head, NOTE, "\n".join(rows), diagram]) + "\n"


def access_page() -> str:
    """Write who may do what."""
    roles = list(Role)
    rows = [
        "| permission | " + " | ".join(roles) + " |",
        "|---|" + "---|" * len(roles),
    ]
    for permission, allowed in GRANTS.items():
        marks = " | ".join("●" if role in allowed else "" for role in roles)
        rows.append(f"| {permission} | {marks} |")
    head = (
        "# Who may do what\n\nOne page decides: `desk/access/permissions.py`. A permission says "
        "what, a seat says where: every list and every row passes the scope filter as well."
    )
    return "\n\n".join([head, NOTE, "\n".join(rows)]) + "\n"


PAGES = {"docs/workflow.md": workflow_page, "docs/access.md": access_page}


def main() -> int:
    """Write the pages, or with --check only compare them."""
    stale = []
    for name, page in PAGES.items():
        path = ROOT / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != page():
                stale.append(name)
        else:
            path.write_text(page())
    for name in stale:
        print(f"{name} is not what the code says: run `make docs`.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
