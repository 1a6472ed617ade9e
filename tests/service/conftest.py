"""The small company of the room of work."""

from tests.work.conftest import firm  # noqa: F401 - the same small company
