"""The words of the made-up shop: people, places, products, reasons and comments. Words only.

Nobody and nothing in it exists: mail addresses end in the domains kept for examples, telephone numbers
begin with a country code that was never given out, and network addresses are those kept for documentation.
"""

from __future__ import annotations

CURRENCY = "EUR"
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
FIRST_NAMES = (
    *("Ada", "Amir", "Anouk", "Bela", "Bruno", "Carla", "Chiara", "Daan", "Dora", "Elif", "Emil", "Esra", "Femke"),
    *("Filip", "Greta", "Hana", "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kaya", "Lars", "Lea", "Levin", "Lucia"),
    *("Mara", "Mateo", "Mila", "Nadia", "Niklas", "Nora", "Oskar", "Paula", "Rafael", "Rosa", "Samir", "Selma"),
    *("Sofia", "Tarek", "Theo", "Tilda", "Vera", "Victor", "Yara", "Yusuf", "Zoe"),
)
LAST_NAMES = (
    *("Albrand", "Bergholt", "Brandis", "Carvella", "Castenau", "Dahlhof", "Delmont", "Ebersund", "Falkenau"),
    *("Farrandi", "Gerwig", "Grandel", "Halvers", "Hollanda", "Imbert", "Jansholt", "Kaldis", "Kerwin", "Lambrecht"),
    *("Lindqvar", "Marelli", "Mirador", "Morvan", "Nordhof", "Olivar", "Ostendal", "Perrault", "Quintero", "Rasmond"),
    *("Rivella", "Santorel", "Silvani", "Steenhof", "Tamborel", "Tellmar", "Ulvang", "Valdorf", "Vermont", "Wesdal"),
    *("Wolkers", "Yildar", "Zandvoort", "Zellner"),
)
STREETS = (
    *("Mill Lane", "Harbour Street", "Station Road", "Linden Avenue", "Market Square", "Garden Row", "Church Path"),
    *("Canal Quay", "Orchard Street", "North Ring", "Hill Road", "Bridge Street", "Meadow Way", "Castle Street"),
    *("Poplar Close", "Sunny Side", "Old Wharf", "Weavers Yard", "Field Street", "Tower Road"),
)
PLACES = (
    *(("DE", "Hamburg"), ("DE", "Berlin"), ("DE", "Leipzig"), ("DE", "Munich"), ("DE", "Cologne")),
    *(("AT", "Vienna"), ("AT", "Graz"), ("NL", "Utrecht"), ("NL", "Rotterdam"), ("BE", "Ghent"), ("BE", "Antwerp")),
    *(("FR", "Lyon"), ("FR", "Lille"), ("FR", "Nantes"), ("ES", "Valencia"), ("ES", "Madrid"), ("IT", "Turin")),
    *(("IT", "Bologna"), ("IE", "Dublin"), ("PT", "Porto")),
)
PLACE_WEIGHTS = (9, 12, 6, 8, 7, 6, 3, 5, 5, 3, 4, 6, 4, 4, 4, 5, 3, 3, 2, 2)
"""How many shoppers live in each of ``PLACES``, in percent."""

CHANNELS = ("web", "app", "marketplace", "phone")
PAYMENT_METHODS = ("card", "wallet", "invoice", "bank_transfer", "gift_card")
PROOFS = ("none", "scan", "photo", "signature")
DISCOUNTS = (0, 10, 15, 20, 30)
SEGMENTS = ("occasional", "regular", "loyal", "vip")

STYLE_NAMES = (
    *("Alder", "Amber", "Arbor", "Atlas", "Aurora", "Basalt", "Birch", "Breeze", "Cedar", "Cinder", "Cobalt"),
    *("Coral", "Delta", "Dune", "Ember", "Fable", "Fern", "Fjord", "Glen", "Grove", "Haven", "Heath", "Indigo"),
    *("Isle", "Juniper", "Kestrel", "Lagoon", "Lark", "Linden", "Lumen", "Maple", "Meadow", "Mesa", "Nimbus"),
    *("North", "Onyx", "Orbit", "Pebble", "Pine", "Quill", "Reef", "Ridge", "Saffron", "Slate", "Solstice"),
    *("Summit", "Thistle", "Tide", "Vale", "Willow"),
)
COLOURS = ("black", "white", "navy", "red", "green", "grey")
COLOUR_CODES = ("BLK", "WHT", "NVY", "RED", "GRN", "GRY")

KINDS = ("return", "item_not_received", "missing_item", "damaged_in_transit", "warranty")
METHODS = ("mail", "store", "locker", "pickup", "keep_it")
CARRIERS = ("northpost", "parcelline", "swiftbox", "homerun")
GRADES = ("A", "B", "C", "D", "wrong_item", "empty_box", "missing")
REFUND_METHODS = ("original", "store_credit", "gift_card", "cash", "exchange", "other_card", "none")
WAREHOUSE_POSTCODES = ("21129", "47229")
ARCHETYPES = (
    *("serial_returner", "item_not_received", "wardrobing", "empty_box", "bricking", "switch", "fake_tracking"),
    *("overstated_quantity", "receipt_switching", "open_box_rebuy", "tender_switch", "agent_collusion"),
    *("gift_card_laundering", "linked_ring", "double_dip", "late_beyond_policy", "stolen_goods", "reason_escalation"),
)
LOOKALIKES = (
    *("bad_lot", "gift_season", "bracketing", "heavy_profitable"),
    *("household", "freight_forwarder", "moved_house", "clumsy_carrier"),
)

REASONS = (
    *("size_too_large", "size_too_small", "changed_mind", "defective", "not_as_described", "damaged"),
    *("late_delivery", "wrong_item", "gift", "not_received", "missing_item"),
)
COMMENTS = (
    ("Too wide for me.", "A size smaller would fit.", "Much bigger than my usual size", "sleeves too long"),
    ("Too tight at the waist.", "runs small", "I normally wear this size but it does not fit", "Could not close it."),
    ("Does not suit me after all.", "I changed my mind", "Found something I like better.", "no longer needed"),
    ("Stopped working after two days.", "Does not switch on.", "seam came apart", "Broken part inside"),
    ("Colour is different from the picture.", "cheaper material than shown", "Not what I expected.", "Looks different"),
    ("Box was crushed, item scratched.", "arrived broken", "Dent on one side", "Packaging torn and the item dirty."),
    ("Came after the birthday.", "too late, bought elsewhere", "Delivery took far too long.", "Missed the occasion"),
    ("I ordered another model.", "wrong colour sent", "This is not my order.", "Received a different article"),
    ("It was a present and I already have one.", "gift, not my taste", "Present from family", "Got it twice."),
    ("Parcel never arrived.", "Tracking says delivered but nothing is here", "not received", "Nobody rang the bell."),
    ("One article was not in the box.", "item missing", "The parcel was incomplete.", "Only part of my order came"),
)
"""Four ways to say each of ``REASONS``."""
OPENINGS = (
    *("", "Hello, ", "Hi there. ", "Dear team, ", "Good morning, ", "Good evening. ", "Sorry to say: ", "Well, "),
    *("Unfortunately - ", "To whom it may concern: ", "Second order with you. ", "As I said on the phone: "),
)
DETAILS = (
    *(
        "",
        " It was for my sister.",
        " I noticed on Monday.",
        " My partner agrees.",
        " Same as last spring.",
        " See photo.",
    ),
    *(" I had hoped for better.", " We tried everything.", " It is for work.", " I checked twice.", " Not urgent."),
    *(" I need it by Friday.", " I kept the rest.", " First time this happens.", " The label is still on it."),
    *(" My neighbour saw it too.", " I wrote about it last week.", " The manual did not help.", " Such a pity."),
    *(" I will order again.", " The box is at home.", " I am away next week.", " Tell me how to proceed.", " No rush."),
    *(" I read the reviews, too.", " Bought for a holiday.", " Children were sad.", " It looked nice at first."),
)
CLOSINGS = ("", " Thank you.", " Please refund.", " Kind regards", " Otherwise happy with the shop.", "!")
"""A comment is an opening, one of the ways to say its reason, a detail and a closing."""

TOPICS = ("where_is_my_order", "return_question", "refund_status", "defective_product", "missing_delivery", "invoice")
RESOLUTIONS = ("answered", "replacement_sent", "refund_promised", "escalated", "no_action")
CHARGEBACK_REASONS = ("not_received", "not_as_described", "credit_not_processed", "unrecognised")
CHARGEBACK_OUTCOMES = ("won", "lost", "withdrawn")
