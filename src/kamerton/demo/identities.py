"""Who the ten largest accounts are by law and where they sit. All of it is made up; .example is nobody's domain."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, kw_only=True)
class Identity:
    account: str  # beginning of its name
    legal_name: str
    legal_form: str
    country: str
    dialling: str
    street: str
    postcode: str
    city: str
    region: str
    territory: str
    segment: str
    tags: tuple[str, ...] = ()
    delivery: tuple[str, str, str] | None = None  # street, postcode, city

    @property
    def fields(self) -> dict[str, str]:
        """What the account's own row keeps; numbers follow from the name, so that each demo has the same."""
        word = self.account.split()[0].lower()
        number = crc32(self.legal_name.encode())
        return {
            "legal_name": self.legal_name,
            "legal_form": self.legal_form,
            "registration_number": f"{self.country}-{number % 900_000 + 100_000}",
            "tax_number": f"{self.country}0000{number % 9_000_000 + 1_000_000}",
            "country": self.country,
            "website": f"https://www.{word}.example",
            "email": f"office@{word}.example",
            "phone": f"{self.dialling} 555 {number % 9_000 + 1_000}",
            "segment": self.segment,
        }


IDENTITIES = (
    Identity(
        account="Helios Tarvia", legal_name="Helios Tarvia Società per Azioni", legal_form="S.p.A.", country="IT",
        dialling="+39 02", street="Via delle Filande 18", postcode="20100", city="Milano", region="Lombardia",
        territory="Italy North", segment="Equipment makers", tags=("frame contract", "call-off"),
        delivery=("Strada dei Mulini 4", "24040", "Tarvia"),
    ),
    Identity(
        account="Brassmoor Engineering", legal_name="Brassmoor Engineering Limited", legal_form="Ltd",
        country="GB", dialling="+44 121", street="12 Foundry Lane", postcode="B1 1AA", city="Birmingham",
        region="West Midlands", territory="United Kingdom", segment="Equipment makers",
        tags=("call-off", "consignment stock"),
    ),
    Identity(
        account="Oravin Elektro", legal_name="Oravin Elektro Spółka z ograniczoną odpowiedzialnością",
        legal_form="Sp. z o.o.", country="PL", dialling="+48 12", street="ul. Miedziana 7", postcode="30-001",
        city="Kraków", region="Małopolska", territory="Poland South", segment="Installers",
        tags=("tries new articles",),
    ),
    Identity(
        account="Quellmark Anlagenbau", legal_name="Quellmark Anlagenbau Gesellschaft mbH", legal_form="GmbH",
        country="DE", dialling="+49 711", street="Am Brunnenweg 31", postcode="70173", city="Stuttgart",
        region="Baden-Württemberg", territory="Germany South", segment="Plant builders", tags=("projects",),
    ),
    Identity(
        account="Velmora Distribuzione", legal_name="Velmora Distribuzione Società per Azioni",
        legal_form="S.p.A.", country="IT", dialling="+39 051", street="Via dell'Interporto 55",
        postcode="40100", city="Bologna", region="Emilia-Romagna", territory="Italy North",
        segment="Wholesalers", tags=("resells",),
    ),
    Identity(
        account="Balvano Verpackung", legal_name="Balvano Verpackung GmbH & Co. KG",
        legal_form="GmbH & Co. KG", country="DE", dialling="+49 211", street="Kartonstraße 9",
        postcode="40210", city="Düsseldorf", region="Nordrhein-Westfalen", territory="Germany West",
        segment="Packaging",
    ),
    Identity(
        account="Ardelia Technik", legal_name="Ardelia Technik GmbH", legal_form="GmbH", country="DE",
        dialling="+49 89", street="Werkstraße 2", postcode="80331", city="München", region="Bayern",
        territory="Germany South", segment="Equipment makers",
    ),
    Identity(
        account="Corvane Mech", legal_name="Corvane Mech Sp. z o.o. sp. k.", legal_form="Sp. z o.o. sp. k.",
        country="PL", dialling="+48 61", street="ul. Warsztatowa 14", postcode="60-001", city="Poznań",
        region="Wielkopolska", territory="Poland North", segment="Equipment makers",
    ),
    Identity(
        account="Pelanto Retail", legal_name="Pelanto Retail Spółka Akcyjna", legal_form="S.A.", country="PL",
        dialling="+48 22", street="al. Kupiecka 100", postcode="00-001", city="Warszawa",
        region="Mazowsze", territory="Poland North", segment="Wholesalers", tags=("resells", "many returns"),
    ),
    Identity(
        account="Estravo Fabrication", legal_name="Estravo Fabrication Limited", legal_form="Ltd", country="GB",
        dialling="+44 113", street="3 Canal Wharf", postcode="LS1 1AA", city="Leeds", region="Yorkshire",
        territory="United Kingdom", segment="Metal working",
    ),
)  # fmt: skip
