"""A process of its own that imports and dies, or runs out of disk: `python -m tests.ledger.dying WHERE LINES`.

The database and the folders are those of the test that starts it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import signal
import sys
from pathlib import Path


def main() -> None:
    where, database, folder = sys.argv[1:4]
    os.environ["DJANGO_SETTINGS_MODULE"] = "kamerton.settings"
    from kamerton import settings

    settings.DATABASES["default"]["NAME"] = database
    import django

    django.setup()
    _publish(where, Path(folder))


def _publish(where: str, folder: Path) -> None:
    from kamerton.access.models import User
    from kamerton.core.refused import Refused
    from kamerton.ledger import changes, store
    from tests.ledger.factories import Sale, write_incoming

    sales = [Sale(**sale) for sale in json.loads((folder.parent / "sales.json").read_text())]
    incoming = write_incoming(folder, sales, "killed", {})
    (folder / "refused.csv").write_text("file,line,column,value,reason\n")
    _die_at(where, store)
    confirm = _die if where == "confirm" else lambda: None
    actor = User.objects.get(username="administrator")
    now = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    try:
        store.publish(actor=actor, incoming=incoming, now=now, confirm=confirm)
    except Refused as refused:
        print(refused.code, refused)
        sys.exit(3)
    if where == "committed":
        _die()
    print("done", changes.__name__)


def _die_at(where: str, store: object) -> None:
    """`move N`: right after the Nth rename. `sync`: before anything is renamed. `small files`: no file over 100 bytes."""
    if where.startswith("move"):
        left = [int(where.split()[1])]
        move = store._move

        def and_die(source: Path, target: Path) -> None:
            move(source, target)
            left[0] -= 1
            if not left[0]:
                _die()

        store._move = and_die
    elif where == "sync":
        store._sync = lambda _path: _die()
    elif where == "small files":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
