"""Which names mean the same company. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from kamerton.core.folding import fold, words

#: Legal forms as they read with blanks and punctuation taken out.
_LAST = """
    gmbh mbh gmbhcokg gmbhco cokg kg kgaa ohg gbr ag ug se ek ev haftungsbeschränkt ughaftungsbeschränkt
    spa srl srls snc sas sapa ss scarl scrl scarlpa soccoop coop cooperativa unipersonale sunipersonale
    societàperazioni societàaresponsabilitàlimitata sociounico
    spzoo spzooo spzoospk spzookomandytowa spj spk spkomandytowa spp sa sc ska spółkaakcyjna spółkajawna
    spółkacywilna spółkakomandytowa spółkazoo spółkazograniczonąodpowiedzialnością psa
    ltd limited llc llp lp inc incorporated corp corporation co company plc pty ptyltd pvt pvtltd coltd
    sarl sasu eurl sci sl slu sau lda ltda eireli bv bvba nv vof cv srlcv sadecv sprl asbl
    ab oy oyj as aps asa ks doo dd ad kft zrt nyrt bt sro spolsro vos eood ood uab sia ou oü
    ооо оао зао ао пао нао ип тоо чп одо уп тдв тов кфх гуп муп
    ooo oao zao pao c csnc csas
"""
_FIRST = """
    ооо оао зао ао пао нао ип тоо чп одо уп тов гуп муп ooo oao zao pao
    обществосограниченнойответственностью акционерноеобщество закрытоеакционерноеобщество
    открытоеакционерноеобщество публичноеакционерноеобщество индивидуальныйпредприниматель
    phu pphu fhu fhup pph ppu phup
"""
_FORMS_LAST = frozenset(fold(_LAST).split())
_FORMS_FIRST = frozenset(fold(_FIRST).split())
_LONGEST_FORM = 6  # words: "Sp. z o.o. sp. k." is the longest that is commonly written


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """What is left of a company's name without case, accents, blanks, punctuation and legal form.

    Two names with the same key are offered for merging. A name that is nothing but a legal form keeps it.
    """
    left = words(name)
    stripped = _without_first(_without_last(left))
    return "".join(stripped or left)


def _without_last(parts: list[str]) -> list[str]:
    for length in range(min(_LONGEST_FORM, len(parts) - 1), 0, -1):
        if "".join(parts[-length:]) in _FORMS_LAST:
            return _without_last(parts[:-length])
    return parts


def _without_first(parts: list[str]) -> list[str]:
    for length in range(min(_LONGEST_FORM, len(parts) - 1), 0, -1):
        if "".join(parts[:length]) in _FORMS_FIRST:
            return _without_first(parts[length:])
    return parts


def merge_offers(accounts: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Groups of account ids whose names differ only in form, sorted; never merged here.

    `accounts` holds (id, name); where an export has no ids the id is the name itself. Keys without a letter
    are left out: 1-23 and 12-3 are two numbers, not two spellings of one name.
    """
    groups: dict[str, str] = {}  # id -> the smallest id it was found to agree with
    by_key: dict[str, set[str]] = defaultdict(set)
    for account, name in accounts:
        key = name_key(name)
        if any(sign.isalpha() for sign in key):
            by_key[key].add(account)
    for ids in by_key.values():
        _join(groups, ids)
    return _grouped(groups)


def _root(groups: dict[str, str], account: str) -> str:
    while (up := groups.setdefault(account, account)) != account:
        account = up
    return account


def _join(groups: dict[str, str], ids: set[str]) -> None:
    roots = sorted({_root(groups, account) for account in ids})
    for root in roots[1:]:
        groups[root] = roots[0]


def _grouped(groups: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for account in groups:
        members[_root(groups, account)].append(account)
    return tuple(sorted(tuple(sorted(ids)) for ids in members.values() if len(ids) > 1))
