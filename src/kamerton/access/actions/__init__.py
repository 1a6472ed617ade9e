"""Everything that is written in this room, one file a theme; signing in has sign_in.py and inviting.py."""

from __future__ import annotations

from kamerton.access.actions.people import choose_language, create_user, edit_person

__all__ = ["choose_language", "create_user", "edit_person"]
