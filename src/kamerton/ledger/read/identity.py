"""Which values mean a return, and which names mean the same company."""

from __future__ import annotations

from collections.abc import Iterable

from kamerton.core.folding import words
from kamerton.core.names import merge_offers, name_key

__all__ = ["kinds_of", "merge_offers", "name_key"]

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
