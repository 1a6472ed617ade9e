"""An account goes from one person to another (SEL-20), and somebody leaves (CNF-02)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.access import policy
from kamerton.access.actions import leaving as access_leaving
from kamerton.access.models import User
from kamerton.accounts.actions import coverage
from kamerton.accounts.models import Contact, Coverage, Limits
from kamerton.accounts.queries import responsible_for
from kamerton.core import clock, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.portfolio.models import Opportunity
from kamerton.work import leaving as queries
from kamerton.work import queries as work
from kamerton.work.actions import handover, leaving
from kamerton.work.models import Handover, Request, Task
from tests.work.conftest import NOW, TODAY, account, cover, person

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_nine():
    with clock.set_to(NOW):
        yield


def begin(firm, **more):
    told = {
        "actor": firm.dario,
        "account": firm.helios,
        "receiver": firm.petra,
        "reason": "changes_hands",
        "on": TODAY,
        "now": NOW,
    }
    return handover.begin(**(told | more))


def again(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.requirement("SEL-20")
def test_a_promotion_creates_the_task_changes_the_owner_and_keeps_the_history(firm):
    begun = begin(firm, reason="became_key", on=TODAY + 5 * DAY).handover
    task = Task.objects.get(origin="handover")
    assert (task.owner, task.account, task.due_on, task.state) == (
        firm.sofia,
        firm.helios,
        TODAY + 5 * DAY,
        "open",
    )
    assert responsible_for(firm.helios, TODAY + 5 * DAY) == firm.sofia  # not before it is finished
    handover.finish(actor=firm.petra, handover=begun, now=NOW)
    assert (responsible_for(firm.helios, TODAY + 4 * DAY), responsible_for(firm.helios, TODAY + 5 * DAY)) == (
        firm.sofia,
        firm.petra,
    )
    assert (again(task).state, again(begun).state) == ("done", "done")
    spans = list(
        Coverage.objects.filter(account=firm.helios, role="responsible")
        .order_by("from_date")
        .values_list("person__username", "to_date")
    )
    assert spans == [("sofia", TODAY + 4 * DAY), ("petra", None)]
    actions = set(AuditEntry.objects.filter(account_id=firm.helios.pk).values_list("action", flat=True))
    assert {"work.begin_handover", "work.finish_handover", "accounts.assign"} <= actions


def make_responsible(firm, **more):
    told = {"actor": firm.dario, "account": firm.helios, "person": firm.petra, "from_date": TODAY + 2 * DAY,
            "now": NOW, "guided": True}  # fmt: skip
    return coverage.assign(**(told | more))


@pytest.mark.requirement("SEL-20")
def test_another_responsible_person_begins_a_hand_over_and_waits_for_nothing(firm):
    rita = Contact.objects.create(
        account=firm.helios, name="Rita", decision_roles=["decider"], created_at=NOW
    )
    make_responsible(firm)
    row, task = Handover.objects.get(), Task.objects.get(origin="handover")
    assert (row.giver, row.receiver, row.reason, row.on) == (
        firm.sofia,
        firm.petra,
        "changes_hands",
        TODAY + 2 * DAY,
    )
    assert [each["contact"] for each in row.introductions] == [rita.pk]
    assert (task.owner, task.due_on) == (firm.sofia, TODAY + 2 * DAY)
    assert responsible_for(firm.helios, TODAY + 2 * DAY) == firm.petra
    spans = list(Coverage.objects.filter(account=firm.helios).values_list("pk", "to_date"))
    handover.finish(actor=firm.petra, handover=row, now=NOW)
    assert list(Coverage.objects.filter(account=firm.helios).values_list("pk", "to_date")) == spans
    assert (again(row).state, again(task).state) == ("done", "done")


def test_undoing_the_change_takes_its_hand_over_along_and_no_other(firm):
    token = coverage.offer_back(actor=firm.dario, assigned=[make_responsible(firm)], now=NOW)
    other = begin(firm, account=firm.nordelma).handover
    undo.take_back(actor=firm.dario, token=token, now=NOW)
    assert responsible_for(firm.helios, TODAY + 2 * DAY) == firm.sofia
    assert list(Handover.objects.all()) == [other]
    assert Task.objects.filter(origin="handover").count() == 1


def test_undoing_the_change_keeps_a_hand_over_that_is_finished(firm):
    token = coverage.offer_back(actor=firm.dario, assigned=[make_responsible(firm)], now=NOW)
    handover.finish(actor=firm.petra, handover=Handover.objects.get(), now=NOW)
    undo.take_back(actor=firm.dario, token=token, now=NOW)
    assert Handover.objects.get().state == "done"


def test_a_hand_over_that_is_open_goes_on_and_is_told_of(firm):
    begun = begin(firm).handover
    assert "still being handed over" not in " ".join(make_responsible(firm).warnings)
    told = make_responsible(firm, person=firm.dario, from_date=TODAY + 5 * DAY).warnings
    assert "Helios is still being handed over to Petra" in " ".join(told)
    assert list(Handover.objects.all()) == [begun]


def test_where_nobody_gives_or_it_is_not_asked_for_no_hand_over_begins(firm):
    make_responsible(firm, guided=False)
    make_responsible(firm, account=account("Z-1", "Zeta"))
    assert not Handover.objects.exists()
    assert not Task.objects.exists()


def test_an_earlier_day_is_handed_over_today(firm):
    make_responsible(firm, from_date=TODAY - 5 * DAY)
    assert Handover.objects.get().on == TODAY


def test_finished_late_it_counts_from_today(firm):
    begun = begin(firm).handover
    handover.finish(actor=firm.dario, handover=begun, now=NOW + 3 * DAY)
    assert responsible_for(firm.helios, TODAY + 2 * DAY) == firm.sofia
    assert responsible_for(firm.helios, TODAY + 3 * DAY) == firm.petra


def test_who_may_begin_and_who_may_go_on(firm):
    for actor in (firm.sofia, firm.ivo, firm.livia, firm.petra):
        with pytest.raises(policy.Forbidden):
            begin(firm, actor=actor)
    begun = begin(firm).handover
    for actor in (firm.ivo, firm.livia):  # Ivo sees it: he is of the team
        with pytest.raises(policy.Forbidden):
            handover.finish(actor=actor, handover=begun, now=NOW)
    assert policy.can(firm.ivo, "work.view", begun)
    handover.edit_note(actor=firm.sofia, handover=begun, opened={}, submitted={"note": "Rita first"}, now=NOW)
    assert again(begun).note == "Rita first"
    assert "Rita" not in str(list(AuditEntry.objects.values_list("before", "after")))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"receiver": "sofia"}, "already"),
        ({"on": TODAY - DAY}, "days"),
        ({"receiver": "guest"}, "gone"),
        ({"receiver": "leaver"}, "gone"),
        ({"receiver": "closed"}, "gone"),
    ],
)
def test_what_cannot_be_begun(firm, told, code):
    more = {
        "sofia": firm.sofia,
        "guest": person("guest", "senior_kam", is_external=True),
        "leaver": person("leaver", "senior_kam", leaving_on=TODAY + 90 * DAY),
        "closed": person("closed", "senior_kam", is_active=False),
    }
    with pytest.raises(Refused) as refused:
        begin(firm, **{name: more.get(value, value) for name, value in told.items()})
    assert refused.value.code == code
    assert not Handover.objects.exists()


def test_one_at_a_time_and_it_can_be_withdrawn(firm):
    begun = begin(firm).handover
    with pytest.raises(Refused) as refused:
        begin(firm, receiver=firm.dario)
    assert refused.value.code == "open"
    with pytest.raises(policy.Forbidden):
        handover.withdraw(actor=firm.sofia, handover=begun, now=NOW)
    handover.withdraw(actor=firm.dario, handover=begun, now=NOW)
    assert (Handover.objects.count(), Task.objects.filter(origin="handover").count()) == (0, 0)
    assert responsible_for(firm.helios, TODAY) == firm.sofia
    begin(firm, receiver=firm.dario)


def test_who_decides_is_introduced_first(firm):
    made = [
        Contact.objects.create(account=firm.helios, name=name, decision_roles=roles, created_at=NOW, **more)
        for name, roles, more in (
            ("Anna", ["user"], {}),
            ("Zeno", ["buyer", "decider"], {}),
            ("Gone", ["decider"], {"left_on": TODAY}),
            ("Nobody", [], {}),
        )
    ]
    begun = begin(firm).handover
    assert [each["name"] for each in begun.introductions] == ["Zeno", "Anna"]
    handover.introduce(actor=firm.sofia, handover=begun, contact=made[1].pk, done=True, now=NOW)
    assert [each["done"] for each in again(begun).introductions] == [True, False]
    with pytest.raises(Refused):
        handover.introduce(actor=firm.sofia, handover=begun, contact=made[3].pk, done=True, now=NOW)


@pytest.mark.requirement("SEL-21")
def test_too_many_accounts_warn_and_block_nothing(firm):
    for number in range(2):
        cover(account(f"X-{number}", f"More {number}"), firm.petra)
    begun = begin(firm)  # Petra has three: Foreign and these two
    assert any("4 accounts; 3 is the limit" in text for text in begun.warnings)
    limits = Limits.objects.create(pk=1)
    limits.broad.add(firm.petra)
    handover.withdraw(actor=firm.dario, handover=begun.handover, now=NOW)
    assert not any("limit" in text for text in begin(firm).warnings)


# --- somebody leaves -------------------------------------------------------------------------------------------------


def leaves(firm, last=TODAY + 9 * DAY) -> User:
    return access_leaving.begin_leaving(actor=firm.dario, person=firm.sofia, last_day=last, now=NOW)


@pytest.mark.requirement("CNF-02")
def test_leaving_lists_every_account_and_matter_and_hands_them_on(firm):
    Task.objects.create(title="Call Helios", owner=firm.sofia, account=firm.helios, created_at=NOW)
    loose = Task.objects.create(title="Clear the desk", owner=firm.sofia, created_at=NOW)
    sofia = leaves(firm)
    seen = queries.matters(firm.dario, sofia, TODAY)
    assert [row.account.name for row in seen.accounts] == ["Helios", "Nordelma"]  # and not Foreign
    assert {task.title for task in seen.tasks} == {"Call Helios", "Clear the desk"}
    assert (seen.reports, seen.counted, seen.is_clear) == ([firm.ivo], 2, False)

    leaving.hand_on(
        actor=firm.dario,
        person=sofia,
        shares=[(firm.helios, firm.petra), (firm.nordelma, firm.dario)],
        now=NOW,
    )
    last, after = TODAY + 9 * DAY, TODAY + 10 * DAY
    for whom, to in ((firm.helios, firm.petra), (firm.nordelma, firm.dario)):
        assert (responsible_for(whom, last), responsible_for(whom, after)) == (firm.sofia, to)
    assert Task.objects.get(title="Call Helios").owner == firm.petra
    assert leaving.hand_matters_on(
        actor=firm.dario, person=sofia, to=firm.dario, now=NOW
    ) == leaving.HandedOn(tasks=1, requests=0)
    assert again(loose).owner == firm.dario
    seen = queries.matters(firm.dario, sofia, TODAY)
    assert (seen.accounts, seen.counted, len(seen.handed)) == ([], 0, 2)


def asked(firm, title, **more):
    told = {"unit": firm.logistics, "asked_by": firm.petra, "due_on": TODAY, "created_at": NOW}
    return Request.objects.create(title=title, **(told | more))


@pytest.mark.requirement("CNF-02")
def test_requests_that_the_leaver_took_on_are_handed_on_and_no_others(firm):
    livia = access_leaving.begin_leaving(
        actor=firm.dario, person=firm.livia, last_day=TODAY + 9 * DAY, now=NOW
    )
    taken = asked(firm, "Pallets", taken_by=livia)
    answered = asked(firm, "Old", taken_by=livia, state="answered")
    free, others = asked(firm, "Free"), asked(firm, "Greta's", taken_by=firm.greta)
    own = asked(firm, "Asked by Livia", asked_by=livia)
    assert {each.title for each in queries.matters(firm.dario, livia, TODAY).requests} == {
        "Pallets",
        "Asked by Livia",
    }
    done = leaving.hand_matters_on(actor=firm.dario, person=livia, to=firm.greta, now=NOW)
    assert (done.tasks, done.requests) == (0, 1)
    assert [again(each).taken_by for each in (taken, answered, free, others, own)] == [
        firm.greta, livia, None, firm.greta, None
    ]  # fmt: skip
    assert work.may_answer(firm.greta, again(taken), TODAY)
    entry = AuditEntry.objects.get(action="work.give_request")
    assert (entry.actor, entry.before, entry.after) == (
        firm.dario,
        {"taken_by": livia.pk},
        {"taken_by": firm.greta.pk},
    )


def test_who_gives_no_tasks_hands_no_requests_on(firm):
    """HR lets people leave; Petra is in sales and leads nobody."""
    hr = person("hr", "hr")
    livia = access_leaving.begin_leaving(
        actor=firm.dario, person=firm.livia, last_day=TODAY + 9 * DAY, now=NOW
    )
    taken = asked(firm, "Pallets", taken_by=livia)
    for actor in (hr, firm.petra):
        with pytest.raises(policy.Forbidden):
            leaving.hand_matters_on(actor=actor, person=livia, to=firm.greta, now=NOW)
    assert again(taken).taken_by == livia


def test_all_or_none_and_only_of_who_leaves(firm):
    with pytest.raises(Refused, match="not leaving"):
        leaving.hand_on(actor=firm.dario, person=firm.sofia, shares=[(firm.helios, firm.petra)], now=NOW)
    sofia = leaves(firm)
    with pytest.raises(Refused):
        leaving.hand_on(
            actor=firm.dario,
            person=sofia,
            shares=[(firm.helios, firm.petra), (firm.nordelma, sofia)],
            now=NOW,
        )
    assert not Handover.objects.exists()
    with pytest.raises(policy.Forbidden):
        leaving.hand_on(actor=firm.petra, person=sofia, shares=[(firm.helios, firm.petra)], now=NOW)


def test_hr_sees_that_something_is_open_and_not_what(firm):
    hr = person("hr", "hr")
    sofia = leaves(firm)
    seen = queries.matters(hr, sofia, TODAY)
    assert (list(seen.accounts), list(seen.tasks), seen.counted) == ([], [], 2)


def test_a_hand_over_of_who_left_is_finished_by_the_next_one(firm):
    sofia = leaves(firm, TODAY)
    leaving.hand_on(actor=firm.dario, person=sofia, shares=[(firm.helios, firm.petra)], now=NOW)
    access_leaving.close_left(now=NOW + DAY)
    with clock.set_to(NOW + DAY):
        petra = again(firm.petra)
        handover.finish(actor=petra, handover=Handover.objects.get(), now=NOW + DAY)
        assert responsible_for(firm.helios, TODAY + DAY) == petra
    assert Coverage.objects.filter(account=firm.helios, role="responsible").count() == 2


# --- what else belongs to a person -------------------------------------------------------------------------------


def opportunity(firm, account, owner, stage="found"):
    return Opportunity.objects.create(
        account=account, family="Cables", title=f"Cables of {owner.username}", stage=stage, owner=owner, created_at=NOW,
        amount=Decimal(1000), expected_on=TODAY, outcome="said no" if stage == "lost" else "",
    )  # fmt: skip


def test_open_opportunities_of_the_giver_go_along_when_the_hand_over_is_finished(firm):
    open_one = opportunity(firm, firm.helios, firm.sofia)
    ended = opportunity(firm, firm.helios, firm.sofia, "lost")
    elsewhere = opportunity(firm, firm.nordelma, firm.sofia)
    colleague = opportunity(firm, firm.helios, firm.ivo)
    begun = begin(firm).handover
    assert again(open_one).owner == firm.sofia  # the account has not changed hands yet
    handover.finish(actor=firm.petra, handover=begun, now=NOW)
    owners = [again(each).owner for each in (open_one, ended, elsewhere, colleague)]
    assert owners == [firm.petra, firm.sofia, firm.sofia, firm.ivo]
    entry = AuditEntry.objects.get(action="portfolio.edit_opportunity")
    assert (entry.before["owner_id"], entry.after["owner_id"], entry.actor) == (
        firm.sofia.pk,
        firm.petra.pk,
        firm.petra,
    )


def test_opportunities_of_who_leaves_go_with_the_account_and_the_rest_with_what_is_open(firm):
    of_helios = opportunity(firm, firm.helios, firm.sofia)
    of_foreign = opportunity(firm, firm.foreign, firm.sofia)
    sofia = leaves(firm)
    seen = queries.matters(firm.dario, sofia, TODAY)
    assert [(name, len(rows)) for name, rows in seen.belongings] == [("Opportunities", 2)]
    leaving.hand_on(actor=firm.dario, person=sofia, shares=[(firm.helios, firm.petra)], now=NOW)
    assert (again(of_helios).owner, again(of_foreign).owner) == (firm.petra, firm.sofia)
    done = leaving.hand_matters_on(actor=firm.dario, person=sofia, to=firm.petra, now=NOW)
    assert done.others == ("1 opportunity is handed on.",)
    assert again(of_foreign).owner == firm.petra
    assert queries.matters(firm.dario, sofia, TODAY).belongings == []


def test_opportunities_stay_where_they_are_rather_than_go_to_who_sees_no_figures(firm):
    kept = opportunity(firm, firm.foreign, firm.sofia)
    hr = person("hanna", "hr")
    done = leaving.hand_matters_on(actor=firm.dario, person=leaves(firm), to=hr, now=NOW)
    assert (done.others, again(kept).owner) == ((), firm.sofia)
    assert queries.matters(hr, firm.sofia, TODAY).belongings == []  # nor are they told of them
