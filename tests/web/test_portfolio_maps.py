"""Portfolio maps: placed by figures, moved with a reason, compared with a past day; weights that sum to 100."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.accounts.models import Account
from kamerton.core.models import AuditEntry
from kamerton.portfolio import maps_queries, maps_rules, queries
from kamerton.portfolio.models import MapPlacement

KINDS = sorted(maps_rules.MAPS)


@pytest.fixture
def heaviest(book):
    return queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def spot(kind: str, account: str):
    snapshot = queries.latest_snapshot()
    return next(
        each for each in maps_queries.spots(snapshot, kind, dt.date(2999, 1, 1)) if each.account == account
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_map_shows_its_accounts_as_picture_and_as_table(director, heaviest, kind):
    answer = director.get(f"/portfolio/maps/{kind}/")
    assert answer.status_code == 200
    assert heaviest.name in text(answer)
    assert len(answer.context["table"].rows) == len(answer.context["board"]["spots"])


def test_an_unknown_map_is_not_there(director, book):
    assert director.get("/portfolio/maps/nonsense/").status_code == 404
    assert director.get("/portfolio/maps/").status_code == 302


def test_an_account_is_moved_with_a_reason_and_given_back(director, heaviest):
    url = f"/portfolio/maps/attractiveness/place/{heaviest.account}/"
    assert 'value="25"' in director.get(f"{url}?x=0.25&y=0.75").content.decode()
    assert (
        director.post(url, {"x": "25", "y": "75", "reason": "A rival stands in the plant"}).status_code == 302
    )
    told = spot("attractiveness", heaviest.account)
    assert (told.x, told.y, told.is_moved) == (0.25, 0.75, True)
    assert told.by_figures != (0.25, 0.75)
    assert "moved by hand" in text(director.get("/portfolio/maps/attractiveness/"))
    assert AuditEntry.objects.filter(action="portfolio.map_place").count() == 1
    director.post(url, {"x": "30", "y": "75", "reason": "They left again"})
    assert MapPlacement.objects.count() == 2
    row = MapPlacement.objects.get(ended_at=None)
    assert "A rival stands in the plant" in text(director.get(url))
    answer = director.post(f"/portfolio/placements/{row.pk}/back/", follow=True)
    assert not spot("attractiveness", heaviest.account).is_moved
    token = answer.content.decode().split('action="/undo/')[1].split('"')[0]
    director.post(f"/undo/{token}")
    assert spot("attractiveness", heaviest.account).x == 0.3


@pytest.mark.parametrize(
    ("field", "value"), [("x", "101"), ("x", "-1"), ("x", "nan"), ("y", ""), ("reason", ""), ("reason", "  ")]
)
def test_what_lies_beside_the_map_or_has_no_reason_is_refused(director, heaviest, field, value):
    told = {"x": "25", "y": "75", "reason": "why"} | {field: value}
    answer = director.post(f"/portfolio/maps/seen/place/{heaviest.account}/", told)
    assert answer.status_code == 422
    assert not MapPlacement.objects.exists()


def test_a_past_day_shows_where_it_stood_then(director, heaviest):
    account = Account.objects.get(number=heaviest.account)
    snapshot = queries.latest_snapshot()
    for x, begun, ended in ((0.1, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2021, 1, 1, tzinfo=dt.UTC)),
                            (0.9, dt.datetime(2021, 1, 1, tzinfo=dt.UTC), None)):  # fmt: skip
        MapPlacement.objects.create(
            account=account, map="seen", x=x, y=0.5, reason="r", created_at=begun, ended_at=ended
        )
    then = {each.account: each for each in maps_queries.spots(snapshot, "seen", dt.date(2020, 6, 1))}
    assert then[heaviest.account].x == 0.1
    assert spot("seen", heaviest.account).x == 0.9


def test_weights_that_do_not_sum_to_one_are_refused(director, book):
    given = {
        f"{axis}_{part}": f"{value * 100:g}"
        for axis, told in maps_rules.WEIGHTS.items()
        for part, value in told.items()
    }
    answer = director.post("/portfolio/maps/weights/", given | {"strength_wallet": "41"})
    assert answer.status_code == 422
    assert "sum to 1" in text(answer)
    swapped = given | {"strength_wallet": "30", "strength_health": "40"}
    assert director.post("/portfolio/maps/weights/", swapped).status_code == 302
    assert maps_queries.weights()["strength"]["health"] == 0.4


def test_who_reads_the_company_moves_nothing(client, make_user, heaviest):
    client.force_login(make_user("reader"))
    assert "Move" not in [
        str(each.label) for each in client.get("/portfolio/maps/seen/").context["table"].columns
    ]
    told = {"x": "25", "y": "75", "reason": "why"}
    assert client.post(f"/portfolio/maps/seen/place/{heaviest.account}/", told).status_code == 403
    client.force_login(make_user("senior_kam"))
    assert client.get("/portfolio/maps/seen/").status_code == 403
    assert not MapPlacement.objects.exists()


def test_the_questions_do_not_grow_with_what_was_moved(director, book, django_assert_max_num_queries):
    rows = list(queries.account_figures(queries.latest_snapshot()).filter(basis_amount__gt=0)[:3])
    counts = []
    for row in rows:
        director.post(f"/portfolio/maps/seen/place/{row.account}/", {"x": "25", "y": "75", "reason": "why"})
        with django_assert_max_num_queries(30) as told:
            director.get("/portfolio/maps/seen/")
        counts.append(len(told))
    assert counts[1] == counts[-1]
