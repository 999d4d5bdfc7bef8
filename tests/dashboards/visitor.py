"""A reader of the pages without a browser: holds the document, calls back as Dash's scripts do, reads what it says.

Everything goes through ``/_dash-layout`` and ``/_dash-update-component``, as in a browser. A
callback that asks for a component which the document lacks fails here, as it would in a browser's console.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import flask

from dashboards.auth import CSRF_COOKIE, Doors
from dashboards.components.rows import NAMESPACE
from tests.dashboards.serving.desk import Browser

Node = dict[str, Any]
SPOKEN = ("label", "description", "placeholder", "aria-label", "title")
"""What elements say beside their children."""


def nodes(tree: object) -> Iterator[Node]:
    """Return every component below, in the order of the document."""
    left = [tree]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left.extend(reversed(one))
        elif isinstance(one, dict) and "props" in one:
            yield one
            left.append(one["props"].get("children"))


def drawn(tree: Any) -> Any:  # noqa: ANN401 - a document of JSON
    """Return a document with rows of tables as the elements that a browser makes of them."""
    if isinstance(tree, list):
        return [drawn(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("type") == "Rows" and tree.get("namespace") == NAMESPACE:
        return _table(**tree["props"])
    return {name: drawn(value) for name, value in tree.items()}


def _element(kind: str, children: object, **props: str) -> Node:
    """Return an element as Dash writes it."""
    return {"type": kind, "namespace": "dash_html_components", "props": {"children": children, **props}}


def _table(head: list[list[str]], rows: list[list[list[str]]]) -> Node:
    """Return the elements of a table."""

    def cell(told: list[str]) -> Node:
        text, look, *to = told
        return _element("Td", _element("Link", text, href=to[0]) if to else text, className=look)

    heading = _element("Tr", [_element("Th", text, className=look) for text, look in head])
    body = [_element("Tr", [cell(told) for told in row]) for row in rows]
    return _element("Table", [_element("Thead", [heading]), _element("Tbody", body)], className="data")


def texts(tree: object) -> list[str]:
    """Return the texts that stand in a part of the document, in order."""
    if isinstance(tree, list):
        return [text for one in tree for text in texts(one)]
    if isinstance(tree, dict) and "props" in tree:
        return texts(tree["props"].get("children"))
    return [] if tree is None else [str(tree)]


def of_class(tree: object, name: str) -> list[Node]:
    """Return the elements of a class."""
    return [node for node in nodes(tree) if name in str(node["props"].get("className", "")).split()]


def of_type(tree: object, kind: str) -> list[Node]:
    """Return the components of a type."""
    return [node for node in nodes(tree) if node["type"] == kind]


def told(tree: object) -> str:
    """Return the texts of a part in one line."""
    return " ".join("".join(texts(tree)).split())


def figures(tree: object) -> list[Node]:
    """Return the figures of the charts below."""
    return [node["props"]["figure"] for node in of_type(tree, "Graph")]


def table_rows(tree: object) -> list[list[str]]:
    """Return the cells of the first table below, its heading apart."""
    body = of_type(tree, "Tbody")[0]
    return [[told(cell) for cell in of_type(row, "Td")] for row in of_type(body, "Tr")]


def _key(id_: object) -> str:
    """Return an id as Dash writes it."""
    return id_ if isinstance(id_, str) else json.dumps(id_, sort_keys=True, separators=(",", ":"))


def _is_one_of(pattern: Node, id_: object) -> bool:
    """Whether an id is one of those that a pattern with ALL means."""
    same = isinstance(id_, dict) and id_.keys() == pattern.keys()
    return same and all(value == ["ALL"] or value == id_[name] for name, value in pattern.items())  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Site:
    """A served home: its server, and what lets people in."""

    home: Path
    server: flask.Flask
    doors: Doors


@dataclass
class Visitor:
    """A person who is logged in and looks at one page after another (that they log in is for other tests to hold)."""

    browser: Browser
    layout: Node = field(default_factory=dict)
    callbacks: list[Node] = field(default_factory=list)

    @classmethod
    def arrive(cls, site: Site, name: str, **cookies: str) -> Self:
        """Come with a session and load the document; ``cookies``: language and theme."""
        browser = Browser(site.server.test_client())
        session = site.doors.accounts.open_session(name)
        browser.client.set_cookie(site.doors.cookie, site.doors.sign(session))
        browser.client.set_cookie(CSRF_COOKIE, site.doors.csrf(session))
        for key, value in cookies.items():
            browser.client.set_cookie(f"rw_{key}", value)
        me = cls(browser)
        me.layout = drawn(browser.client.get("/_dash-layout").get_json())
        me.callbacks = browser.client.get("/_dash-dependencies").get_json()
        return me

    def go(self, address: str) -> Node:
        """Open an address inside the application; return the page."""
        path, _, search = address.partition("?")
        url = self.element("url")
        url["props"] |= {"pathname": path, "search": f"?{search}" if search else ""}
        self._fire([("url", "pathname"), ("url", "search")])
        return self.page

    @property
    def page(self) -> Node:
        """What stands on the page now."""
        return self.element("page")

    @property
    def address(self) -> str:
        """Where the person is."""
        props = self.element("url")["props"]
        return f"{props['pathname']}{props['search']}"

    @property
    def toast(self) -> str:
        """What is told at the foot of the page."""
        return told(self.element("toast"))

    def says(self, text: str, part: object = None) -> bool:
        """Whether a text stands on the page, in its elements' labels or in the figures of its charts."""
        tree = self.page if part is None else part
        labels = [str(node["props"].get(name, "")) for node in nodes(tree) for name in SPOKEN]
        return text in told(tree) or any(text in label for label in labels)

    def element(self, id_: object) -> Node:
        """Return the element of an id."""
        found = [
            node for node in nodes(self.layout) if "id" in node["props"] and _key(node["props"]["id"]) == _key(id_)
        ]
        assert len(found) == 1, f"{len(found)} elements of the id {_key(id_)}"
        return found[0]

    def put(self, id_: object, prop: str, value: object) -> None:
        """Give an element a value, as typing or choosing does."""
        self.element(id_)["props"][prop] = value
        self._fire([(_key(id_), prop)])

    def click(self, id_: object) -> None:
        """Click an element."""
        self.put(id_, "n_clicks", (self.element(id_)["props"].get("n_clicks") or 0) + 1)

    def filter(self, name: str, value: object) -> None:
        """Use a control whose value lives in the address."""
        self.put({"type": "filter", "name": name}, "value", value)

    def act(self, name: str, **fields: str) -> str:
        """Fill fields of a case and click one of its actions; return what is told of it."""
        for id_, value in fields.items():
            self.put(id_, "value", value)
        self.click({"type": "case-action", "name": name})
        return self.toast

    def card(self, title: str) -> Node:
        """Return the section whose heading begins so."""
        found = [one for one in of_type(self.page, "Section") if told(of_type(one, "H2")[:1]).startswith(title)]
        assert len(found) == 1, f"{title!r} heads {len(found)} of {[told(one) for one in of_type(self.page, 'H2')]}"
        return found[0]

    def _fire(self, changed: Sequence[tuple[str, str]]) -> None:
        """Call what depends on the properties that have changed."""
        for spec in self.callbacks:
            triggers = [one for one in changed for given in spec["inputs"] if self._means(given, one)]
            if triggers:
                self._call(spec, triggers)

    def _means(self, given: Node, changed: tuple[str, str]) -> bool:
        """Whether an input of a callback is that property."""
        id_, prop = changed
        if given["property"] != prop:
            return False
        if not given["id"].startswith("{"):
            return bool(given["id"] == id_)
        return id_.startswith("{") and _is_one_of(json.loads(given["id"]), json.loads(id_))

    def _call(self, spec: Node, triggers: Iterable[tuple[str, str]]) -> None:
        """Post a call and put what comes back into the document."""
        names = spec["output"].strip(".").split("...")
        outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
        body = {
            "output": spec["output"],
            "outputs": outputs if spec["output"].startswith("..") else outputs[0],
            "inputs": [self._value(given) for given in spec["inputs"]],
            "changedPropIds": [f"{id_}.{prop}" for id_, prop in triggers],
            "state": [self._value(given) for given in spec.get("state", ())],
        }
        answer = self.browser.post("/_dash-update-component", body)
        assert answer.status_code in {200, 204}, answer.get_data(as_text=True)
        if answer.status_code == 200:
            self._take(drawn(answer.get_json()["response"]))

    def _value(self, given: Node) -> object:
        """Return what a callback is told of an input or a state."""
        prop = given["property"]
        if not given["id"].startswith("{"):
            is_there = any(node["props"].get("id") == given["id"] for node in nodes(self.layout))
            if not is_there and given.get("allow_optional"):
                return {"id": given["id"], "property": prop, "value": None}
            return {"id": given["id"], "property": prop, "value": self.element(given["id"])["props"].get(prop)}
        pattern = json.loads(given["id"])
        ids = [node["props"] for node in nodes(self.layout) if _is_one_of(pattern, node["props"].get("id"))]
        return [{"id": props["id"], "property": prop, "value": props.get(prop)} for props in ids]

    def _take(self, response: Node) -> None:
        """Put new properties into the document; what stands in new content is called as a browser does."""
        for id_, props in response.items():
            self.element(id_)["props"] |= props
        changed = [(id_, prop) for id_, props in response.items() for prop in props]
        self._fire([one for one in changed if one[1] != "children"])
        fresh = [props["children"] for props in response.values() if "children" in props]
        for spec in self.callbacks:
            here = [
                (_key(node["props"]["id"]), given["property"])
                for node in nodes(fresh)
                if "id" in node["props"]
                for given in spec["inputs"]
                if self._means(given, (_key(node["props"]["id"]), given["property"]))
            ]
            if here:
                self._call(spec, here)
