"""Which values mean a return, and which names mean the same company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kamerton.ledger.read.folding import fold, words

# ---------------------------------------------------------------- document kinds

#: Beginnings of words, folded. Looked up in this order: a cancelled invoice is a cancellation,
#: a corrected invoice is a return.
_KIND_STEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "cancellation",
        (
            "cancel", "void", "reversal", "reversed", "storn", "annul", "anul", "cancelad",
            "cancelac", "сторн", "отмен", "аннул",
        ),
    ),
    (
        "return",
        (
            "return", "refund", "credit", "rma", "chargeback", "reso", "resi", "rimbors",
            "accredit", "korekt", "koryg", "zwrot", "zwrac", "возврат", "корректир", "кредит",
            "gutschrift", "retour", "ruckgabe", "rucksendung", "korrektur", "avoir", "devoluc",
            "abono",
        ),
    ),
    (
        "sale",
        (
            "invoice", "sale", "sold", "debit", "receipt", "order", "fattur", "vendit",
            "scontrin", "corrispettiv", "faktur", "sprzeda", "paragon", "zamowien", "rachun",
            "реализац", "продаж", "счет", "чек", "заказ", "накладн", "упд", "rechnung", "verkauf",
            "auftrag", "factur", "vente", "venta", "ordin",
        ),
    ),
)  # fmt: skip

#: Whole values that are codes: SAP billing and order types, Italian e-invoice types, common shorthand.
_KIND_CODES = {
    "cancellation": """
        s1 s2 st canc ann
    """,
    "return": """
        cn cm nc nca ndc ncr crn cr re g2 rk ret td04 td08 kor fk fkor fks kfs kfv kfa kf zw zwr вз
        гз crm rtn rf sc scn arc fsk fak fvk fvkor gs
    """,
    "sale": """
        inv in ft fa fv fs fva fav f2 f1 zf2 or ta zor l2 td01 td24 td26 dn nd so si par pa sal wz
        ddt рт рту sl fc
    """,
}
_CODES = {code: kind for kind, codes in _KIND_CODES.items() for code in codes.split()}

#: Papers that are not sales although a word in them says so.
_NO_KIND = ("proforma", "preventiv", "quotation", "quote", "oferta", "предложен", "angebot", "devis")


def kinds_of(values: Iterable[str]) -> dict[str, str | None]:
    """Value of a document-kind column -> sale, return, cancellation, or None where nothing is recognised."""
    return {value: _kind_of(value) for value in values}


def _kind_of(value: str) -> str | None:
    found = words(value)
    code = _CODES.get("".join(found))
    if code or not found or "".join(found).startswith(_NO_KIND):
        return code
    for kind, stems in _KIND_STEMS:
        if any(word.startswith(stems) for word in found):
            return kind
    numbered = len(found) > 1 and all(word.isdigit() for word in found[1:])  # FV 12/2024
    return _CODES.get(found[0]) if numbered else None


# ---------------------------------------------------------------- company names

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
