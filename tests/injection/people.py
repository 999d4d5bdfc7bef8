"""Shoppers as a shop knows them: names, addresses, telephones, devices, cards. All made up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random


def _listed(text: str) -> tuple[str, ...]:
    """Return the parts of a text between semicolons."""
    return tuple(part.strip() for part in text.split(";"))


FIRST = _listed(
    "Anna;Emma;Lena;Julia;Sarah;Laura;Maria;Petra;Sabine;Monika;Karin;Heike;Birgit;Ute;Jan;Peter;Thomas;Michael;"
    "Klaus;Emily;Olivia;Sophie;Grace;Ruby;Chloe;Jessica;Hannah;Lucy;Helen;Margaret;Susan;Jack;Harry;Oliver;George;"
    "James;William;Daniel;Samuel;Priya;Aisha;Mei;Elif;Zeynep;Ivana;Olga;Marta;Ewa;Chiara;Ahmed;Luca;Pavel;Stefan"
)
LAST = _listed(
    "Müller;Schmidt;Schneider;Fischer;Weber;Meyer;Wagner;Becker;Schulz;Hoffmann;Koch;Bauer;Richter;Klein;Wolf;Neumann;"
    "Schwarz;Zimmermann;Krüger;Hartmann;Lange;Werner;Krause;Lehmann;Smith;Jones;Taylor;Brown;Williams;Wilson;Johnson;"
    "Davies;Robinson;Wright;Thompson;Evans;Walker;White;Roberts;Green;Hall;Wood;Clarke;Patel;Khan;Yilmaz;Kaya;Rossi;"
    "Nowak;Novak;Ivanova;Nguyen;Singh;Murphy;Kelly;Byrne;Garcia;Kowalski"
)
STREETS = {
    "DE": _listed(
        "Hauptstraße;Bahnhofstraße;Gartenstraße;Schulstraße;Lindenweg;Bergstraße;Am Markt;Kirchgasse;Birkenallee;"
        "Goethestraße;Mühlenweg;Ringstraße;Waldstraße;Rosenweg;Parkstraße"
    ),
    "GB": _listed(
        "High Street;Station Road;Church Lane;Victoria Road;Green Lane;Mill Road;Park Avenue;Queens Road;"
        "The Crescent;Manor Drive;Kings Close;School Lane;Albert Terrace;Richmond Hill"
    ),
}
CITIES = {
    "DE": _listed(
        "Köln 50;Dortmund 44;Hannover 30;München 80;Nürnberg 90;Stuttgart 70;Freiburg 79;Frankfurt 60;Kassel 34;"
        "Mainz 55;Kiel 24;Berlin 10;Leipzig 04;Hamburg 20;Potsdam 14;Erfurt 99;Rostock 18;Bremen 28"
    ),
    "GB": _listed(
        "London N;London SE;Leeds LS;Bristol BS;Manchester M;Norwich NR;Cardiff CF;Glasgow G;Oxford OX;York YO;"
        "Exeter EX;Derby DE;Hull HU;Reading RG"
    ),
}
MAILS = ("gmail.com", "web.de", "gmx.de", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "t-online.de")
UMLAUTS = {ord("ü"): "ue", ord("ö"): "oe", ord("ä"): "ae", ord("ß"): "ss"}
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(slots=True)
class Person:
    """An account. ``cards`` holds payment fingerprints, the usual one first."""

    name: str
    email: str
    phone: str | None
    street: str
    city: str
    postcode: str
    country: str
    created_at: datetime
    devices: list[str]
    networks: list[str]
    cards: list[str]
    pays_with: str
    segment: str = "retail"
    orders: list[object] = field(default_factory=list)

    @property
    def home(self) -> tuple[str, str, str]:
        """Where the person lives."""
        return self.street, self.city, self.postcode


def token(dice: Random, length: int = 16) -> str:
    """Return an opaque token, as devices and cards have."""
    return f"{dice.getrandbits(4 * length):0{length}x}"


def stranger(dice: Random, country: str, created_at: datetime, segment: str = "retail") -> Person:
    """Return somebody new."""
    first, last = dice.choice(FIRST), dice.choice(LAST)
    street, city, postcode = address(dice, country)
    methods = ("invoice", "paypal", "card", "card", "direct_debit") if country == "DE" else ("card", "card", "paypal")
    return Person(
        name=f"{first} {last}",
        email=mail(dice, first, last),
        phone=phone(dice, country) if dice.random() < 0.7 else None,
        street=street,
        city=city,
        postcode=postcode,
        country=country,
        created_at=created_at,
        devices=[token(dice) for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))],
        networks=[network(dice) for _ in range(dice.choice((1, 2, 2, 3)))],
        cards=[token(dice, 12) for _ in range(dice.choice((1, 1, 1, 2)))],
        pays_with=dice.choice(methods),
        segment=segment,
    )


def mail(dice: Random, first: str, last: str) -> str:
    """Return an e-mail address as people choose them."""
    plain = last.lower().translate(UMLAUTS)
    local = dice.choice(
        (
            f"{first.lower()}.{plain}{dice.randint(1, 999)}",
            f"{first[0].lower()}{plain}{dice.randint(50, 99)}",
            f"{plain}.{first.lower()}{dice.randint(1, 2012)}",
            f"{first.lower()}{dice.randint(1000, 99_999)}",
        )
    )
    tag = f"+{dice.choice(('shop', 'mode', 'orders', 'news'))}" if dice.random() < 0.01 else ""
    return f"{local}{tag}@{dice.choice(MAILS)}"


def phone(dice: Random, country: str) -> str:
    """Return a mobile number, written in one of the usual ways."""
    code, local = ("49", f"1{dice.randint(50, 79)}") if country == "DE" else ("44", f"7{dice.randint(100, 999)}")
    rest = f"{dice.randint(0, 9_999_999):07d}"
    return dice.choice((f"+{code}{local}{rest}", f"0{local} {rest}", f"00{code} {local} {rest[:3]} {rest[3:]}"))


def address(dice: Random, country: str) -> tuple[str, str, str]:
    """Return street with number, city, postcode."""
    land = "DE" if country == "DE" else "GB"
    city, area = dice.choice(CITIES[land]).rsplit(" ", 1)
    number = dice.randint(1, 140)
    street = dice.choice(STREETS[land])
    if land == "DE":
        return f"{street} {number}{dice.choice(('', '', '', 'a', 'b'))}", city, f"{area}{dice.randint(0, 999):03d}"
    flat = f"Flat {dice.randint(1, 30)}, " if dice.random() < 0.2 else ""
    inward = f"{dice.randint(1, 9)}{dice.choice(LETTERS)}{dice.choice(LETTERS)}"
    return f"{flat}{number} {street}", city, f"{area}{dice.randint(1, 25)} {inward}"


def network(dice: Random) -> str:
    """Return an address of the internet; a third are those of mobile carriers, which many people share."""
    if dice.random() < 0.33:
        return f"100.{dice.randint(64, 66)}.{dice.randint(0, 3)}.{dice.randint(1, 254)}"
    return ".".join(
        map(str, (dice.choice((84, 91, 92, 176)), *(dice.randint(0, 255) for _ in range(2)), dice.randint(1, 254)))
    )


def moved_in(person: Person, other: Person, dice: Random) -> None:
    """Let a person live with another: the same address and network, at times the same device or telephone."""
    person.street, person.city, person.postcode, person.country = *other.home, other.country
    person.networks[0] = other.networks[0]
    if dice.random() < 0.3:
        person.devices[0] = other.devices[0]
    if dice.random() < 0.1:
        person.phone = other.phone


def second_account(person: Person, dice: Random, created_at: datetime) -> Person:
    """Return another account of the same person under another name, with the traces that are hard to leave out."""
    other = stranger(dice, person.country, created_at)
    made = replace(other, city=person.city, postcode=person.postcode, street=varied(person.street, dice))
    if dice.random() < 0.7:
        made.devices[0] = person.devices[0]
    if dice.random() < 0.45:
        made.cards[0] = person.cards[0]
    if dice.random() < 0.4:
        made.phone = person.phone
    if dice.random() < 0.4:
        made.networks[0] = person.networks[0]
    if dice.random() < 0.25:
        local, host = person.email.split("@")
        made.email = f"{local.split('+')[0]}+{dice.randint(1, 99)}@{host}"
    return made


def varied(street: str, dice: Random) -> str:
    """Return an address written otherwise, so that a plain comparison misses it."""
    shorter = street.replace("straße", "str.").replace("Street", "St").replace("Road", "Rd").replace("Flat", "Apt")
    return dice.choice((street, shorter, shorter.upper(), f"{street}, {dice.choice(('hinten', 'EG', '2.OG', 'rear'))}"))
