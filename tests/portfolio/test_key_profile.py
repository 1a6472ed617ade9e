"""The written profile: versions with author and date, what is refused, who may write it."""

from __future__ import annotations

import pytest

from kamerton.access.policy import Forbidden
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.actions import status
from kamerton.portfolio.models import KeyProfile
from kamerton.portfolio.models.status import DEFINITIONS, class_lists, definitions, presets, six_classes
from kamerton.portfolio.presets import PRESETS

pytestmark = pytest.mark.django_db

WORDS = {
    "text": "Whom we would miss",
    "preset": "",
    "definitions": ["innovator", "contribution"],
    "levels": ["manager", "company"],
    "class_list": "definitions",
    "labels": {"key": " Top ", "critical": ""},
    "review_months": 6,
    "silence_days": 60,
}


def write(actor, now, changes=None, **words):
    return status.write_profile(actor=actor, now=now, words=WORDS | words, changes=changes or {})


def test_a_version_has_its_author_its_day_and_the_rules(administrator, company, now):
    made = write(administrator, now, {"share_key": 0.05})
    assert (made.number, made.author, made.at) == (1, administrator, now)
    assert (made.definitions, made.levels) == (["contribution", "innovator"], ["company", "manager"])
    assert made.labels == {"key": "Top"}
    assert made.rules["share_key"] == 0.05
    assert queries.profile().share_key == 0.05
    assert AuditEntry.objects.filter(action="portfolio.write_profile").count() == 1


def test_every_change_is_a_version_and_no_change_is_none(administrator, company, now):
    first = write(administrator, now)
    assert write(administrator, now).pk == first.pk
    write(administrator, now, text="Whom we would miss most")
    write(administrator, now, {"share_key": 0.2}, text="Whom we would miss most")
    assert [each.number for each in status_queries.versions()] == [3, 2, 1]
    assert status_queries.written().rules["share_key"] == 0.2


def test_without_a_text_only_thresholds_are_kept(administrator, company, now):
    assert write(administrator, now, {"share_key": 0.05}, text=" \n") is None
    assert queries.profile().share_key == 0.05
    assert status_queries.written() is None
    with pytest.raises(status.ProfileMissing, match="has not written down yet what a key account is"):
        status.require_profile()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"definitions": []}, "At least one definition"),
        ({"levels": ["nowhere"]}, "At least one level"),
        ({"review_months": 0}, "reviewed every"),
        ({"silence_days": 1001}, "without contact for long"),
    ],
)
def test_what_makes_no_sense_is_refused(words, message, administrator, company, now):
    with pytest.raises(Refused, match=message):
        write(administrator, now, {"share_key": 0.05}, **words)
    assert not KeyProfile.objects.exists()
    assert queries.profile().share_key == 0.1


def test_a_written_profile_stays_written(administrator, company, now):
    write(administrator, now)
    with pytest.raises(Refused, match="not taken back"):
        write(administrator, now, text="")
    assert status_queries.written().number == 1


def test_who_may_not_write_it(make_user, company, now):
    for role in ("head_of_sales", "senior_kam", "reader"):
        with pytest.raises(Forbidden):
            write(make_user(role), now)


@pytest.mark.requirement("SEL-16")
def test_the_other_six_words_keep_the_data(administrator, company, now):
    """Each class is another word for one definition; the switch changes nothing else."""
    assert (
        [key for key, _label in six_classes()] == [key for key, _label in definitions()] == list(DEFINITIONS)
    )
    assert len({str(label) for _key, label in six_classes()}) == 6
    before = write(administrator, now)
    assert str(status_queries.definition_words(before)["mentor"]) == "Mentor"
    after = write(administrator, now, class_list="classes")
    assert str(status_queries.definition_words(after)["mentor"]) == "An expert who shares knowledge"
    assert (after.definitions, after.levels, after.rules) == (before.definitions, before.levels, before.rules)
    assert {key for key, _label in class_lists()} == {"definitions", "classes"}


def test_every_preset_is_a_profile_that_can_be_kept(administrator, company, now):
    assert set(PRESETS) == {key for key, _label in presets()}
    for key, preset in PRESETS.items():
        words = {
            name: getattr(preset, name) for name in ("definitions", "levels", "review_months", "silence_days")
        }
        made = write(
            administrator, now, {"share_key": preset.share_key}, preset=key, text=str(preset.text), **words
        )
        assert (made.preset, tuple(made.definitions), tuple(made.levels)) == (
            key,
            preset.definitions,
            preset.levels,
        )
