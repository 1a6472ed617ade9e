"""The sentence that opens Today: whole sentences, one for each thing that waits, true in every language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.web import formats
from kamerton.web.work_parts import Line


def sentence(
    *, decisions: int, due: Sequence[Line], requests: int, away: int, has_tasks: bool, signals: str = ""
) -> str:
    """`due`: the tasks that are overdue or due today; `signals`: a sentence already."""
    told = [signals, _decisions(decisions), _due(due), _requests(requests)]
    found = " ".join(text.replace("..", ".") for text in told if text)  # a name may end in a full stop
    return found or _nothing(away, has_tasks=has_tasks)


def _decisions(count: int) -> str:
    text = ngettext("%(n)s decision waits for you.", "%(n)s decisions wait for you.", count)
    return text % {"n": formats.number(count)} if count else ""


def _due(due: Sequence[Line]) -> str:
    if not due:
        return ""
    keys = Counter(line.task.account.name for line in due if line.is_key and line.task.account)
    told = {"n": formats.number(len(due))}
    if not keys:
        return ngettext("%(n)s task is due.", "%(n)s tasks are due.", len(due)) % told
    name, of_key = keys.most_common(1)[0]
    told |= {"account": name, "k": formats.number(of_key)}
    if of_key == len(due):
        return (
            ngettext(
                "%(n)s task is due, for %(account)s.", "%(n)s tasks are due, all for %(account)s.", len(due)
            )
            % told
        )
    return (
        ngettext(
            "%(n)s tasks are due, %(k)s of them for %(account)s.",
            "%(n)s tasks are due, %(k)s of them for %(account)s.",
            len(due),
        )
        % told
    )


def _requests(count: int) -> str:
    text = ngettext("%(n)s request waits for an answer.", "%(n)s requests wait for an answer.", count)
    return text % {"n": formats.number(count)} if count else ""


def _nothing(away: int, *, has_tasks: bool) -> str:
    free = _("Nothing is due, and nobody waits for you.") if has_tasks else _("Nobody waits for you.")
    if not away:
        return free
    people = ngettext("%(n)s colleague is away.", "%(n)s colleagues are away.", away) % {
        "n": formats.number(away)
    }
    return f"{free} {people}"
