"""Values in, values out: what the room decides. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from kamerton.core import folding


def search_text(*parts: str) -> str:
    """What a search looks in: every part, case folded, single blanks."""
    return " ".join(" ".join(parts).casefold().split())


class Found(Protocol):
    """An account, as far as a search looks at it."""

    name: str
    number: str
    ledger_group: str
    ledger_name: str
    legal_name: str
    tax_number: str
    registration_number: str


def account_text(account: Found, ids: Iterable[str]) -> str:
    """What finds an account: its names and every number it goes by."""
    return search_text(
        account.name, account.number, account.ledger_group, account.ledger_name, account.legal_name,
        account.tax_number, account.registration_number, *ids,
    )  # fmt: skip


def prospect_number(taken: Iterable[str]) -> str:
    """The next number of ours for whoever the ledger does not know: P-00001, P-00002 ..."""
    own = (number.removeprefix("P-") for number in taken if number.startswith("P-"))
    last = max((int(digits) for digits in own if digits.isdigit() and digits.isascii()), default=0)
    return f"P-{last + 1:05d}"


def domain_of(text: str) -> str:
    """The domain of a website or an e-mail address, without www; "" where there is none."""
    host = text.strip().casefold().split("://")[-1].split("@")[-1]
    host = host.split("/")[0].split("?")[0].split(":")[0].removeprefix("www.")
    return host if "." in host else ""


#: Mail hosts that many companies share: the same one says nothing.
_SHARED_HOSTS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com",
    "gmx.de", "gmx.net", "web.de", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "pec.it", "legalmail.it",
    "wp.pl", "o2.pl", "onet.pl", "interia.pl", "poczta.onet.pl", "mail.ru", "yandex.ru", "ya.ru", "bk.ru",
    "list.ru", "inbox.ru", "rambler.ru", "proton.me", "protonmail.com",
})  # fmt: skip


def own_domain(*texts: str) -> frozenset[str]:
    """The domains in `texts` that belong to one company."""
    return frozenset(domain_of(text) for text in texts) - _SHARED_HOSTS - {""}


def code_key(text: str) -> str:
    """A tax or registration number without blanks and signs, folded: PL 525-12 and pl52512 are one."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def languages(told: Iterable[str]) -> list[str]:
    """ISO 639-1 codes in their order, each once; ValueError for what is none."""
    codes = [each.strip().casefold() for each in told if each.strip()]
    for code in codes:
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise ValueError(code)
    return list(dict.fromkeys(codes))


def shares_a_language(one: Iterable[str], other: Iterable[str]) -> bool | None:
    """Whether two people have a language in common (LOC-06); None where nothing is known of one of them."""
    ours, theirs = {code.casefold() for code in one}, {code.casefold() for code in other}
    return bool(ours & theirs) if ours and theirs else None


def person_keys(name: str, email: str, mobile: str) -> list[tuple[str, str]]:
    """By what two records of one account are the same person: (kind, key), folded."""
    digits = "".join(sign for sign in mobile if sign.isdigit())
    told = [
        ("name", " ".join(sorted(folding.words(name)))),
        ("email", email.strip().casefold()),
        ("mobile", digits[-9:] if len(digits) >= 6 else ""),
    ]
    return [(kind, key) for kind, key in told if key]


def joined(groups: Iterable[Sequence[int]]) -> list[list[int]]:
    """Groups that share a number, as one; each in order, and among them by the first number."""
    at: dict[int, set[int]] = {}
    for group in groups:
        whole = set(group).union(*(at[number] for number in group if number in at))
        for number in whole:
            at[number] = whole
    once = {min(whole): sorted(whole) for whole in at.values()}
    return [once[first] for first in sorted(once)]
