"""Two writers at one time, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from kamerton.core.concurrency import plain
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.portfolio.actions import key_status, potential, references, review, status, wallets
from kamerton.portfolio.models import KeyProfile, Review, Wallet
from kamerton.work.models import Approval
from tests.work.conftest import NOW, account, firm  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """What went wrong; all begin together."""
    problems: list[Exception] = []
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            begin.wait()
            work()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return problems


def test_whoever_estimates_while_all_are_renewed_waits_and_counts(company, make_user):
    actor = make_user("administrator")
    acme = account("A-1", "Acme")
    potential.estimate(actor=actor, account=acme, family="Cables", opened={}, submitted=need(5), now=NOW)
    problems: list[Exception] = []

    def say() -> None:
        try:
            opened = {"short": plain(Decimal("5.00"))}
            potential.estimate(
                actor=actor, account=acme, family="Cables", opened=opened, submitted=need(7), now=NOW
            )
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    other = threading.Thread(target=say)
    with transaction.atomic():
        wallets.renew(now=NOW)
        other.start()
        other.join(1)  # it cannot end before this transaction does
    other.join()
    assert problems == []
    assert Wallet.objects.get().short == Decimal(7)


def need(amount: int) -> dict[str, Decimal]:
    return {"short": Decimal(amount)}


def test_of_two_who_propose_an_account_the_second_is_told_so(firm):  # noqa: F811
    told = {"text": "Whom we would miss", "preset": "", "definitions": ["known"], "levels": ["company"],
            "class_list": "definitions", "labels": {}, "review_months": 6, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=firm.dario, now=NOW, words=told, changes={})
    references.write_reference(
        actor=firm.dario, account=firm.helios, story="Nine days", may_name=True, on=NOW.date(), now=NOW
    )
    asked = key_status.Proposal(level="company", reasons={"known": ""}, why="We would miss them")
    problems = at_once(
        *[lambda: key_status.propose(actor=firm.sofia, account=firm.helios, proposal=asked, now=NOW)] * 3
    )
    assert [type(each) for each in problems] == [Refused, Refused]
    assert Approval.objects.filter(kind="key_status").count() == 1


def test_of_two_who_begin_a_review_the_second_is_told_so(company, make_user):
    actor = make_user("director")
    KeyProfile.objects.create(
        number=1, author=actor, at=NOW, text="Whom we would miss", definitions=["contribution"], levels=["company"],
        review_months=6, silence_days=90, rules={},
    )  # fmt: skip
    assert Company.objects.filter(pk=1).exists()
    for at in range(200):
        account(f"A-{at}", f"Account {at}")
    problems = at_once(*[lambda: review.begin(actor=actor, now=NOW)] * 3)
    assert [type(each) for each in problems] == [Refused, Refused]
    assert Review.objects.count() == 1
