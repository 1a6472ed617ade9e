"""What the columns of an address list mean, from their names: four languages and the exports people have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from kamerton.core.folding import fold, words
from kamerton.exchange.read.model import ROLES

#: Names without case, accents, blanks, punctuation and digits. Outlook, Google Contacts, HubSpot, Salesforce, Odoo and
#: Dynamics write the English ones, and translate them like everybody else.
_WORDS = {
    "name": """
        name fullname displayname contactname contact contactperson person personname fn filename fileas
        nomecompleto nomeecognome cognomeenome nominativo referente contatto nomecontatto nomevisualizzato
        imieinazwisko nazwiskoiimie pelnaimieinazwisko pelnanazwa osoba osobakontaktowa kontakt nazwawyswietlana
        имяифамилия фамилияиимя фамилияимяотчество фио полноеимя контакт контактноелицо отображаемоеимя
    """,
    "first_name": "firstname givenname forename vorname nome nomedibattesimo imie pierwszeimie имя givenname",
    "middle_name": "middlename additionalname secondonome drugieimie отчество второеимя secondname",
    "last_name": "lastname familyname surname nachname cognome nazwisko фамилия",
    "salutation": """
        salutation nameprefix prefix honorific honorificprefix anrede titolodicortesia appellativo trattamento
        zwrot zwrotgrzecznosciowy tytulgrzecznosciowy formagrzecznosciowa обращение приветствие
    """,
    "post": """
        jobtitle title position jobposition role function organizationtitle post occupation businesstitle posizione
        qualifica ruolo mansione incarico posizionelavorativa titoloprofessionale stanowisko
        nazwastanowiska funkcja tytulzawodowy должность позиция рольконтакта organizationjobtitle
    """,
    "function": """
        department organizationdepartment dept division reparto dipartimento ufficio area funzione dzial departament
        wydzial отдел подразделение департамент
    """,
    "email": """
        email emailaddress mail emailvalue primaryemail workemail businessemail contactemail emailwork
        indirizzoemail indirizzodipostaelettronica postaelettronica mailaddress adresemail emailsluzbowy
        pocztaelektroniczna adrespocztyelektronicznej электроннаяпочта почта адресэлектроннойпочты емейл имейл
        emailaddresses адресэлпочты элпочта emailпрямой emailhome homeemail personalemail
    """,
    "phone": """
        phone phonenumber businessphone workphone phonevalue telephone tel telephonenumber telwork
        officephone companymainphone phonework directphone telefono numeroditelefono telefonoufficio telefonolavoro
        telefonoaziendale telefon numertelefonu telefonsluzbowy telefonstacjonarny телефон рабочийтелефон
        номертелефона служебныйтелефон primaryphone otherphone homephone telhome telother
    """,
    "mobile": """
        mobile mobilephone mobilephonenumber cell cellphone cellular mobilenumber telcell cellulare telefonocellulare
        numerodicellulare telefonomobile komorka telefonkomorkowy komorkowy мобильный мобильныйтелефон сотовый
        сотовыйтелефон handy
    """,
    "languages": """
        language languages preferredlanguage lang locale lingua lingue linguapreferita jezyk jezyki
        язык языки предпочитаемыйязык
    """,
    "territory": "territory salesterritory areadivendita territorio zona terytorium rejon территория регионпродаж",
    "company": """
        company companyname organization organisation organizationname organisationname accountname account
        employer customer customername client clientname relatedcompany parentcompanyname companyfield firm
        associatedcompany primarycompany parentname org businessname
        azienda societa nomeazienda nomesocieta ragionesociale cliente nomecliente ditta impresa organizzazione ente
        firma nazwafirmy przedsiebiorstwo klient nazwaklienta kontrahent nazwakontrahenta organizacja spolka
        компания названиекомпании организация клиент контрагент наименование наименованиеорганизации фирма предприятие
    """,
    "number": """
        accountnumber accountno customernumber customerno customerid customercode clientnumber clientcode debtor
        debtornumber kundennummer codicecliente numerocliente numeroconto numerklienta kodklienta kodkontrahenta
        numerkontrahenta кодклиента номерклиента кодконтрагента номерсчетаклиента
    """,
    "external_id": """
        accountid companyid associatedcompanyids associatedcompanyid primaryassociatedcompanyid crmid externalid
        parentaccountid companyrecordid organizationid donotmodifyaccount idazienda idcliente idfirmy idklienta
        idкомпании идкомпании idклиента externalaccountid
    """,
    "tax_number": """
        taxid taxnumber vat vatnumber vatid vatno vatregno vatregistrationnumber taxregistrationnumber partitaiva
        piva pivacf nip numernip vatue инн иннкомпании uid ustid ustidnr taxidnumber
    """,
    "registration_number": """
        registrationnumber companynumber registrationno companyregistry regon krs numerkrs numerregon codicefiscale
        rea numerorea огрн кпп handelsregister
    """,
    "legal_name": """
        legalname registeredname denominazionelegale denominazione nazwaprawna pelnanazwafirmy юридическоеназвание
        полноенаименование юридическоелицо
    """,
    "legal_form": "legalform companytype formagiuridica formaprawna организационноправоваяформа опф",
    "segment": "segment segmento segmentklienta сегмент customersegment",
    "website": """
        website web webpage url homepage websiteurl websitevalue companydomainname domain sitoweb sito paginaweb dominio
        strona stronainternetowa stronawww www witryna сайт вебсайт вебстраница адрессайта companydomain
    """,
    "company_email": "companyemail organizationemail emailazienda emailaziendale emailfirmy emailкомпании",
    "company_phone": "companyphone companyphonenumber telefonoazienda telefonfirmy телефонкомпании",
    "country": """
        country countryregion businesscountry businesscountryregion mailingcountry billingcountry addresscountry
        countrycode workcountry addresscountryregion paese nazione stato paesearea kraj krajregion panstwo страна
        странарегион
    """,
    "street": """
        street businessstreet mailingstreet billingstreet address addressstreet streetaddress addressline
        workstreet businessaddress via indirizzo indirizzoufficio ulica adres ulicasluzbowa улица адрес рабочийадрес
        addressformatted
    """,
    "postcode": """
        postcode zip zipcode postalcode businesspostalcode mailingzippostalcode mailingpostalcode billingpostalcode
        billingzippostalcode addresspostalcode workzip zippostalcode cap codicepostale kodpocztowy kod индекс
        почтовыйиндекс addresszippostalcode mailingzip billingzip
    """,
    "city": """
        city town businesscity mailingcity billingcity addresscity workcity citta comune localita miasto
        miejscowosc город населенныйпункт
    """,
    "region": """
        state province stateprovince businessstate mailingstate mailingstateprovince billingstate billingstateprovince
        addressregion stateregion provincia regione wojewodztwo область регион край addressstateprovince region
    """,
    "description": "companydescription accountdescription descrizioneazienda opisfirmy описаниекомпании aboutcompany",
}
_ROLE_OF = {fold(word): role for role, spelt in _WORDS.items() for word in spelt.split()}
_DIGITS = re.compile(r"\d+")
#: Exports by columns that nobody else writes: what external ids of theirs are filed under.
_SYSTEMS = {
    "hubspot": {"associatedcompanyids", "associatedcompanyid", "primaryassociatedcompanyid", "companydomainname"},
    "dynamics": {"donotmodifycontact", "donotmodifyaccount"},
    "salesforce": {"mailingstateprovince", "mailingzippostalcode", "accountid", "mailingstreet"},
    "odoo": {"relatedcompany", "companyregistry"},
}  # fmt: skip
_COMPANY_LIST = {"company", "number", "tax_number", "registration_number", "legal_name"}
#: In a list of companies these stand for the company's own.
_OF_COMPANY = {"email": "company_email", "phone": "company_phone"}


def column_key(name: str) -> str:
    """The name without case, accents, blanks, punctuation and digits."""
    return _DIGITS.sub("", "".join(words(name)))


def find_roles(columns: Sequence[str]) -> dict[str, str]:
    """Column -> role, for those whose names are known.

    Where no column names a person, the list is one of companies: `name` is the company's, and so is the e-mail.
    """
    found = {name: _ROLE_OF[key] for name in columns if (key := column_key(name)) in _ROLE_OF}
    titles = [name for name, role in found.items() if role == "post"]
    if len(titles) > 1:  # Outlook: Title is Mr or Dr beside a Job Title
        found |= {name: "salutation" for name in titles if column_key(name) in {"title", "titolo", "tytul"}}
    roles = set(found.values())
    if not roles & {"first_name", "last_name"} and _is_of_companies(found):
        found = {name: _company_role(role, roles) for name, role in found.items()}
    return found


def _is_of_companies(found: Mapping[str, str]) -> bool:
    """A name beside a tax number or the like, and nothing that only people have."""
    roles = set(found.values())
    if roles & {"post", "function", "mobile", "salutation"}:
        return False
    if "name" not in roles:
        return bool(roles & _COMPANY_LIST)
    plain = any(role == "name" and column_key(name) == "name" for name, role in found.items())
    return plain and "company" not in roles and bool(roles & (_COMPANY_LIST | {"website", "legal_form"}))


def _company_role(role: str, roles: set[str]) -> str:
    if role == "name" and "company" not in roles:
        return "company"
    return _OF_COMPANY.get(role, role)


def find_system(columns: Iterable[str]) -> str:
    """Which program wrote the file, as far as its columns give it away: "" where they do not."""
    keys = {column_key(name) for name in columns}
    return next((system for system, own in _SYSTEMS.items() if len(keys & own) >= min(2, len(own))), "crm")


def settled_roles(columns: Sequence[str], settled: Mapping[str, str]) -> dict[str, str]:
    """What was found, less and more what the user settled: "" takes a column's role away."""
    found, said = find_roles(columns), {_same(name): role for name, role in settled.items()}
    for name in columns:
        if (role := said.get(_same(name))) is not None:
            found.pop(name, None)
            if role in ROLES:
                found[name] = role
    return found


def _same(name: str) -> str:
    """What shape_of makes no difference of."""
    return "".join(words(name)) or name


def shape_of(columns: Iterable[str]) -> str:
    """Fingerprint of the columns whatever their order: finds a saved mapping again."""
    keys = sorted("".join(words(name)) or name for name in columns)
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()[:24]
