"""Kinds of document, and names that mean the same company."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.ledger.read.identity import kinds_of, merge_offers, name_key

KINDS = {
    "sale": """invoice|Sales Invoice|INV|Standard Order|Debit memo|receipt|FT|TD01|fattura|Fattura differita|Vendita
        |Nota di debito|scontrino|faktura|Faktura VAT|FV|FV 12/2024|sprzedaż|paragon|Реализация товаров и услуг
        |Счет-фактура|продажа|Rechnung|F2|facture|factura|venta""",
    "return": """credit note|Credit Memo|CREDIT|return|Sales return|Refund|RMA|CN|G2|RE|nota di credito|Nota Credito
        |NC|NC 17|TD04|reso|Reso cliente|rimborso|korekta|Faktura korygująca|KOR|FK|zwrot|Zwrot od klienta|возврат
        |Возврат товаров от покупателя|Корректировка реализации|кредит-нота|Gutschrift|Retoure|avoir|devolución""",
    "cancellation": """cancelled|Canceled|Cancellation|VOID|voided invoice|reversal|storno|Storno faktury|Stornorechnung
        |annullata|Fattura annullata|anulowana|Anulowano|сторно|отменен|Аннулирован|annulé|S1""",
    None: "Shipped|In process|yes|1||-|Wholesale|proforma|Pro-forma invoice|Preventivo|oferta",
}
CASES = [(value.strip(), kind) for kind, text in KINDS.items() for value in text.split("|")]


@pytest.mark.parametrize(("value", "kind"), CASES)
def test_kinds_of_document(value: str, kind: str | None) -> None:
    assert kinds_of([value, value.upper(), f" {value} "]) == {
        value: kind,
        value.upper(): kind,
        f" {value} ": kind,
    }


@pytest.mark.parametrize(
    "names",
    [
        ("Rossi S.p.A.", "ROSSI spa", "Rossi S. p. A.", "rossi", "Rossi SpA"),
        ("Bianchi S.r.l.", "Bianchi srl", "Bianchi & C. snc", "BIANCHI"),
        ("Żółć Sp. z o.o.", "Zolc sp. z o. o.", "ŻÓŁĆ SP Z OO", "Żółć Sp. z o.o. sp. k.", "Żółć S.A."),
        ('ООО "Ромашка"', "Ромашка, ООО", "ромашка", "ЗАО «Ромашка»", "АО Ромашка", "ИП Ромашка"),
        ("Müller GmbH", "Muller GmbH & Co. KG", "MÜLLER AG", "Müller"),
        ("Heron Ltd", "Heron, Inc.", "HERON L.L.C.", "Heron B.V.", "Heron Co., Ltd.", "heron"),
        ("Café du Port SARL", "CAFE DU PORT", "Cafe-du-Port S.A.R.L."),
    ],
)
def test_names_that_differ_in_form_have_one_key(names: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Heron North", "Heron South"),
        ("Heron 1", "Heron 2"),
        ("Spa Resort", "Resort"),
        ("Agora", "Ora"),
        ("SA", "AG"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text())
def test_a_key_is_its_own_key_where_only_form_was_taken(name: str) -> None:
    key = name_key(name)
    assert name_key(f"  {name.upper().lower()} ") == name_key(name.upper().lower())
    assert not any(sign.isspace() for sign in key)


def test_offers_group_ids_whose_names_agree() -> None:
    accounts = [
        ("007", "Heron Ltd"),
        ("12", "HERON"),
        ("13", "Crane"),
        ("12", "Heron, Inc."),
        ("a", "crane s.a."),
    ]
    assert merge_offers(accounts) == (("007", "12"), ("13", "a"))


def test_offers_where_the_name_is_the_id() -> None:
    names = ["Heron", "HERON ", "Crane"]
    assert merge_offers((name, name) for name in names) == (("HERON ", "Heron"),)


def test_one_account_under_two_names_links_both_groups() -> None:
    assert merge_offers([("1", "Heron"), ("2", "Heron Ltd"), ("2", "Crane"), ("3", "crane")]) == (
        ("1", "2", "3"),
    )


@pytest.mark.parametrize(
    "accounts",
    [[], [("1", "Heron"), ("1", "HERON")], [("1-23", "1-23"), ("12-3", "12-3")], [("1", ""), ("2", "")]],
)
def test_nothing_to_offer(accounts: list[tuple[str, str]]) -> None:
    assert merge_offers(accounts) == ()
