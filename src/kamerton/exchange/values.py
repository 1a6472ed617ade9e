"""A row of a file as values that accounts and contacts can hold, or why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from kamerton.accounts import rules
from kamerton.core.folding import fold, words
from kamerton.core.names import name_key
from kamerton.exchange.read.model import Fault, Place, Told
from kamerton.said import Said

#: Field of Contact -> most signs.
PERSON_FIELDS = MappingProxyType(
    {
        "name": 200,
        "salutation": 40,
        "post": 200,
        "function": 20,
        "email": 254,
        "phone": 60,
        "mobile": 60,
        "languages": 200,
        "territory": 120,
    }
)
#: Role -> (field of Account, most signs).
COMPANY_FIELDS = MappingProxyType(
    {
        "company": ("name", 500),
        "legal_name": ("legal_name", 300),
        "legal_form": ("legal_form", 80),
        "registration_number": ("registration_number", 80),
        "tax_number": ("tax_number", 80),
        "country": ("country", 2),
        "website": ("website", 300),
        "company_email": ("email", 254),
        "company_phone": ("phone", 60),
        "segment": ("segment", 80),
        "description": ("description", 10_000),
    }
)
ADDRESS_FIELDS = MappingProxyType({"street": 500, "postcode": 20, "city": 120, "region": 120})
#: Keys of accounts.choices.contact_functions, by how people call departments.
_FUNCTIONS = """
management direzione direzionegenerale zarzad kierownictwo руководство дирекция administrationboard board geschaftsfuhrung
purchasing procurement acquisti ufficioacquisti zakupy dzialzakupow закупки отделзакупок снабжение einkauf buying
finance accounting amministrazioneefinanza finanza contabilita finanse ksiegowosc финансы бухгалтерия accounts
technical engineering tecnico ufficiotecnico technika techniczny dzialtechniczny технический техническийотдел rd randd
production manufacturing operations produzione produkcja производство
quality qualityassurance qualita controlloqualita jakosc kontrolajakosci качество отк qa
logistics supplychain warehouse logistica magazzino logistyka magazyn логистика склад
marketing маркетинг
sales vendite commerciale sprzedaz handlowy dzialhandlowy продажи отделпродаж коммерческий vertrieb
it ict informatica sistemiinformativi informatyka dzialit ит айти
legal legale ufficiolegale prawny dzialprawny юридический юридическийотдел
administration amministrazione segreteria administracja sekretariat администрация секретариат
other altro inne inny другое прочее
"""
_FUNCTION_OF = {
    fold(word): names[0]
    for line in _FUNCTIONS.strip().splitlines()
    if (names := line.split())
    for word in names
}
_SEVERAL = re.compile(r"\s*(?:;|,|\s:::\s|\||\n)\s*")
_IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_valid_email = EmailValidator()


@dataclass(slots=True)
class Person:
    values: dict[str, str | list[str]]

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))


@dataclass(slots=True)
class Firm:
    """What a row tells of the company: `values` are fields of Account."""

    values: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)
    number: str = ""
    external_id: str = ""

    @property
    def name(self) -> str:
        return self.values.get("name", "") or self.values.get("legal_name", "")

    @property
    def is_told(self) -> bool:
        return bool(self.name or self.number or self.external_id or self.values.get("tax_number"))


@dataclass(slots=True)
class Line:
    """One row, ready to be matched. `columns` says in which column of the file a field stood."""

    place: Place
    person: Person | None
    firm: Firm
    columns: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)  # what means nothing here: field -> value


class _Faulty(Exception):
    def __init__(self, role: str, reason: str) -> None:
        super().__init__(reason)
        self.role, self.reason = role, reason


def line_of(told: Told) -> Line | Fault:
    """Pure. A fault names the column, the value and the reason."""
    try:
        if not told.values:
            raise _Faulty("", Said("The row is empty where columns have a meaning."))
        person, firm = _person(told.values), _firm(told.values)
        if person is None:
            _to_company(told.values, firm)
        if person is None and not firm.is_told:
            raise _Faulty(_first(told.values), Said("Neither a person nor a company is named."))
    except _Faulty as faulty:
        column, value = told.values.get(faulty.role, ("", ""))
        return Fault(told.place, column, value[:200], faulty.reason)
    columns = {_field(role): column for role, (column, _value) in told.values.items()}
    return Line(told.place, person, firm, columns, _unread(told.values))


def _field(role: str) -> str:
    """The field of the account where a role has another name; what is told of both keeps the person's."""
    return {
        "company": "account_name",
        "company_email": "account_email",
        "company_phone": "account_phone",
    }.get(role, role)


def _unread(told: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    department = told.get("function", ("", ""))[1]
    return {"function": department} if department and not function_of(department) else {}


def _first(values: Mapping[str, tuple[str, str]]) -> str:
    return next(iter(values), "")


# --- the person ----------------------------------------------------------------------------------------------------


def _person(told: Mapping[str, tuple[str, str]]) -> Person | None:
    """None where nothing but the company is told. Raises where a person has no name."""
    name, role = _name(told)
    if not name:
        _refuse_nameless(told)
        return None
    values: dict[str, str | list[str]] = {"name": _text(name, role, 200)}
    for each in ("salutation", "post", "territory"):
        if each in told:
            values[each] = _text(told[each][1], each, PERSON_FIELDS[each])
    for each in ("phone", "mobile"):
        if each in told:
            values[each] = _phone(told[each][1], each)
    if "email" in told:
        values["email"] = _email(told["email"][1], "email")
    if "function" in told and (found := function_of(told["function"][1])):
        values["function"] = found
    if "languages" in told:
        values["languages"] = _languages(told["languages"][1])
    return Person({key: value for key, value in values.items() if value})


def _refuse_nameless(told: Mapping[str, tuple[str, str]]) -> None:
    """A row without a name is a company's, unless it tells what only a person has."""
    own = [each for each in ("post", "mobile", "salutation") if each in told]
    company = any(each in told for each in ("company", "legal_name", "number", "external_id", "tax_number"))
    lone = [each for each in (*own, "email", "phone") if each in told]
    if lone and (own or not company):
        raise _Faulty(lone[0], Said("A contact needs a name."))


def _name(told: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The parts where there are some, else the whole; and the role that it stands under."""
    parts = [told[each][1] for each in ("first_name", "middle_name", "last_name") if each in told]
    if "last_name" in told or ("first_name" in told and "name" not in told):
        return " ".join(parts), "last_name" if "last_name" in told else "first_name"
    return (told["name"][1], "name") if "name" in told else ("", "")


def function_of(text: str) -> str:
    """The key of a function that a department's name means; "" for words that mean none."""
    return _FUNCTION_OF.get("".join(words(text)), "")


def _languages(text: str) -> list[str]:
    found = []
    for part in re.split(r"[;,/|\s]+(?![^(]*\))", text.strip()):
        if part and (code := language_of(part)) is None:
            raise _Faulty("languages", Said("“{word}” is no language that is known.", word=part[:60]))
        if part and code:
            found.append(code)
    return list(dict.fromkeys(found))


# --- the company -----------------------------------------------------------------------------------------------------


def _firm(told: Mapping[str, tuple[str, str]]) -> Firm:
    firm = Firm()
    for role, (name, most) in COMPANY_FIELDS.items():
        if role in told and role not in {"country", "company_email", "company_phone"}:
            firm.values[name] = _text(told[role][1], role, most)
    if "company_email" in told:
        firm.values["email"] = _email(told["company_email"][1], "company_email")
    if "company_phone" in told:
        firm.values["phone"] = _phone(told["company_phone"][1], "company_phone")
    if "country" in told:
        firm.values["country"] = _country(told["country"][1])
    firm.address = {
        name: _text(told[name][1], name, most) for name, most in ADDRESS_FIELDS.items() if name in told
    }
    firm.number = _text(told["number"][1], "number", 500) if "number" in told else ""
    firm.external_id = _text(told["external_id"][1], "external_id", 500) if "external_id" in told else ""
    firm.values = {key: value for key, value in firm.values.items() if value}
    return firm


def _to_company(told: Mapping[str, tuple[str, str]], firm: Firm) -> None:
    """Without a person the address and the telephone are the company's."""
    if "email" in told and "email" not in firm.values:
        firm.values["email"] = _email(told["email"][1], "email")
    if "phone" in told and "phone" not in firm.values:
        firm.values["phone"] = _phone(told["phone"][1], "phone")


def _country(text: str) -> str:
    found = country_of(text)
    if found is None:
        raise _Faulty("country", Said("“{word}” is no country that is known.", word=text[:60]))
    return found


# --- single values -------------------------------------------------------------------------------------------------------


def _text(value: str, role: str, most: int) -> str:
    if "\0" in value:
        raise _Faulty(role, Said("The value holds zero bytes: it is no text."))
    clean = " ".join(value.split())
    if len(clean) > most:
        raise _Faulty(
            role, Said("The value has {count} signs; {most} are kept.", count=len(clean), most=most)
        )
    return clean


def _phone(value: str, role: str) -> str:
    """The first of several; a text without a digit is none."""
    first = next((part for part in re.split(r"\s:::\s|;|\n|\|", value) if part.strip()), "")
    clean = _text(first, role, 60)
    if clean and not any(map(str.isdigit, clean)):
        raise _Faulty(role, Said("This is no telephone number: it has no digit."))
    return clean


def _email(value: str, role: str) -> str:
    """The first of several, without the name around it."""
    parts = [part for part in _SEVERAL.split(value.strip()) if "@" in part] or [value.strip()]
    inner = _IN_BRACKETS.search(parts[0])
    found = (inner[1] if inner else parts[0]).strip().removeprefix("mailto:")
    try:
        _valid_email(_text(found, role, 254))
    except ValidationError:
        raise _Faulty(role, Said("This is no e-mail address.")) from None
    return found


@cache
def _named(file: str) -> dict[str, str]:
    """Folded name -> code."""
    text = (files("kamerton.exchange.read") / file).read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {fold(name): code for code, *names in rows for name in (code, *names)}


def country_of(text: str) -> str | None:
    return _named("countries.txt").get("".join(words(text)))


def language_of(text: str) -> str | None:
    """Also of a locale such as pl_PL or en-GB."""
    known = _named("languages.txt")
    return known.get("".join(words(text))) or known.get(fold(re.split(r"[_-]", text)[0]))


# --- what two spellings have in common --------------------------------------------------------------------------------------


def person_key(name: str) -> str:
    """A name without case, accents, marks and order: "Rossi, Mario" is Mario Rossi."""
    return " ".join(sorted(words(name))) or fold(name.strip())


def names_agree(one: str, other: str) -> bool:
    """Equal keys, or all words of the shorter one stand in the longer, an initial for a word."""
    if person_key(one) == person_key(other):
        return True
    short, long = sorted((words(one), words(other)), key=len)
    left = list(long)
    for word in short:
        match = next((each for each in left if each == word or _is_initial(word, each)), None)
        if match is None:
            return False
        left.remove(match)
    return len(short) > 1


def _is_initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


def share_a_word(one: str, other: str) -> bool:
    return bool({word for word in words(one) if len(word) > 1} & set(words(other)))


def phone_key(text: str) -> str:
    """The last nine digits, by which a number with and without its country agrees; "" for too few."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits[-9:] if len(digits) >= 7 else ""


def company_key(name: str) -> str:
    return name_key(name) if name.strip() else ""


def tax_key(text: str, country: str = "") -> str:
    """Without blanks, signs and the country in front."""
    key = rules.code_key(text)
    if (
        len(key) > 4
        and key[:2].isalpha()
        and key[2:3].isdigit()
        and (not country or fold(country) == key[:2])
    ):
        return key[2:]
    return key


def domains_of(texts: Iterable[str]) -> frozenset[str]:
    return rules.own_domain(*texts)
