/* Draws each figure that the page carries as JSON in the place of its still picture.
   Without this script, and until it has run, the still picture stands. */
(function () {
  "use strict";

  var NARROW = 640;
  var CONFIG = {
    displaylogo: false,
    displayModeBar: "hover",
    showSendToCloud: false,
    plotlyServerURL: "",
    responsive: true,
    scrollZoom: false,
    doubleClick: false,
    modeBarButtonsToRemove: ["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "sendChartToCloud"],
    toImageButtonOptions: { format: "png", scale: 2 }
  };
  var narrowScreen = window.matchMedia("(max-width: " + (NARROW - 0.02) + "px)");
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  function layoutFor(chart) {
    var layout = Object.assign({}, chart.figure.layout);
    if (calm.matches) {
      layout.transition = { duration: 0 };
    }
    if (narrowScreen.matches) {
      layout.margin = chart.narrow.margin;
      layout.annotations = chart.narrow.annotations;
      layout.xaxis = Object.assign({}, layout.xaxis, chart.narrow.xaxis);
    }
    return layout;
  }

  function draw(figure) {
    var data = document.getElementById(figure.dataset.chart);
    var place = figure.querySelector(".chart__live");
    if (!data || !place) {
      return;
    }
    var chart = JSON.parse(data.textContent);
    var config = Object.assign({}, CONFIG);
    config.toImageButtonOptions = Object.assign({ filename: figure.dataset.name || "chart" }, CONFIG.toImageButtonOptions);
    Plotly.newPlot(place, chart.figure.data, layoutFor(chart), config).then(function () {
      figure.classList.add("is-live");
    });
    narrowScreen.addEventListener("change", function () {
      Plotly.react(place, chart.figure.data, layoutFor(chart), config);
    });
  }

  if (window.Plotly) {
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  }
})();
