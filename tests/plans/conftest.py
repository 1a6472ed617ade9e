"""The small company of the tests of work, and a plan of its key account."""

from __future__ import annotations

import pytest

from tests.plans import factories as make
from tests.work.conftest import firm  # noqa: F401 - the fixture


@pytest.fixture
def plan(firm):  # noqa: F811
    """Empty, in its first phase, Sofia's."""
    return make.plan(firm.sofia, firm.helios)


@pytest.fixture
def ready(firm, plan):  # noqa: F811
    """Identified and formalised, still in its first phase: it may go on to the end."""
    make.identified(firm.sofia, plan, firm.nordelma)
    return make.formalised(firm.sofia, plan)
