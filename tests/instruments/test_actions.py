"""Taking instruments from files, adapting them, answering, finishing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from kamerton.access.policy import Forbidden
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments import actions, queries, rules
from kamerton.instruments import format as files
from kamerton.instruments.actions import Reply
from kamerton.instruments.models import Answer, Assessment, Instrument
from kamerton.instruments.subjects import NOTHING, Subject
from tests.instruments.factories import item, section, tables

KEYS = {
    "dossier-completeness",
    "openness",
    "organisational-needs",
    "programme-conditions",
    "purchasing-potential",
    "relationship-ladder",
    "loyalty-analysis",
}


def written(folder, **more):
    made = tables(**more)
    (folder / f"{made['key']}.toml").write_text(files.write(made), encoding="utf-8")
    return folder


@pytest.fixture
def sample(db, tmp_path, now):
    """An instrument about nothing: a required yes-no with evidence, a scale that goes stale, a text."""
    items = [
        item("a", required=True, evidence="on-yes"),
        item("b", "scale", fresh_days=30),
        item("t", "text"),
    ]
    return actions.sync_catalogue(now=now, folder=written(tmp_path, section=[section("one", *items)]))[0]


# --- the catalogue -------------------------------------------------------------------------------


def test_migrating_brings_the_catalogue_and_doing_it_again_changes_nothing(db, now):
    assert set(Instrument.objects.filter(is_active=True).values_list("key", flat=True)) == KEYS
    before = list(Instrument.objects.values())
    assert actions.sync_catalogue(now=now) == []
    assert list(Instrument.objects.values()) == before


def test_a_changed_file_is_a_new_version_and_an_old_assessment_keeps_its_own(sample, kam, tmp_path, now):
    old = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=old, item="a", reply=Reply("no"), now=now)
    done = actions.finish(actor=kam, assessment=old, now=now)
    written(tmp_path, section=[section("one", item("a", weight=9), item("z"))])
    made = actions.sync_catalogue(now=now, folder=tmp_path)
    assert [(one.version, one.is_active) for one in made] == [(2, True)]
    sample.refresh_from_db()
    done.refresh_from_db()
    assert (sample.is_active, done.instrument_id) == (False, sample.pk)
    assert set(queries.definition_of(done.instrument).by_key) == {"a", "b", "t"}
    assert set(queries.definition_of(made[0]).by_key) == {"a", "z"}
    assert queries.definition_of(made[0]).version == 2


def test_a_bad_file_takes_nothing(db, tmp_path, now):
    written(tmp_path)
    (tmp_path / "zebra.toml").write_text('format = 1\nkey = "zebra"\n')
    with pytest.raises(files.BadInstrument, match="zebra"):
        actions.sync_catalogue(now=now, folder=tmp_path)
    assert not Instrument.objects.filter(key__in=["sample", "zebra"]).exists()


def test_a_file_is_named_after_its_key(db, tmp_path, now):
    (written(tmp_path) / "sample.toml").rename(tmp_path / "other.toml")
    with pytest.raises(files.BadInstrument, match="must be the name of the file"):
        actions.sync_catalogue(now=now, folder=tmp_path)


# --- adapting ------------------------------------------------------------------------------------


def test_an_adapted_version_takes_the_place_and_can_be_taken_back(administrator, shipped, now):
    builtin = shipped("openness")
    source = builtin.source.replace("They test ideas with us", "They try ideas with us")
    made = actions.adapt(actor=administrator, instrument=builtin, source=source, now=now)
    assert (made.version, made.origin, made.adapted_from, made.is_active) == (2, "adapted", builtin, True)
    assert queries.active("openness") == made
    assert actions.sync_catalogue(now=now) == []
    actions.use_version(actor=administrator, instrument=builtin, now=now)
    assert queries.active("openness") == builtin
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "instruments.adapt",
        "instruments.use_version",
    ]


def test_a_later_release_does_not_push_an_adapted_version_aside(sample, administrator, tmp_path, now):
    made = actions.adapt(
        actor=administrator, instrument=sample, source=sample.source.replace("Sample", "Ours"), now=now
    )
    written(tmp_path, section=[section("one", item("z"))])
    newer = actions.sync_catalogue(now=now, folder=tmp_path)[0]
    assert (newer.version, newer.is_active) == (3, False)
    assert queries.active("sample") == made


def test_with_another_key_it_stands_beside(sample, administrator, now):
    source = sample.source.replace('key = "sample"', 'key = "ours"')
    made = actions.adapt(actor=administrator, instrument=sample, source=source, now=now)
    assert (made.key, made.version, made.adapted_from) == ("ours", 1, sample)
    assert queries.active("sample") == sample


def test_the_criteria_of_a_ladder_can_change_and_its_stages_cannot(shipped, administrator, now):
    ladder = shipped("relationship-ladder")
    for old, new in (
        ('key = "loyalty"', 'key = "devotion"'),
        ('title.en = "Loyalty"', 'title.en = "Devotion"'),
    ):
        with pytest.raises(Refused, match="stages of a ladder cannot change"):
            actions.adapt(
                actor=administrator, instrument=ladder, source=ladder.source.replace(old, new, 1), now=now
            )
    source = ladder.source.replace("They know our company and", "They know our house and")
    assert actions.adapt(actor=administrator, instrument=ladder, source=source, now=now).is_active


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "Nothing was changed: the texts"),
        ('key = "sample"', 'key = "openness"', "another instrument with the key “openness”"),
        ('about = "none"', 'about = "contact"', "Whom it is about cannot change"),
        ('kind = "scale"', 'kind = "feeling"', "item 2 (“b”): “kind” is “feeling”"),
        ("format = 1", "format = = 1", "This is not TOML"),
    ],
)
def test_what_cannot_be_adapted_is_refused_and_nothing_changes(sample, administrator, now, old, new, said):
    before = list(Instrument.objects.values())
    with pytest.raises(Refused) as caught:
        actions.adapt(
            actor=administrator, instrument=sample, source=sample.source.replace(old, new, 1), now=now
        )
    assert said in str(caught.value)
    assert list(Instrument.objects.values()) == before


def test_who_may_only_assess_adapts_nothing(sample, kam, now):
    with pytest.raises(Forbidden):
        actions.adapt(actor=kam, instrument=sample, source=sample.source.replace("Sample", "Ours"), now=now)
    with pytest.raises(Forbidden):
        actions.use_version(actor=kam, instrument=sample, now=now)


def test_only_one_version_is_active(sample):
    with pytest.raises(IntegrityError), transaction.atomic():
        Instrument.objects.create(
            key="sample", version=9, definition={}, source="", digest="", origin="adapted", is_active=True,
            created_at=sample.created_at,
        )  # fmt: skip


# --- assessing -----------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-10")
def test_a_reseller_with_an_empty_checklist_is_not_justified_and_score_and_answers_are_kept(
    shipped, kam, helios, now
):
    empty = actions.start_assessment(actor=kam, instrument=shipped("openness"), subject=helios, now=now)
    assert actions.finish(actor=kam, assessment=empty, now=now).result == "not-justified"
    opened = actions.start_assessment(actor=kam, instrument=shipped("openness"), subject=helios, now=now)
    told = Reply("yes", "said so at the review in February")
    five = list(queries.definition_of(opened.instrument).by_key)[:5]
    assert actions.answer_all(actor=kam, assessment=opened, replies=dict.fromkeys(five, told), now=now) == {}
    done = actions.finish(actor=kam, assessment=opened, now=now)
    kept = Assessment.objects.get(pk=done.pk)
    assert (kept.score, kept.result, kept.account_id, kept.secrecy) == (5, "open", 7, 1)
    assert rules.score_from_json(kept.parts) == rules.score(
        queries.definition_of(kept.instrument), queries.answers_of(kept)
    )
    assert {row.evidence for row in kept.answers.all()} == {"said so at the review in February"}


def test_finishing_names_what_is_missing_and_keeps_the_answers(sample, kam, now):
    open_ = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=open_, item="b", reply=Reply("4"), now=now)
    with pytest.raises(actions.Unfinished, match="still to answer: “Question a”"):
        actions.finish(actor=kam, assessment=open_, now=now)
    actions.answer(actor=kam, assessment=open_, item="a", reply=Reply("yes"), now=now)
    with pytest.raises(actions.Unfinished, match=r"“Question a” \(evidence\)"):
        actions.finish(actor=kam, assessment=open_, now=now)
    assert {row.item: row.value for row in open_.answers.all()} == {"a": "yes", "b": "4"}
    open_.refresh_from_db()
    assert (open_.finished_at, open_.score) == (None, None)


def test_an_answer_of_another_kind_is_refused_and_the_old_one_stays(sample, kam, now):
    open_ = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=open_, item="b", reply=Reply("4"), now=now)
    with pytest.raises(rules.WrongKind, match="from 1 to 5"):
        actions.answer(actor=kam, assessment=open_, item="b", reply=Reply("9"), now=now)
    with pytest.raises(Refused, match="no question “zzz”"):
        actions.answer(actor=kam, assessment=open_, item="zzz", reply=Reply("9"), now=now)
    replies = {"a": Reply("no"), "b": Reply("many")}
    wrong = actions.answer_all(actor=kam, assessment=open_, replies=replies, now=now)
    assert list(wrong) == ["b"]
    assert {row.item: row.value for row in open_.answers.all()} == {"a": "no", "b": "4"}


def test_an_emptied_answer_is_taken_away(sample, kam, now):
    open_ = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=open_, item="a", reply=Reply("yes", "minutes"), now=now)
    actions.answer(actor=kam, assessment=open_, item="a", reply=Reply("", "minutes"), now=now)
    assert open_.answers.get().value == ""
    actions.answer(actor=kam, assessment=open_, item="a", reply=Reply(""), now=now)
    assert not open_.answers.exists()


def test_a_finished_assessment_stays_as_it_is(sample, kam, now):
    done = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=done, item="a", reply=Reply("no"), now=now)
    actions.finish(actor=kam, assessment=done, now=now)
    for attempt in (
        lambda: actions.answer(actor=kam, assessment=done, item="a", reply=Reply("yes"), now=now),
        lambda: actions.finish(actor=kam, assessment=done, now=now),
        lambda: actions.discard(actor=kam, assessment=done, now=now),
    ):
        with pytest.raises(actions.Closed, match="stays as it is"):
            attempt()
    assert done.answers.get().value == "no"


def test_answers_are_the_raters_own(sample, kam, make_user, now):
    open_ = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    actions.answer(actor=kam, assessment=open_, item="a", reply=Reply("no"), now=now)
    other = make_user("administrator")
    for attempt in (
        lambda: actions.answer(actor=other, assessment=open_, item="a", reply=Reply("yes"), now=now),
        lambda: actions.finish(actor=other, assessment=open_, now=now),
        lambda: actions.discard(actor=other, assessment=open_, now=now),
    ):
        with pytest.raises(actions.Closed, match="somebody else"):
            attempt()
    assert open_.answers.get().value == "no"


def test_starting_twice_is_one_assessment_and_another_rater_has_an_own(sample, kam, make_user, now):
    first = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    assert actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now) == first
    assert (
        actions.start_assessment(actor=make_user("director"), instrument=sample, subject=NOTHING, now=now)
        != first
    )


def test_it_is_about_what_the_instrument_is_about(sample, kam, helios, now):
    with pytest.raises(Refused, match="is not about this"):
        actions.start_assessment(actor=kam, instrument=sample, subject=helios, now=now)


def finished(actor, instrument, now, subject=NOTHING, secrecy=None, **values):
    made = actions.start_assessment(
        actor=actor, instrument=instrument, subject=subject, now=now, secrecy=secrecy
    )
    replies = {key: Reply(value, "seen") for key, value in values.items()}
    assert actions.answer_all(actor=actor, assessment=made, replies=replies, now=now) == {}
    return actions.finish(actor=actor, assessment=made, now=now)


def test_the_next_one_begins_with_the_last_answers_and_knows_the_stale_ones(sample, kam, now):
    finished(kam, sample, now, a="no", b="4", t="as ever")
    later = now + dt.timedelta(days=40)
    again = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=later)
    definition, answers = queries.definition_of(sample), queries.answers_of(again)
    assert {key: one.value for key, one in answers.items()} == {"a": "no", "b": "4", "t": "as ever"}
    assert rules.stale(definition, answers, later.date()) == ("b",)
    actions.answer(actor=kam, assessment=again, item="b", reply=Reply("4"), now=later)
    assert rules.stale(definition, queries.answers_of(again), later.date()) == ("b",)  # left as it was
    actions.answer(actor=kam, assessment=again, item="b", reply=Reply("4", confirm=True), now=later)
    assert rules.stale(definition, queries.answers_of(again), later.date()) == ()


def test_answers_that_a_new_version_does_not_know_are_not_taken_over(sample, kam, tmp_path, now):
    finished(kam, sample, now, a="no", b="5", t="as ever")
    written(tmp_path, section=[section("one", item("a"), item("b", "scale", high=3), item("new"))])
    newer = actions.sync_catalogue(now=now, folder=tmp_path)[0]
    again = actions.start_assessment(actor=kam, instrument=newer, subject=NOTHING, now=now)
    assert set(queries.answers_of(again)) == {"a"}


def test_opinions_are_not_taken_over_from_others_but_a_dossier_is_and_keeps_its_secrecy(
    shipped, sample, kam, make_user, helios, now
):
    director = make_user("director")
    finished(director, sample, now, a="no")
    mine = actions.start_assessment(actor=kam, instrument=sample, subject=NOTHING, now=now)
    assert not mine.answers.exists()
    finished(director, shipped("dossier-completeness"), now, subject=helios, secrecy=2, income="12 million")
    taken = actions.start_assessment(
        actor=kam, instrument=shipped("dossier-completeness"), subject=helios, now=now
    )
    assert taken.answers.get().value == "12 million"
    assert Assessment.objects.get(pk=taken.pk).secrecy == 2


def test_each_raters_latest_and_the_one_before(sample, kam, make_user, now):
    day = dt.timedelta(days=1)
    first = finished(kam, sample, now, a="no")
    second = finished(kam, sample, now + day, a="yes")
    other = finished(make_user("director"), sample, now + 2 * day, a="no")
    assert queries.latest_by_rater(kam, "sample", "none", 0) == [second, other]
    assert queries.before(kam, second) == first
    assert queries.before(kam, other) is None


def test_the_latest_of_many_subjects_is_one_query(shipped, kam, now, django_assert_num_queries):
    ladder = shipped("relationship-ladder")
    for number in (1, 2, 3):
        finished(kam, ladder, now, subject=Subject("contact", number), **{"knows-kam": "yes"})
    newest = finished(
        kam, ladder, now + dt.timedelta(days=1), subject=Subject("contact", 3), **{"knows-company": "yes"}
    )
    for numbers in ([1], [1, 2, 3]):
        with django_assert_num_queries(1):
            found = queries.latest(kam, "relationship-ladder", "contact", numbers)
            assert sorted(found) == numbers
    assert (found[3], found[3].result, found[1].result) == (newest, "contact", "no-contact")


def test_erasing_a_person_takes_what_was_said_about_them_and_nothing_else(shipped, kam, now):
    ladder = shipped("relationship-ladder")
    gone = finished(kam, ladder, now, subject=Subject("contact", 1), **{"knows-kam": "yes"})
    kept = finished(kam, ladder, now, subject=Subject("contact", 2), **{"knows-kam": "yes"})
    assert actions.erase_about(actor=kam, kind="contact", number=1, now=now) == 1
    assert set(Assessment.objects.all()) == {kept}
    assert not Answer.objects.filter(assessment_id=gone.pk).exists()


def test_the_shipped_files_are_all_there():
    assert {path.stem for path in files.CATALOGUE.glob("*.toml")} == KEYS
