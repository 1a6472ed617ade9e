"""Signals: the list, one of them, the rules."""

from __future__ import annotations

from django.urls import path

from kamerton.web import lists, signal_pages, signal_rules, signals

urlpatterns = [
    *lists.urlpatterns(signals.SIGNALS, "signals/"),
    path("signals/rules/", signal_rules.rules, name="signal_rules"),
    path("signals/rules/<slug:key>/switch/", signal_rules.switch, name="signal_rule_switch"),
    path("signals/rules/<slug:key>/<slug:name>/", signal_rules.threshold, name="signal_rule_threshold"),
    path("signals/<int:pk>/", signal_pages.one, name="signal"),
    path("signals/<int:pk>/snooze/", signal_pages.snooze, name="signal_snooze"),
    path("signals/<int:pk>/wake/", signal_pages.wake, name="signal_wake"),
    path("signals/<int:pk>/task/", signal_pages.task, name="signal_task"),
    path("signals/<int:pk>/act/", signal_pages.act, name="signal_act"),
]
