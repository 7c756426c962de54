"use strict";
// Charts of the office: an element with data-chart names the JSON it draws ({days: [...], registered: [...]}).

function options(data) {
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["#066fd1"],
    grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 },
    tooltip: { trigger: "axis", renderMode: "richText" }, // the other mode needs style attributes, which the policy forbids
    xAxis: { type: "category", data: data.days, axisTick: { show: false }, axisLabel: { color: "#4b5563" } },
    yAxis: { type: "value", scale: true, minInterval: 1, axisLabel: { color: "#4b5563" } },
    series: [{ name: "已登记", type: "line", data: data.registered, symbolSize: 7, lineStyle: { width: 3 } }],
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const drawn = echarts.init(place);
  drawn.setOption(options(JSON.parse(document.getElementById(place.dataset.chart).textContent)));
  new ResizeObserver(() => drawn.resize()).observe(place);
}
