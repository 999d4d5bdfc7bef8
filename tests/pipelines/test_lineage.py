from __future__ import annotations

from pipelines.lineage import raw_read, tables_read


def test_a_statement_reads_what_its_text_names() -> None:
    assert tables_read("core/build_rmas") == ["core/rma_lines"]
    assert tables_read("core/build_support_contacts") == ["raw/support_contacts"]


def test_behind_a_delivered_table_stand_the_raw_tables_of_every_source() -> None:
    orders = set(tables_read("core/build_orders"))
    assert orders >= {"core/exchange_rates", "core/order_lines", "raw/orders", "raw/online_retail_lines"}
    assert orders >= {"raw/shopify_orders", "raw/woocommerce_orders", "raw/adobe_commerce_orders"}
    # through views of views: lines of Amazon's orders
    assert orders >= {"raw/amazon_fba_orders", "raw/amazon_mfn_orders"}
    assert not orders & {"raw/shopify_returns", "raw/amazon_fba_returns", "raw/returns"}


def test_returns_are_read_with_what_their_statements_join() -> None:
    returns = set(raw_read(["returns"]))
    assert returns >= {"raw/returns", "raw/shopify_refunds", "raw/shopify_returns", "raw/shopify_orders"}
    assert "raw/amazon_mfn_returns" in returns
    assert "raw/products" not in returns
