from tests.work.conftest import firm  # noqa: F401 - a small company with its people
