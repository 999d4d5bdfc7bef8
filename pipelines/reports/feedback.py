"""What customers wrote about their returns."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import ReportTable

TERMS = ReportTable(
    "report_feedback_terms",
    "reports/rank_feedback_terms",
    "The words that set apart what shoppers write about a SKU or a category, by TF-IDF; a shopper has one voice on a "
    "SKU. English, German and Dutch stop words are left out. docs/privacy.md says what an example is stripped of.",
    "one row a level, subject and term, at most ten a subject",
    MappingProxyType(
        {
            "level": "`sku`, compared with the other SKUs of its category, or `category`, compared with the others.",
            "subject": "The SKU or category; `(not given)` for goods without one.",
            "term": "The word, in lower case. Of a SKU at least 3 shoppers used it; of a category 5 voices, and 5 "
            "shoppers of the whole shop.",
            "term_rank": "1 is the most telling: distinct ones first, then by `score`.",
            "product_name": "The name of a SKU; null for categories.",
            "category": "The category.",
            "n_comments": "Voices that use the term.",
            "subject_comments": "All voices on the subject.",
            "share": "`n_comments` over `subject_comments`.",
            "other_share": "Estimate: the same of what it is compared with, half a voice added.",
            "score": "TF-IDF: `share` times the natural logarithm of 1 plus the voices compared with over 1 plus those "
            "of them that use the term.",
            "is_distinct": "Whether `share` is above `other_share` with 95 % probability (Wilson's interval).",
            "is_small": "Whether the subject has fewer than 30 voices.",
            "example_rma_id": "The RMA of the example; null where there is none.",
            "example_comment": "A comment with the term, at most 160 characters, with `[mail]`, `[number]` and "
            "`[name]` for what might say who wrote it and `…` for every word that fewer than five shoppers of the "
            "whole shop used; null where that leaves less than half of the words, or the RMA has no number of its own.",
        }
    ),
    ("core.products", "core.rma_lines"),
)

TABLES = (TERMS,)
