"""The analytic core: Ibis tables and frozen dataclasses in and out. No Django, no clock, no settings."""
