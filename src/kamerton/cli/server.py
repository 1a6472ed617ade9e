"""`kamerton run`, `serve`, `worker` and `manage`: the web face and the worker beside it."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

_LOOK_SECONDS = 3600


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    import django  # noqa: PLC0415 - `analyse` must start without Django

    django.setup()


def manage(argv: Sequence[str]) -> int:
    """Django's own commands: `kamerton manage migrate`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(["kamerton manage", *argv])
    return 0


def worker(argv: Sequence[str]) -> int:
    """Do queued jobs until stopped."""
    _django()
    from django.core.management import call_command  # noqa: PLC0415

    from kamerton.core import clock, jobs  # noqa: PLC0415

    jobs.sweep(now=clock.now())
    threading.Thread(target=_day_by_day, daemon=True).start()
    call_command("db_worker", "--no-startup-delay", "--interval", "0.5", "--no-reload", *argv)
    return 0


def _day_by_day() -> None:
    """What happens once a day without anybody: unanswered requests go up the line, files of nobody go. Every hour."""
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from kamerton.core import clock  # noqa: PLC0415
    from kamerton.exchange.tidying import tidy_once  # noqa: PLC0415
    from kamerton.work.actions.daily import daily_once  # noqa: PLC0415

    while True:
        try:
            daily_once(now=clock.now())
            tidy_once(now=clock.now())
        except DatabaseError:  # a restart of the server, or a long write: the next hour looks again
            logging.getLogger(__name__).warning("The work of the day was not done", exc_info=True)
        finally:
            connection.close()
        time.sleep(_LOOK_SECONDS)


def serve(argv: Sequence[str]) -> int:
    """Migrate, then serve with gunicorn and one worker beside it. Ctrl-C stops both."""
    options = _options(argv)
    _django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    return _supervise(options)


def run(argv: Sequence[str]) -> int:
    """What `make run` calls: as `serve`, with the demo company on the first start."""
    options = _options(argv)
    _django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    from kamerton.demo import loading  # noqa: PLC0415

    for sentence in loading.load_once():
        print(sentence, flush=True)
    print(f"\n  Kamerton is at http://{options.host}:{options.port}  (Ctrl-C stops it)\n", flush=True)
    return _supervise(options)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kamerton serve", description=serve.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("KAMERTON_PORT", "8000")))
    parser.add_argument("--processes", type=int, default=2, help="web processes")
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere (kamerton worker)")
    return parser.parse_args(list(argv))


def _supervise(options: argparse.Namespace) -> int:
    """Start the children, wait for the first to end or for a signal, stop the rest."""
    web = [sys.executable, "-m", "gunicorn", "kamerton.wsgi", "--bind", f"{options.host}:{options.port}"]
    web += ["--workers", str(options.processes), "--timeout", "120", "--preload", "--log-level", "warning"]
    commands = [web]
    if not options.no_worker:
        commands.append([sys.executable, "-m", "kamerton.cli.main", "worker"])
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    codes = [child.wait() for child in children]
    return 0 if stopping else max((abs(code) for code in codes), default=1) or 1
