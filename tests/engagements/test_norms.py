"""A norm of visits: refused for key account managers, with the reason; for others it can be set (MGT-01)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kamerton.access import policy
from kamerton.access.rights import ROLES
from kamerton.accounts.queries import KAM_ROLES
from kamerton.core import undo
from kamerton.engagements.actions import norms
from kamerton.engagements.models import VisitNorm
from tests.engagements.conftest import NOW

pytestmark = pytest.mark.django_db


def a_norm(actor, role, a_week=8):
    return norms.set_norm(actor=actor, role=role, a_week=a_week, now=NOW)


@pytest.mark.requirement("MGT-01")
@pytest.mark.parametrize("role", sorted(KAM_ROLES))
def test_a_quota_for_key_account_managers_is_refused_and_the_reason_is_told(firm, client, role):
    with pytest.raises(norms.NotForKeyAccounts) as refused:
        a_norm(firm.dario, role)
    assert "the customer did not need" in str(refused.value)
    client.force_login(firm.dario)
    answer = client.post(reverse("visit_norms"), {"role": role, "a_week": "8"})
    assert answer.status_code == 422
    assert "A norm of visits cannot be set for key account managers" in answer.content.decode()
    assert "the customer did not need" in answer.content.decode()
    assert not VisitNorm.objects.exists()


@pytest.mark.requirement("MGT-01")
@pytest.mark.parametrize("role", sorted(ROLES.keys() - KAM_ROLES))
def test_for_every_other_role_it_can_be_set(firm, client, role):
    client.force_login(firm.dario)
    assert client.post(reverse("visit_norms"), {"role": role, "a_week": "8"}).status_code == 302
    assert VisitNorm.objects.get().a_week == 8
    assert str(ROLES[role].name) in client.get(reverse("visit_norms")).content.decode()


@pytest.mark.parametrize("role", sorted(KAM_ROLES))
def test_the_database_refuses_it_too(role):
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitNorm.objects.create(role=role, a_week=1, set_at=NOW)


def test_set_anew_it_is_one_and_gone_it_can_be_taken_back(firm):
    a_norm(firm.dario, "sales_manager")
    row = a_norm(firm.dario, "sales_manager", 10)
    assert VisitNorm.objects.get().a_week == 10
    token = norms.drop_norm(actor=firm.dario, norm=row, now=NOW)
    assert not VisitNorm.objects.exists()
    undo.take_back(actor=firm.dario, token=token, now=NOW)
    assert VisitNorm.objects.get().a_week == 10
    with pytest.raises(policy.Forbidden):
        a_norm(firm.sofia, "sales_manager")
