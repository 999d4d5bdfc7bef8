"use strict";
/* What pages are drawn with beside Dash's own: links that load nothing anew, and rows of a table as one component,
   because Dash spends milliseconds on each component, and a table has hundreds of cells. */
(function () {
  function go(path) {
    window.history.pushState({}, "", path);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function link(text, path) {
    return window.React.createElement("a", {
      href: path,
      onClick: function (event) {
        if (event.metaKey || event.ctrlKey || event.shiftKey) { return; }
        event.preventDefault();
        go(path);
      },
    }, text);
  }

  /* A cell is [text, class, address]; what it lacks at the end is empty. React writes texts letter by letter. */
  function Rows(props) {
    const create = window.React.createElement;
    function cell(told, at) {
      return create("td", { key: at, className: told[1] || undefined }, told[2] ? link(told[0], told[2]) : told[0]);
    }
    function heading(told, at) {
      return create("th", { key: at, scope: "col", className: told[1] || undefined }, told[0]);
    }
    return create("table", { className: "data" },
      create("thead", null, create("tr", null, props.head.map(heading))),
      create("tbody", null, props.rows.map(function (row, at) { return create("tr", { key: at }, row.map(cell)); })));
  }

  window.returnwatch = { go: go, link: link, Rows: Rows };
})();
