"""The programme of a company that has no figures yet and has said nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("programme", "Nothing tells yet whether key account management is worth it here."),
        ("programme_watch", "0 of 8 advantages are shown."),
        ("programme_case", "Nobody has written down yet what the programme costs more and brings."),
    ],
)
def test_every_page_says_what_is_missing(client, make_user, company, name, told):
    client.force_login(make_user("director"))
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert told in answer.content.decode()
