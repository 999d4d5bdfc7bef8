"use strict";
/* What pages do in the browser: language and palette, the menu, pictures of charts, titles and focus. */
(function () {
  function keep(name, value) {
    document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax" +
      (location.protocol === "https:" ? "; secure" : "");
  }

  function picture(button) {
    const graph = button.closest(".card").querySelector(".js-plotly-plot");
    if (!graph || !window.Plotly) { return; }
    window.Plotly.downloadImage(graph, {
      format: button.dataset.format, filename: button.dataset.name,
      width: graph.clientWidth, height: graph.clientHeight,
    });
  }

  function cookie(name) {
    const found = document.cookie.split("; ").find(function (part) { return part.startsWith(name + "="); });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function logIn() {
    location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
  }

  function tell(text) {
    const toast = document.getElementById("toast");
    if (toast) { window.dash_clientside.set_props("toast", { children: text }); }
  }

  /* A session that has ended leads to the log-in page; what is refused, and a server that is busy, is told. */
  const plain = window.fetch;
  window.fetch = function () {
    return plain.apply(this, arguments).then(function (answer) {
      if (answer.status === 401) { logIn(); }
      if (answer.status === 403) { answer.clone().json().then(function (told) { tell(told.error); }, function () {}); }
      if (answer.status === 429 || answer.status === 503) { tell(document.body.dataset.busy || "Busy. Try again."); }
      return answer;
    });
  };

  function menu(open) {
    document.body.classList.toggle("menu-open", open);
    const burger = document.getElementById("burger");
    if (burger) { burger.setAttribute("aria-expanded", String(open)); }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (button && button.classList.contains("language")) {
      keep("rw_language", button.dataset.language);
      location.reload();
    } else if (button && button.id === "palette") {
      keep("rw_theme", button.dataset.theme);
      location.reload();
    } else if (button && button.classList.contains("picture")) {
      picture(button);
    } else if (button && button.id === "log-out") {
      plain("/logout", { method: "POST", headers: { "X-CSRFToken": cookie("_csrf_token") } })
        .then(function () { location.assign("/login"); });
    } else if (button && button.id === "burger") {
      menu(!document.body.classList.contains("menu-open"));
    } else if (event.target.closest(".nav a")) {
      menu(false);
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { menu(false); }
  });

  let path = location.pathname;
  function arrived() {
    const heading = document.querySelector("#page h1");
    if (!heading) { return; }
    const title = heading.textContent + " · returnwatch";
    if (document.title !== title) { document.title = title; }
    document.querySelectorAll(".nav a").forEach(function (link) {
      if (link.classList.contains("here")) { link.setAttribute("aria-current", "page"); }
      else { link.removeAttribute("aria-current"); }
    });
    if (path !== location.pathname) {
      path = location.pathname;
      heading.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }
  new MutationObserver(arrived).observe(document.documentElement, { childList: true, subtree: true });
})();
