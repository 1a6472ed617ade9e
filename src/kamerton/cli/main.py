"""`kamerton`: finds the command that was asked for and loads only that one.

Exit codes: 0 done, 1 refused (one line on standard error, with what to do next), 2 the input can be read
in more than one way and needs an answer, 130 stopped by Ctrl-C, 141 the reader of a pipe went away.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, cast

from kamerton.core.refused import Refused

#: Name -> (where its function is, what it does). The function takes the arguments after the name and
#: returns the exit code; its module is imported only when the command is called.
COMMANDS: dict[str, tuple[str, str]] = {
    "analyse": ("kamerton.cli.analyse:analyse", "turn a sales export into a key account analysis"),
    "run": ("kamerton.cli.server:run", "set up, load the demo company once, and serve the pages"),
    "serve": ("kamerton.cli.server:serve", "serve the pages"),
    "worker": ("kamerton.cli.server:worker", "carry out imports and other long jobs"),
    "import": ("kamerton.cli.ledger:import_files", "import a sales export into the ledger"),
    "contacts": ("kamerton.cli.contacts:import_contacts", "import contacts and accounts from files"),
    "batches": ("kamerton.cli.ledger:batches", "list what was imported"),
    "withdraw": ("kamerton.cli.ledger:withdraw", "take an import out of every figure"),
    "restore": ("kamerton.cli.ledger:restore", "take a withdrawn import back in"),
    "user": ("kamerton.cli.setting_up:user", "add a person who may sign in"),
    "company": ("kamerton.cli.setting_up:company", "name the company and its currency"),
    "index": ("kamerton.cli.setting_up:index", "make the index of the full-text search anew"),
    "manage": ("kamerton.cli.server:manage", "call one of Django's own commands"),
}

DONE, REFUSED, STOPPED, PIPE_CLOSED = 0, 1, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code for the shell."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        _listen()
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except Refused as refused:
        tell(str(refused))
        return REFUSED
    except KeyboardInterrupt:
        return STOPPED
    except RuntimeError:
        # DuckDB asks for signals while it works, and tells what a handler raised as an error of its own.
        if not _received:
            raise
        return 128 + _received[-1]
    except BrokenPipeError:
        _silence_standard_output()
        return PIPE_CLOSED


def _dispatch(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(_help())
        return DONE
    if arguments[0] in {"-V", "--version", "version"}:
        sys.stdout.write(f"kamerton {_version()}\n")
        return DONE
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        known = ", ".join(COMMANDS)
        raise Refused(f"There is no command {name!r}.", hint=f"The commands are {known}.")
    return _load(name)(rest)


def _load(name: str) -> Callable[[Sequence[str]], int]:
    module, _, function = COMMANDS[name][0].partition(":")
    return cast("Callable[[Sequence[str]], int]", getattr(importlib.import_module(module), function))


def _help() -> str:
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {what}" for name, (_, what) in COMMANDS.items())
    return (
        "usage: kamerton COMMAND ...\n\n"
        "Which customers you cannot afford to lose, why, and what to do this week.\n\n"
        f"commands:\n{rows}\n\n"
        "kamerton COMMAND --help tells the options of one command.\n"
        "kamerton --version tells the version.\n"
    )


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  takes 20 ms that no other command needs

    return version("kamerton")


def tell(message: str) -> None:
    """Write one message for the user to standard error, whatever letters the terminal knows."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    text = f"kamerton: {message}".encode(encoding, "backslashreplace").decode(encoding)
    with contextlib.suppress(BrokenPipeError):
        print(text, file=sys.stderr, flush=True)


#: The signals that asked this process to stop.
_received: list[int] = []


def _listen() -> None:
    """Both ways of being stopped are kept; who started us with Ctrl-C ignored wants it ignored."""
    _received.clear()
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, _stop):
        signal.signal(signal.SIGINT, _stop)


def _stop(received: int, _frame: object) -> NoReturn:
    # An orderly end: temporary files are removed on the way out.
    _received.append(received)
    if received == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + received)


def _silence_standard_output() -> None:
    # The interpreter flushes standard output once more when it ends; give that flush somewhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
