"""What shoppers write: put together of parts, with slips, so that honest comments are many and some are alike."""

from __future__ import annotations

from random import Random

ENGLISH: dict[str, tuple[str, ...]] = {
    "size_too_small": ("too small", "runs small", "tight across the shoulders", "can't get it on", "need one size up"),
    "size_too_large": ("too big", "far too wide", "comes up large", "swimming in it", "need a size down"),
    "changed_mind": ("no longer needed", "changed my mind", "decided against it", "bought something else instead"),
    "style": ("doesn't suit me", "not my colour", "looks different on", "not what I pictured"),
    "defective": ("stopped working", "does not switch on", "broken after two days", "zip is stuck", "seam came apart"),
    "damaged": ("arrived broken", "box was crushed", "cracked on arrival", "scratched all over", "smashed in the post"),
    "not_as_described": (
        "not as in the picture",
        "different material",
        "smaller than stated",
        "colour is not the same",
    ),
    "wrong_item": ("sent the wrong one", "got somebody else's item", "ordered blue received red", "not what I ordered"),
    "arrived_late": ("came too late", "missed the birthday", "arrived after the holiday", "took two weeks"),
    "gift_unwanted": ("unwanted gift", "was given two of these", "present not needed", "got it for christmas"),
    "quality": ("feels cheap", "thin fabric", "poor quality", "not worth the money", "smells of plastic"),
    "not_received": ("never arrived", "says delivered but nothing here", "parcel not received", "nobody got it"),
    "missing_parts": ("one piece missing", "only two of three in the box", "part of the order not there"),
}
GERMAN: dict[str, tuple[str, ...]] = {
    "size_too_small": ("zu klein", "fällt klein aus", "zu eng an den Schultern", "passt leider nicht", "zu kurz"),
    "size_too_large": ("zu groß", "viel zu weit", "fällt groß aus", "Ärmel zu lang", "brauche eine Nummer kleiner"),
    "changed_mind": ("brauche ich nicht mehr", "habe mich anders entschieden", "gefällt nicht", "doch nichts für mich"),
    "style": ("steht mir nicht", "Farbe gefällt nicht", "sitzt nicht gut", "sieht an mir anders aus"),
    "defective": ("Reißverschluss klemmt", "Naht offen", "defekt", "geht nicht mehr", "Knopf fehlt"),
    "damaged": ("beschädigt angekommen", "Karton eingedrückt", "Fleck auf dem Stoff", "mit Riss angekommen"),
    "not_as_described": ("anders als auf dem Bild", "anderes Material", "Farbe weicht ab", "nicht wie beschrieben"),
    "wrong_item": ("falscher Artikel", "falsche Größe geliefert", "nicht bestellt", "falsche Farbe bekommen"),
    "arrived_late": ("kam zu spät", "zu lange Lieferzeit", "Anlass schon vorbei", "Hochzeit war schon"),
    "gift_unwanted": ("Geschenk, doppelt", "war ein Geschenk", "zu Weihnachten bekommen", "Geschenk gefiel nicht"),
    "quality": ("schlechte Qualität", "Stoff zu dünn", "kratzt", "Preis zu hoch dafür", "riecht streng"),
    "not_received": ("nicht angekommen", "laut Sendung zugestellt aber nichts da", "Paket fehlt"),
    "missing_parts": ("ein Teil fehlt", "nur ein Artikel im Paket", "Lieferung unvollständig"),
}
BEFORE = {
    "GB": ("", "", "", "Sorry, ", "Unfortunately ", "Hi, ", "It is ", "Sadly ", "Very disappointed: ", "lovely but "),
    "DE": ("", "", "", "Leider ", "Schade, ", "Hallo, ", "Artikel ", "Sehr schön aber ", "Enttäuscht: "),
}
AFTER = {
    "GB": ("", "", "", ".", ", please refund", ". Thanks", " :(", ", will order again", " for my daughter", "!!",
           ", please send the other size", ". Second time this happens", ", otherwise fine"),
    "DE": ("", "", "", ".", ", bitte erstatten", ". Danke", " :(", ", bestelle neu", " für meine Tochter", "!!",
           ", sonst gut", ". MfG", ", schicke zurück"),
}  # fmt: skip
SHOUTED = 0.05
SLIP = 0.12


def comment(dice: Random, reason: str, country: str) -> str:
    """Return what a shopper says for a reason."""
    tongue = "DE" if country == "DE" and dice.random() < 0.9 else "GB"
    said = GERMAN if tongue == "DE" else ENGLISH
    parts = said.get(reason) or said["changed_mind"]
    text = dice.choice(parts)
    if dice.random() < 0.2:
        text += (" und " if tongue == "DE" else " and ") + dice.choice(said[dice.choice(("style", "quality"))])
    return slipped(dice, dice.choice(BEFORE[tongue]) + text + dice.choice(AFTER[tongue]))


def slipped(dice: Random, text: str) -> str:
    """Return a text as it is typed on a phone: at times with a letter lost, or shouted, or without a capital."""
    if dice.random() < SLIP and len(text) > 4:
        at = dice.randrange(1, len(text) - 1)
        text = text[:at] + text[at + 1 :]
    if dice.random() < SHOUTED:
        return text.upper()
    return text.lower() if dice.random() < 0.3 else text
