"use strict";
// Charts of the office: an element with data-chart names the JSON it draws: {days: [...], series: [{name, data,
// percent}]}, or {days, registered} for the one line of people. A button with data-print prints the page.

const GREY = "#4b5563";

function axis(percent) {
  return {
    type: "value", scale: true, minInterval: percent ? 0 : 1, splitLine: { show: !percent },
    axisLabel: { color: GREY, formatter: percent ? "{value}%" : undefined },
  };
}

function line(series, axes) {
  return {
    name: series.name + (series.percent ? "（%）" : ""), type: "line", data: series.data, symbolSize: series.data.length > 20 ? 4 : 7,
    lineStyle: { width: 3, type: series.percent ? "dashed" : "solid" }, yAxisIndex: series.percent && axes > 1 ? 1 : 0,
  };
}

function options(data) {
  const lines = data.series || [{ name: "已登记", data: data.registered }];
  const kinds = [...new Set(lines.map((each) => Boolean(each.percent)))];
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["#066fd1", "#b4480f"],
    grid: { left: 8, right: 24, top: lines.length > 1 ? 48 : 24, bottom: 8, containLabel: true },
    legend: lines.length > 1 ? { top: 0, textStyle: { color: GREY } } : undefined,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 },
    tooltip: { trigger: "axis", renderMode: "richText" }, // the other mode needs style attributes, which the policy forbids
    xAxis: { type: "category", data: data.days, axisTick: { show: false }, axisLabel: { color: GREY } },
    yAxis: kinds.map(axis),
    series: lines.map((each) => line(each, kinds.length)),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const drawn = echarts.init(place);
  drawn.setOption(options(JSON.parse(document.getElementById(place.dataset.chart).textContent)));
  new ResizeObserver(() => drawn.resize()).observe(place);
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
