"""The one exception that a user reads."""

from __future__ import annotations


class Refused(Exception):
    """A request that is understood and not carried out.

    The message is a sentence for the user: what happened, what was kept, what to do next.
    Faces translate it: a form error, an RFC 9457 problem, exit 1, a failed job.
    """

    def __init__(self, message: str, *, code: str = "refused", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
