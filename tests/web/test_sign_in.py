"""A forgotten password: the same answer for everybody, one letter to those who sign in here, one use of its link."""

from __future__ import annotations

import html as markup
import os
import re
import subprocess
import sys

import pytest
from django.core import mail
from django.urls import reverse

from kamerton.access.models import User

REQUEST, SENT = reverse("account_reset_password"), reverse("account_reset_password_done")
NEW = "kamerton-anew-2026"


@pytest.fixture
def anna(make_user, company) -> User:
    user = make_user("director", "anna")
    user.email, user.language = "anna@example.com", "it"
    user.save()
    return user


def ask(client, address: str = "anna@example.com"):
    return client.post(REQUEST, {"email": address})


def link() -> str:
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def text(answer) -> str:
    return markup.unescape(answer.content.decode())


def test_the_way_from_the_sign_in_page_to_a_new_password(client, anna):
    assert f'href="{REQUEST}"' in text(client.get(reverse("account_login")))
    assert ask(client).url == SENT
    assert [letter.to for letter in mail.outbox] == [["anna@example.com"]]
    form = client.get(link(), follow=True)
    assert "New password" in text(form)
    url = form.redirect_chain[-1][0]
    assert link() not in url  # the key is in the session: it leaves the address, so no referrer tells it
    short = client.post(url, {"password1": "short", "password2": "short"})
    assert "at least 10 characters" in text(short)
    done = client.post(url, {"password1": NEW, "password2": NEW}, follow=True)
    assert "The password is set" in text(done)
    anna.refresh_from_db()
    assert anna.check_password(NEW)


def test_a_link_works_once(client, anna, django_user_model):
    ask(client)
    url = client.get(link(), follow=True).redirect_chain[-1][0]
    client.post(url, {"password1": NEW, "password2": NEW})
    for again in (link(), url, reverse("account_reset_password_from_key", args=["1", "cut-off"])):
        assert "This link no longer works" in text(client.get(again, follow=True))
        client.post(again, {"password1": "another-password-1", "password2": "another-password-1"})
    anna.refresh_from_db()
    assert anna.check_password(NEW)


def test_the_letter_speaks_the_language_of_its_reader(client, anna):
    ask(client)
    assert mail.outbox[0].subject == "Nuova password per Kamerton"
    assert "“anna”" in mail.outbox[0].body


def test_the_answer_is_the_same_for_unknown_and_closed_sign_ins_and_no_letter_leaves(client, anna, make_user):
    closed = make_user("reader", "closed")
    closed.email, closed.is_active = "closed@example.com", False
    closed.save()
    known = ask(client)
    assert len(mail.outbox) == 1
    for address in ("nobody@example.com", "closed@example.com"):
        answer = ask(client, address)
        assert (answer.status_code, answer.url, answer.content) == (
            known.status_code,
            known.url,
            known.content,
        )
        assert address not in text(client.get(SENT))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("address", ["anna@example.com", "nobody@example.com"])
def test_asking_again_and_again_is_stopped_alike_for_everybody(client, anna, address):
    assert [ask(client, address).status_code for _ in range(4)] == [302, 302, 302, 429]
    assert "Too many tries" in text(ask(client, address))
    assert len(mail.outbox) == (3 if address == anna.email else 0)


_SHOW = "from kamerton import settings as s; print(*(getattr(s, n, '-') for n in {names}))"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://localhost", "localhost 25 - False False"),
        ("smtp+starttls://me%40x:p%2Fw@mail.example", "mail.example 587 me@x False True"),
        ("smtps://me:pw@mail.example:2465", "mail.example 2465 me True False"),
    ],
)
def test_the_mail_server_is_one_setting(url, told, tmp_path):
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_SSL", "EMAIL_USE_TLS")
    found = _settings(tmp_path, names, KAMERTON_MAIL_URL=url).stdout.split()
    assert " ".join(found if len(found) == 5 else [*found[:2], "-", *found[2:]]) == told


def test_without_a_server_letters_are_files_that_only_the_owner_reads(tmp_path):
    told = _settings(tmp_path, ("EMAIL_BACKEND", "EMAIL_FILE_PATH")).stdout.split()
    assert told == ["django.core.mail.backends.filebased.EmailBackend", str(tmp_path / "mail")]
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700


def test_a_wrong_mail_url_says_how_it_reads(tmp_path):
    assert (
        "KAMERTON_MAIL_URL reads smtp://"
        in _settings(tmp_path, ("DEBUG",), KAMERTON_MAIL_URL="mail.example").stderr
    )


def _settings(home, names, **more) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KAMERTON_MAIL_URL": "", "KAMERTON_HOME": str(home), **more}
    command = [sys.executable, "-c", _SHOW.format(names=names)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
