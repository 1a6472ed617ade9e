"""The pages of what is known: dossier, timeline, lists, search. What must not be seen holds a word: quartz."""

# Fixtures are taken from the tests of the room: their names come back as parameters.
# ruff: noqa: F811, F401

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kamerton.access.secrecy import Secrecy
from kamerton.accounts import timeline
from kamerton.accounts.actions import budgets, facts, needs, notes
from kamerton.accounts.models import (
    Attachment,
    BudgetMovement,
    Contact,
    Fact,
    Interaction,
    Need,
    Note,
    PersonalNote,
)
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from tests.accounts.conftest import NOW, announced, house

DAY = NOW.date()


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def say(house, statement, who=None, at=None, **values) -> Fact:
    told = {"topic": "company", "statement": statement, "source_kind": "interview", "dated": DAY} | values
    return facts.say(actor=who or house.sofia, account=at or house.helios, values=told, now=NOW)


@pytest.fixture
def hidden(house):
    """Everything that Sam of sales, who reaches Helios and reads nothing secret, must never meet."""
    secret = {"secrecy": Secrecy.SECRET}
    fact = say(house, "quartz secret fact", **secret)
    need = needs.raise_need(actor=house.sofia, account=house.helios, now=NOW,
                            values={"what": "quartz secret need", "raised_on": DAY, **secret})  # fmt: skip
    note = notes.write(actor=house.sofia, account=house.helios, now=NOW,
                       values={"text": "quartz secret note", "on": DAY, "kind": "interview", **secret})  # fmt: skip
    budgets.record(actor=house.sofia, account=house.helios, now=NOW,
                   values={"what": "quartz secret budget", "on": DAY, "level": "vip", **secret})  # fmt: skip
    file = Attachment.objects.create(
        account=house.helios,
        name="quartz.pdf",
        stored_name="x",
        size_bytes=1,
        sha256="x",
        created_at=NOW,
        **secret,
    )
    PersonalNote.objects.create(
        contact=house.rita, author=house.sofia, text="quartz personal", lawful_basis="consent", purpose="x",
        keep_until=DAY, created_at=NOW,
    )  # fmt: skip
    say(house, "quartz unreached", who=house.petra, at=house.foreign)
    Contact.objects.create(account=house.foreign, name="Quartz Olga", created_at=NOW)
    return {"fact": fact, "need": need, "note": note, "file": file}


def page(client, who, name, *args, **query):
    client.force_login(who)
    return client.get(reverse(name, args=args), query)


PLACES = [
    ("account_dossier", ["H-1"], {}),
    ("account_timeline", ["H-1"], {}),
    ("facts", [], {}),
    ("facts", [], {"q": "quartz"}),
    ("facts", [], {"list": "secret"}),
    ("needs", [], {}),
    ("needs", [], {"q": "quartz"}),
    ("facts_export", ["csv"], {}),
    ("needs_export", ["csv"], {}),
]


@pytest.mark.parametrize(("name", "args", "query"), PLACES)
def test_nothing_hidden_is_shown_counted_or_taken_out(client, house, hidden, name, args, query):
    answer = page(client, house.sam, name, *args, **query)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode().replace('value="quartz"', "").replace("q=quartz", "").replace("q%3Dquartz", "")
    assert "quartz" not in text.lower()
    assert not AuditEntry.objects.filter(action="secrets.read").exists()


@pytest.mark.parametrize("kind", ["", "account", "contact", "fact", "need", "note"])
def test_search_and_palette_find_nothing_hidden(client, house, hidden, kind):
    answer = page(client, house.sam, "search", q="quartz", kind=kind).content.decode()
    assert "Nothing is found" in answer
    assert "<mark>" not in answer
    palette = page(client, house.sam, "palette", q="quartz").content.decode()
    assert "secret" not in palette.lower()
    assert "Quartz Olga" not in palette


@pytest.mark.parametrize("name", ["fact", "need", "note", "file"])
@pytest.mark.requirement("CNF-01")
def test_who_asks_for_what_is_secret_is_refused_and_written_down(client, house, hidden, name):
    row = hidden[name]
    assert page(client, house.sam, name, row.pk).status_code == 404
    entry = AuditEntry.objects.get(action="secrets.refused")
    assert (entry.actor, entry.subject) == (house.sam, f"{row._meta.label_lower}:{row.pk}")
    assert page(client, house.sam, name, 987654).status_code == 404
    assert AuditEntry.objects.filter(action="secrets.refused").count() == 1


@pytest.mark.parametrize(("name", "args", "query"), PLACES[:3])
def test_who_is_cleared_reads_it_and_leaves_one_trace_a_page(client, house, hidden, name, args, query):
    answer = page(client, house.ivo, name, *args, **query).content.decode()
    assert "quartz secret fact" in answer
    assert "Secret" in answer
    entry = AuditEntry.objects.get(action="secrets.read")
    assert entry.actor == house.ivo
    assert f"accounts.fact:{hidden['fact'].pk}" in entry.after["read"]
    assert "quartz" not in repr(entry.after)


def test_other_accounts_are_404(client, house, hidden):
    for name in ("account_dossier", "account_timeline", "fact_new", "need_new", "budget_new", "note_new"):
        assert page(client, house.sam, name, "F-1").status_code == 404


@pytest.mark.requirement("CNF-01")
def test_a_file_with_something_secret_carries_its_readers_name(client, house, hidden):
    def head(who):
        answer = page(client, who, "facts_export", "csv")
        return b"".join(answer.streaming_content).decode().lstrip("\ufeff").splitlines()[0]

    assert head(house.sofia) == "Secret. Read by Sofia Lind on 2 March 2026."
    read = AuditEntry.objects.get(action="secrets.read")
    assert (read.actor, read.after) == (house.sofia, {"read": [f"accounts.fact:{hidden['fact'].pk}"]})
    say(house, "plain")
    assert "Sam" not in head(house.sam)


# --- the dossier -----------------------------------------------------------------------------------------


def test_the_dossier_says_what_is_known_and_asks_what_is_not(client, house):
    say(house, "Helios builds turbines in three plants")
    say(house, "About 40 million", topic="income", source_kind="")
    answer = page(client, house.sofia, "account_dossier", "H-1").content.decode()
    assert (
        "Helios builds turbines in three plants. 2 of 6 fields are known, 1 of them is only assumed."
        in answer
    )
    assert answer.count('class="k-chip" href="/account-fact-new/H-1/?topic=') == 4
    assert "4 of four are unanswered" in answer


@pytest.mark.requirement("DOS-06")
def test_a_fact_without_a_source_is_shown_as_an_assumption(client, house):
    say(house, "sure", confidence="verified")
    say(house, "rumour", confidence="verified", source_kind="")
    say(house, "old news", dated=DAY - dt.timedelta(days=800))
    answer = page(client, house.sofia, "account_dossier", "H-1").content.decode()
    for statement, kind, word in (
        ("sure", "verified", "Verified"), ("rumour", "assumption", "Assumption"), ("old news", "likely", "2 years old")
    ):  # fmt: skip
        block = next(part for part in answer.split('<div class="k-fact ') if f">{statement}<" in part)
        assert block.startswith(f'k-fact-{kind}"')
        assert word in block


@pytest.mark.requirement("DOS-03")
def test_contacts_whose_motive_nobody_knows_are_listed_first(client, house):
    Contact.objects.create(account=house.helios, name="Zeno Zan", created_at=NOW)
    say(house, "Bonus on uptime", topic="motive", contact=house.rita)
    answer = page(client, house.sofia, "account_dossier", "H-1").content.decode()
    part = answer[answer.index('id="topic-motive"') :]
    assert (
        part.index("Zeno Zan")
        < part.index("Not known")
        < part.index("Rita Sole")
        < part.index("Bonus on uptime")
    )


@pytest.mark.requirement("DOS-02")
def test_a_goal_asks_for_a_solution_until_it_has_one(client, house):
    goal = say(house, "Half the stops", topic="goal")
    assert "No solution yet" in page(client, house.sofia, "account_dossier", "H-1").content.decode()
    say(house, "Spare motors", topic="solution", answers=goal)
    answer = page(client, house.sofia, "account_dossier", "H-1").content.decode()
    assert "No solution yet" not in answer
    assert "Spare motors" in answer


@pytest.mark.requirement("DOS-09")
def test_the_card_of_the_trade_stands_beside(client, house):
    from kamerton.accounts.models import Industry

    house.helios.industry = Industry.objects.create(
        name="Turbine makers", description="Castings, then blades.", terms={"blade": "what the steam turns"}
    )
    house.helios.save()
    answer = page(client, house.sofia, "account_dossier", "H-1").content.decode()
    for text in ("Turbine makers", "Castings, then blades.", "what the steam turns"):
        assert text in answer


def _fill(house, count):
    for at in range(count):
        goal = say(house, f"goal {at}", topic="goal")
        say(house, f"solution {at}", topic="solution", answers=goal)
        person = Contact.objects.create(
            account=house.helios, name=f"Person {at}", created_at=NOW, created_by=house.sofia
        )
        say(house, f"motive {at}", topic="motive", contact=person)
        Need.objects.create(
            account=house.helios, what=f"need {at}", raised_on=DAY, created_at=NOW, created_by=house.sofia
        )
        Note.objects.create(account=house.helios, text=f"note {at}", kind="interview", on=DAY, created_at=NOW,
                            created_by=house.sofia)  # fmt: skip
        BudgetMovement.objects.create(account=house.helios, what="m", level="vip", on=DAY, created_at=NOW,
                                      created_by=house.sofia)  # fmt: skip
        Interaction.objects.create(
            account=house.helios, contact=person, person=house.sofia, on=DAY, created_at=NOW
        )
        Attachment.objects.create(account=house.helios, name="a", stored_name=f"s{at}-{count}", size_bytes=1, sha256="x",
                                  created_at=NOW, created_by=house.sofia)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "args"),
    [("account_dossier", ["H-1"]), ("account_timeline", ["H-1"]), ("facts", []), ("needs", [])],
)
def test_a_page_costs_the_same_for_one_row_and_three(client, house, name, args):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 2):
        _fill(house, more)
        page(client, house.sofia, name, *args)  # signs in, and once for what is remembered
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name, args=args)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1], counts
    assert counts[0] <= 60


def test_add_correct_undo(client, house):
    client.force_login(house.sofia)
    told = {
        "topic": "plans",
        "statement": "A third plant",
        "dated": "2026-03-01",
        "confidence": "likely",
        "secrecy": "1",
    }
    answer = client.post(reverse("fact_new", args=["H-1"]), told)
    assert answer["Location"] == "/account-dossier/H-1/#topic-plans"
    fact = Fact.objects.get()
    form = client.get(reverse("fact_correct", args=[fact.pk])).context["form"]
    again = told | {"statement": "No third plant", "version": form["version"].value()}
    assert client.post(reverse("fact_correct", args=[fact.pk]), again).status_code == 302
    page_after = client.get(reverse("account_dossier", args=["H-1"])).content.decode()
    assert "No third plant" in page_after
    old = client.get(reverse("fact", args=[fact.pk])).content.decode()
    assert "This was corrected later." in old
    newer = Fact.objects.current().get()
    assert "A third plant" in client.get(reverse("fact", args=[newer.pk])).content.decode()
    undo = page_after.split('action="/undo/')[-1].split('"')[0]
    client.post(f"/undo/{undo}")
    assert Fact.objects.current().get() == fact


def test_two_who_correct_the_same_statement(client, house):
    fact = say(house, "three plants")
    client.force_login(house.sofia)
    form = client.get(reverse("fact_correct", args=[fact.pk])).context["form"]
    base = {name: form[name].value() or "" for name in form.fields} | {"dated": "2026-03-02"}
    facts.correct(actor=house.ivo, fact=fact, opened={"statement": "three plants"},
                  submitted={"statement": "two plants"}, now=NOW)  # fmt: skip
    answer = client.post(reverse("fact_correct", args=[fact.pk]), base | {"statement": "four plants"})
    assert answer.status_code == 409
    assert all(text in answer.content.decode() for text in ("two plants", "four plants"))
    assert Fact.objects.current().get().statement == "two plants"


def test_levels_above_ones_own_are_not_offered(client, house):
    offered = page(client, house.sam, "fact_new", "H-1").context["form"].fields["secrecy"].choices
    assert [level for level, _label in offered] == [0, 1]


def test_in_bulk_what_cannot_be_verified_is_named(client, house):
    sure, rumour = say(house, "sure"), say(house, "rumour", source_kind="")
    client.force_login(house.sofia)
    answer = client.post(reverse("facts_bulk"), {"action": "verify", "pick": [sure.pk, rumour.pk]})
    assert "rumour" in answer.content.decode()
    assert "no source cannot be verified" in answer.content.decode()
    assert set(Fact.objects.filter(confidence="verified")) == {sure}


# --- files -----------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_a_file_whatever_it_holds(client, house):
    client.force_login(house.sofia)
    sent = SimpleUploadedFile("x.html", b"<script>alert(1)</script>", content_type="text/html")
    told = {"text": "", "kind": "note", "on": "2026-03-02", "secrecy": "1", "file": sent}
    assert client.post(reverse("note_new", args=["H-1"]), told).status_code == 302
    row = Attachment.objects.get()
    answer = client.get(reverse("file", args=[row.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="x.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"


def test_a_file_is_taken_away_on_the_timeline_and_at_its_note_by_who_may(client, house):
    client.force_login(house.sofia)
    for text in ("", "with a note"):
        sent = SimpleUploadedFile(f"x{len(text)}.txt", b"1")
        client.post(reverse("note_new", args=["H-1"]),
                    {"text": text, "kind": "note", "on": "2026-03-02", "secrecy": "1", "file": sent})  # fmt: skip
    alone, noted = Attachment.objects.order_by("pk")
    urls = [reverse("file_remove", args=[each.pk]) for each in (alone, noted)]
    told = page(client, house.sofia, "account_timeline", "H-1").content.decode()
    assert all(f'action="{url}"' in told for url in urls)
    note = reverse("note", args=[noted.note_id])
    assert f'action="{urls[1]}"' in client.get(note).content.decode()
    client.force_login(house.ivo)  # neither brought them nor leads
    assert "/remove/" not in page(client, house.ivo, "account_timeline", "H-1").content.decode()
    assert "/remove/" not in client.get(note).content.decode()
    client.force_login(house.sofia)
    client.post(urls[0])
    assert list(Attachment.objects.all()) == [noted]


@pytest.mark.parametrize("kind", ["need", "note"])
def test_a_change_of_a_need_or_a_note_is_taken_back_until_somebody_changes_it_again(client, house, kind):
    model, text = (Need, "what") if kind == "need" else (Note, "text")
    common = {"account": house.helios, "created_by": house.sofia, "created_at": NOW}
    row = (Need.objects.create(what="Drives", raised_on=NOW.date(), contact=house.rita, **common) if kind == "need"
           else Note.objects.create(text="Drives", on=NOW.date(), **common))  # fmt: skip
    if kind == "note":
        row.contacts.add(house.rita)
    url = reverse(f"{kind}_edit", args=[row.pk])

    def change(words: str) -> str:
        client.force_login(house.sofia)
        form = client.get(url).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        sent = {name: getattr(value, "pk", value) for name, value in sent.items()} | {text: words}
        sent |= {"contact": ""} if kind == "need" else {"contacts": []}
        answer = client.post(url, sent, follow=True)
        assert answer.status_code == 200, answer.context["form"].errors
        return re.search(r'action="(/undo/[^"]+)"', answer.content.decode())[1]

    token = change("Motors")
    assert getattr(model.objects.get(pk=row.pk), text) == "Motors"
    client.post(token)
    back = model.objects.get(pk=row.pk)
    assert getattr(back, text) == "Drives"
    assert (back.contact if kind == "need" else back.contacts.get()) == house.rita

    token = change("Pumps")
    model.objects.filter(pk=row.pk).update(version=99)
    page_after = client.post(token, follow=True).content.decode()
    assert "Somebody has changed this since." in page_after
    assert getattr(model.objects.get(pk=row.pk), text) == "Pumps"


def test_an_empty_file_keeps_the_note_out_and_the_text_in_the_form(client, house):
    client.force_login(house.sofia)
    sent = SimpleUploadedFile("x.txt", b"")
    told = {"text": "my words", "kind": "note", "on": "2026-03-02", "secrecy": "1", "file": sent}
    answer = client.post(reverse("note_new", args=["H-1"]), told)
    assert answer.status_code == 422
    assert "my words" in answer.content.decode()
    assert (Note.objects.count(), Attachment.objects.count()) == (0, 0)


def test_who_cannot_be_mentioned_is_told_and_the_text_stays(client, house):
    client.force_login(house.sofia)
    told = {"text": "ask @petra", "kind": "note", "on": "2026-03-02", "secrecy": "1"}
    answer = client.post(reverse("note_new", args=["H-1"]), told)
    assert answer.status_code == 422
    assert "Petra Lind does not reach Helios Tarvia." in answer.content.decode()
    assert "ask @petra" in answer.content.decode()


# --- the timeline ----------------------------------------------------------------------------------------


def test_the_stream_pages_through_everything_once_even_of_one_moment(house, monkeypatch):
    _fill(house, 4)  # all of them at the same moment, and days beside them
    asked = timeline.Asked(actor=house.sofia, account=house.helios, limit=1000)
    whole, end = timeline.page(asked)
    assert end is None
    for limit in (1, 3, 7):
        seen, cursor = [], None
        while True:
            part, cursor = timeline.page(
                timeline.Asked(actor=house.sofia, account=house.helios, limit=limit,
                               after=timeline.Cursor.read(str(cursor)) if cursor else None)
            )  # fmt: skip
            seen += part
            if cursor is None:
                break
        assert [each.order for each in seen] == [each.order for each in whole]


@pytest.mark.parametrize(
    "text", ["", "x", "~~", "2026-03-02~1~1", "2026-03-02T00:00:00+00:00~x~1", "9" * 400]
)
def test_a_cursor_that_is_not_ours_is_the_beginning(client, house, text):
    assert timeline.Cursor.read(text) is None
    assert page(client, house.sofia, "account_timeline", "H-1", after=text).status_code == 200


def test_the_stream_is_narrowed_by_kind_and_person(client, house):
    say(house, "by Sofia")
    say(house, "by Ivo", who=house.ivo)
    notes.write(actor=house.ivo, account=house.helios, values={"text": "note of Ivo", "on": DAY}, now=NOW)
    seen = page(
        client, house.sofia, "account_timeline", "H-1", kind="fact", person=str(house.ivo.pk)
    ).content.decode()
    assert "by Ivo" in seen
    assert "by Sofia" not in seen
    assert "note of Ivo" not in seen


def test_what_colleagues_heard_lately_stands_in_the_stream(client, house):
    """The data side: before the next visit everybody sees what the last ones heard."""
    Interaction.objects.create(account=house.helios, contact=house.rita, person=house.ivo, kind="visit", on=DAY,
                               summary="They ask for spares", created_at=NOW)  # fmt: skip
    seen = page(client, house.sam, "account_timeline", "H-1").content.decode()
    assert "Visit with Rita Sole" in seen
    assert "They ask for spares" in seen
    assert "Ivo Lind" in seen


# --- search ----------------------------------------------------------------------------------------------


def test_the_page_marks_what_was_found_and_reading_secrets_leaves_a_trace(client, house, hidden):
    seen = page(client, house.sofia, "search", q="quartz").content.decode()
    assert "<mark>quartz</mark> secret fact" in seen
    assert "quartz personal" not in seen
    assert "unreached" not in seen
    assert len(AuditEntry.objects.get(action="secrets.read").after["read"]) == 3


def test_the_palette_says_no_word_of_what_is_secret(client, house, hidden):
    say(house, "quartz plain fact")
    seen = page(client, house.sofia, "palette", q="quartz").content.decode()
    assert "Something secret" in seen
    assert "secret fact" not in seen
    assert "<mark>quartz</mark> plain fact" in seen
    assert not AuditEntry.objects.filter(action="secrets.read").exists()


def test_a_hit_cannot_carry_markup(client, house):
    say(house, "<b>onyx</b> & co")
    seen = page(client, house.sofia, "search", q="onyx").content.decode()
    assert "&lt;b&gt;<mark>onyx</mark>&lt;/b&gt; &amp; co" in seen
