"""What needs attention, one file a subject. Pure: readings in, findings out; importing the package registers all."""

from kamerton.signals.rules import claims, company, figures, knowledge, outlook, plans, status, visits, work

__all__ = ["claims", "company", "figures", "knowledge", "outlook", "plans", "status", "visits", "work"]
