"use strict";
/* The queue and the case page by keyboard, links inside the grid, and views saved in this browser. */
(function () {
  const functions = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  const go = window.returnwatch.go;

  functions.CaseLink = function (props) {
    return props.value ? window.returnwatch.link(props.value, "/case/" + encodeURIComponent(props.value)) : null;
  };

  function grid() {
    if (!document.getElementById("queue") || !window.dash_ag_grid) { return null; }
    try { return window.dash_ag_grid.getApi("queue"); } catch (error) { return null; }
  }

  function row(api) {
    const cell = api.getFocusedCell();
    return cell ? api.getDisplayedRowAtIndex(cell.rowIndex) : null;
  }

  function move(api, step) {
    const cell = api.getFocusedCell();
    const next = Math.max(0, Math.min(api.getDisplayedRowCount() - 1, cell ? cell.rowIndex + step : 0));
    api.ensureIndexVisible(next);
    api.setFocusedCell(next, "case_id");
  }

  function inQueue(key, api) {
    const at = row(api);
    const name = at && at.data ? at.data.case_id : null;
    const path = name ? "/case/" + encodeURIComponent(name) : null;
    if (key === "j") { move(api, 1); return true; }
    if (key === "k") { move(api, -1); return true; }
    if (key === "Enter" && path) { go(path); return true; }
    if (key === "a" && path) { go(path + "?verdict=approve"); return true; }
    if (key === "i" && path) { go(path + "?verdict=inspect"); return true; }
    if (key === "x" && at) { at.setSelected(!at.isSelected()); return true; }
    if (key === "c" && name && document.querySelector(".bulk")) {
      window.dash_clientside.set_props("key-action", { data: { action: "claim", case_id: name, at: Math.round(performance.now()) } });
      return true;
    }
    return false;
  }

  const VERDICTS = { a: "approve", s: "store_credit", e: "request_evidence", i: "inspect", d: "deny", b: "ban_proposal" };

  function inCase(key) {
    if (VERDICTS[key]) {
      const choice = document.getElementById("verdict-" + VERDICTS[key]);
      if (!choice) { return false; }
      choice.click();
      document.getElementById("reason").focus();
      return true;
    }
    if (key === "c") {
      const claim = Array.from(document.querySelectorAll(".case-head button")).find(Boolean);
      if (claim) { claim.click(); }
      return Boolean(claim);
    }
    if (key === "u") { go("/queue"); return true; }
    return false;
  }

  document.addEventListener("keydown", function (event) {
    const target = event.target;
    const typing = target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "/") {
      const search = document.querySelector(".filters input");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (event.key === "?") {
      const keys = document.querySelector(".keys");
      if (keys) { keys.classList.toggle("shown"); keys.scrollIntoView({ block: "nearest" }); }
      return;
    }
    if (event.key === "Enter" && target.closest("a, button, summary")) { return; }
    const api = grid();
    const handled = api ? inQueue(event.key, api) : document.getElementById("decision") ? inCase(event.key) : false;
    if (handled) { event.preventDefault(); event.stopPropagation(); }
  }, true);
})();
