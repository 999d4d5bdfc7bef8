from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import pytest

from pipelines.privacy.roles import ORDER, RMA, named_roles
from pipelines.reports.feedback import TERMS

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop


def write(shop: Shop, sku: str, *comments: str, category: str = "Lamps") -> None:
    if not shop.connection.execute("select 1 from core.order_lines where sku = ?", [sku]).fetchone():
        shop.sell(f"O-{sku}", sku, 1, "10", category=category, product_name=f"Name of {sku}")
    for comment in comments:
        ((number,),) = shop.connection.execute("select count(*) from core.rma_lines").fetchall()
        shop.rma(f"R{number}", sku=sku, customer_id=f"C{number}", customer_comment=comment)


def terms(shop: Shop, level: str = "sku") -> dict[tuple[str, str], Row]:
    shop.build("report_feedback_terms")
    rows = shop.table("report_feedback_terms")
    return {(row["subject"], row["term"]): row for row in rows if row["level"] == level}


def test_a_word_of_a_sku_is_held_against_its_category(shop: Shop) -> None:
    write(shop, "A", *["the lamp flickers"] * 4, "lamp broke")
    write(shop, "B", *["lamp too bright"] * 14, "flickers")
    found = terms(shop)
    row = found["A", "flickers"]
    assert (row["n_comments"], row["subject_comments"], row["term_rank"]) == (4, 5, 1)
    assert (row["share"], row["other_share"]) == (0.8, 1.5 / 16)
    assert row["score"] == pytest.approx(0.8 * log(16 / 2))
    assert (row["is_distinct"], row["is_small"], row["product_name"]) == (True, True, "Name of A")
    # Said everywhere, said by two, said by stop words alone: no terms of A.
    assert {term for subject, term in found if subject == "A"} == {"flickers", "lamp"}
    assert not found["A", "lamp"]["is_distinct"]
    assert found["B", "bright"]["score"] == pytest.approx(14 / 15 * log(6))


def test_categories_are_held_against_the_shop(shop: Shop) -> None:
    write(shop, "A", *["flickers badly"] * 5)
    write(shop, "B", *["seam torn"] * 5, category="Shirts")
    found = terms(shop, "category")
    assert {subject: term for subject, term in found if term in {"flickers", "seam"}} == {
        "Lamps": "flickers",
        "Shirts": "seam",
    }
    assert found["Shirts", "seam"]["score"] == pytest.approx(log(6))


def test_a_shopper_has_one_voice_on_a_sku(shop: Shop) -> None:
    write(shop, "A", "wobbly", "wobbly")
    for number in range(5):
        shop.rma(f"X{number}", sku="A", customer_id="C1", customer_comment="wobbly stand")
    write(shop, "B", "fine")
    assert terms(shop) == {}


def test_a_word_of_one_shopper_is_no_term_of_a_category(shop: Shop) -> None:
    for number in range(8):
        write(shop, f"A{number}", "fine")
        shop.rma(f"X{number}", sku=f"A{number}", customer_id="C1", customer_comment="yours Xavier, flickers")
        shop.rma(f"Y{number}", sku=f"A{number}", customer_id=f"C2{number}", customer_comment="flickers")
    write(shop, "B", "seam torn", category="Shirts")
    assert {term for _, term in terms(shop, "category")} == {"flickers", "fine"}


@pytest.mark.parametrize(
    ("comment", "word"),
    [
        ("Der Schirm ist leider nicht dicht und das Licht flackert sehr", "flackert"),
        ("De lamp is helaas niet goed want het licht knippert en ik ben er niet over te spreken", "knippert"),
        ("I have tried it again and it is just not what you would have", "tried"),
    ],
)
def test_stop_words_of_three_languages_are_no_terms(shop: Shop, comment: str, word: str) -> None:
    write(shop, "A", *[comment] * 3)
    write(shop, "B", "ok")
    found = {term for _, term in terms(shop)}
    assert word in found
    stop = {"der", "ist", "leider", "nicht", "und", "das", "sehr", "helaas", "niet", "want", "het", "ben", "over"}
    stop |= {"have", "again", "and", "just", "not", "what", "you", "would"}
    assert found & stop == set()


SECRETS = (
    *("Xavier", "x.avier@example.com", "0612345678", "12 34 56", "Quentin Steenhof", "Birkenallee"),
    "www.example.com/q",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "the lamp flickers, call {}",
        "My name is {}. the lamp flickers",
        "the lamp flickers. Mein Name ist {}",
        "the lamp flickers, mijn naam is {}",
        "the lamp flickers. Kind regards, {}",
    ],
)
def test_an_example_says_nothing_of_who_wrote_it(shop: Shop, sentence: str) -> None:
    for secret in SECRETS:
        write(shop, secret, *[sentence.format(secret)] * 3)
    write(shop, "B", *["bright, call my regards name"] * 30, "my mein mijn is ist naam")
    found = terms(shop)
    for secret in SECRETS:
        example = str(found[secret, "flickers"]["example_comment"])
        assert "flickers" in example
        assert [part for part in secret.split() if part in example] == []


OPENINGS = ("My name is", "Ich heiße", "mijn naam is", "I am", "Ich bin", "ik ben", "Herr", "Groeten,")


@pytest.mark.parametrize("name", ["Anna", "Anna Vries"])
def test_a_common_name_is_masked_where_people_say_who_they_are(shop: Shop, name: str) -> None:
    for opening in OPENINGS:
        write(shop, opening, *[f"lamp flickers. {opening} {name}"] * 6)
    write(shop, "B", *["bright anna vries heiße name mijn naam herr groeten mein"] * 60)
    found = terms(shop)
    for opening in OPENINGS:
        example = str(found[opening, "flickers"]["example_comment"])
        assert example == f"lamp flickers. {opening} [name]".replace("Groeten,", "Groeten")


def test_a_comment_of_rare_words_is_no_example(shop: Shop) -> None:
    write(shop, "A", *["flickers xylo quaint zephyr"] * 3)
    write(shop, "B", "fine")
    row = terms(shop)["A", "flickers"]
    assert (row["example_comment"], row["example_rma_id"]) == (None, None)


def test_words_of_five_shoppers_are_shown_as_they_stand(shop: Shop) -> None:
    write(shop, "A", *["Lamp flickers at 230 volts!"] * 5)
    write(shop, "B", "fine")
    row = terms(shop)["A", "volts"]
    assert (row["example_comment"], row["example_rma_id"]) == ("Lamp flickers at 230 volts!", "R0")


def test_what_is_erased_with_a_person_reaches_their_example() -> None:
    roles = named_roles(TERMS.name, TERMS.columns)
    assert roles.of(RMA, ORDER) == ["example_rma_id"]
    assert "example_comment" in roles.gone


def test_comments_of_nobody_and_of_unknown_goods(shop: Shop) -> None:
    for number in range(3):
        shop.rma(f"R{number}", sku="Z", customer_comment="wobbly stand")
    write(shop, "B", "fine")
    shop.build("report_feedback_terms")
    rows = shop.table("report_feedback_terms")
    assert {row["subject"] for row in rows} <= {"Z", "(not given)"}
