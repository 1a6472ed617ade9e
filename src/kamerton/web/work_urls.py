"""Today, and the pages of work."""

from __future__ import annotations

from django.urls import path

from kamerton.web import (
    approvals,
    consultations,
    lists,
    management,
    requests,
    tasks,
    today,
    work_account,
    work_task_pages,
)

urlpatterns = [
    path("today/", today.today, name="today"),
    *lists.urlpatterns(tasks.TASKS, "to-do/"),
    path("to-do/tasks/new/", work_task_pages.new, name="task_new"),
    path("to-do/tasks/<int:pk>/", work_task_pages.task, name="task"),
    path("to-do/tasks/<int:pk>/edit/", work_task_pages.edit, name="task_edit"),
    path("to-do/tasks/<int:pk>/finish/", work_task_pages.finish, name="task_finish"),
    path("to-do/tasks/<int:pk>/drop/", work_task_pages.drop, name="task_drop"),
    path("to-do/tasks/<int:pk>/reopen/", work_task_pages.reopen, name="task_reopen"),
    path("to-do/tasks/<int:pk>/snooze/", work_task_pages.snooze, name="task_snooze"),
    path("to-do/tasks/<int:pk>/wake/", work_task_pages.wake, name="task_wake"),
    path("to-do/tasks/<int:pk>/tick/", work_task_pages.tick, name="task_tick"),
    path("to-do/tasks/<int:pk>/assign/", work_task_pages.assign, name="task_assign"),
    *lists.urlpatterns(requests.REQUESTS, "to-do/requests/"),
    path("to-do/requests/new/", requests.new, name="request_new"),
    path("to-do/requests/<int:pk>/", requests.one, name="request"),
    path("to-do/requests/<int:pk>/take/", requests.take, name="request_take"),
    path("to-do/requests/<int:pk>/answer/", requests.answer, name="request_answer"),
    path("to-do/requests/<int:pk>/withdraw/", requests.withdraw, name="request_withdraw"),
    *lists.urlpatterns(approvals.APPROVALS, "to-do/decisions/"),
    path("to-do/decisions/new/<slug:kind>/", approvals.new, name="approval_new"),
    path("to-do/decisions/<int:pk>/", approvals.one, name="approval"),
    path("to-do/decisions/<int:pk>/decide/", approvals.decide, name="approval_decide"),
    path("to-do/decisions/<int:pk>/withdraw/", approvals.withdraw, name="approval_withdraw"),
    *lists.urlpatterns(consultations.CONSULTATIONS, "to-do/consultations/"),
    path("to-do/consultations/new/", consultations.new, name="consultation_new"),
    path("to-do/consultations/<int:pk>/", consultations.one, name="consultation"),
    path("to-do/consultations/<int:pk>/edit/", consultations.edit, name="consultation_edit"),
    path("to-do/consultations/<int:pk>/follow-up/", consultations.follow_up, name="consultation_follow_up"),
    *lists.urlpatterns(management.MANAGEMENT, "to-do/management/"),
    path("to-do/management/new/", management.new, name="management_new"),
    path("to-do/management/<int:pk>/", management.one, name="management_decision"),
    path("to-do/management/<int:pk>/read/", management.read, name="management_read"),
    path("account-work/<account:account>/", work_account.account_work, name="account_work"),
    path("account-work-share/<account:account>/", work_account.distribute, name="account_distribute"),
]
