"use strict";
// Draws the charts in the reader's palette, again when it changes, and on A4 in ink on white.
(() => {
  const PRINT_WIDTH_PX = 680;
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function draw(palette, size) {
    for (const [name, palettes] of Object.entries(figures)) {
      const { data, layout } = palettes[palette];
      const element = document.getElementById(`chart-${name}`);
      Plotly.react(element, data, { ...layout, ...size }, { displayModeBar: false, responsive: true });
    }
  }

  const onScreen = () => draw(dark.matches ? "dark" : "light", { autosize: true });
  dark.addEventListener("change", onScreen);
  window.addEventListener("beforeprint", () => draw("light", { width: PRINT_WIDTH_PX }));
  window.addEventListener("afterprint", onScreen);
  onScreen();
})();
