"""What a project asks its leader's superior for: the kinds of approvals of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kamerton.work.kinds import By, Kind, register

START = register(
    Kind(key="project_start", name=_("Start of a project"), right="work.edit", steps=(By("superior"),),
         approved=_("It starts"), rejected=_("Not yet"))
)  # fmt: skip
GOALS = register(
    Kind(key="project_goals", name=_("New goals of a project"), right="work.edit", steps=(By("superior"),),
         approved=_("Agreed"), rejected=_("Not agreed"))
)  # fmt: skip
CLOSE = register(
    Kind(key="project_close", name=_("End of a project"), right="work.edit", steps=(By("superior"),),
         approved=_("It ends"), rejected=_("It goes on"))
)  # fmt: skip
SPEND = register(
    Kind(key="project_spend", name=_("Money beyond a project's budget"), right="work.edit",
         steps=(By("superior"),), approved=_("May be spent"), rejected=_("Not spent"))
)  # fmt: skip
