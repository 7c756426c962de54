// More panes of the inspector: quotas, mass messages, templates, scenarios, load.

import { get, onWhile, post, put } from "./api.js";
import { clockText, el, toast } from "./dom.js";
import { addPane } from "./inspector.js";
import { chosenApp } from "./app_choice.js";

const EXAMPLE = `name: 三人关注、一人重复投递、网络断开
fans: [甲, 乙, 丙]
steps:
  - follow: all
  - say: {fan: 甲, text: 登记}
  - replay: {fan: 甲, times: 3, concurrent: true}
  - faults: [{path: "/cgi-bin/*", cut: before}]
  - say: {fan: 乙, text: 网络断开时也要回答}
  - faults: []
  - advance: 48h
  - unfollow: 丙
`;

const path = (tail) => `/apps/${encodeURIComponent(chosenApp())}${tail}`;

async function quotas(pane) {
  const show = async () => {
    const rows = (await get(path("/quotas"))).filter((row) => row.used || row.limit !== null);
    pane.replaceChildren(el("button", { testid: "quota-refresh", onclick: show }, "刷新"), ...rows.map((row) => {
      const share = row.limit ? Math.min(1, row.used / row.limit) : 0;
      const gauge = el("span", { class: "gauge" }, el("i", { style: `width:${Math.round(share * 100)}%` }));
      return el("div", { class: "quota", testid: "quota", "data-name": row.name }, el("b", {}, row.name), gauge, el("span", { class: "small" }, `${row.used} / ${row.limit ?? "不限"}`));
    }));
  };
  await show();
}

const STATES = { confirm: "等待管理员确认", sending: "发送中", done: "完成", deleted: "已删除" };

async function mass(pane) {
  const settings = await get("/settings");
  const needs = settings.find((row) => row.name === "mass_needs_confirmation").value;
  const box = el("div");
  const decide = (row, choice) => post(path(`/mass/${row.msg_id}`), { do: choice }).then(show);
  const show = async () => {
    const rows = await get(path("/mass"));
    box.replaceChildren(...rows.map((row) => el("div", { class: "job", testid: "mass-job", "data-state": row.state },
      el("b", {}, row.title || row.type),
      el("span", { class: "small" }, `${clockText(row.at, true)} · ${STATES[row.state] || row.state} ${row.status} · ${row.sent}/${row.total}`),
      row.state === "confirm" ? el("span", {},
        el("button", { class: "primary", testid: "mass-approve", onclick: () => decide(row, "approve") }, "确认群发"),
        el("button", { class: "red", testid: "mass-refuse", onclick: () => decide(row, "refuse") }, "拒绝")) : null)));
    if (!rows.length) box.replaceChildren(el("p", { class: "small" }, "还没有群发任务。"));
  };
  const toggle = el("input", { type: "checkbox", checked: needs, testid: "mass-needs-confirmation" });
  toggle.addEventListener("change", () => put("/settings", { mass_needs_confirmation: toggle.checked }));
  pane.append(el("label", { class: "line" }, toggle, " 群发保护：管理员须在 30 分钟内确认，逾期算失败"), box);
  onWhile(pane, "mass", show);
  await show();
}

const KINDS = { 0: "模板消息", 2: "一次性订阅", 3: "长期订阅" };

async function templates(pane) {
  const box = el("div");
  const show = async () => {
    const rows = await get(path("/templates"));
    box.replaceChildren(...rows.map((row) => el("details", { testid: "template", "data-template": row.template_id },
      el("summary", {}, el("b", {}, row.title), el("span", { class: "small" }, `${KINDS[row.kind]} · ${row.state} · ${row.template_id}`)), el("pre", {}, row.content || "（字段不限）"))));
  };
  const inputs = Object.fromEntries([["template_id", "模板 ID"], ["title", "标题"], ["content", "内容，例：类型:{{thing1.DATA}}"]].map(([name, label]) =>
    [name, el("input", { placeholder: label, "aria-label": label, testid: `template-${name}` })]));
  const kind = el("select", { testid: "template-kind", "aria-label": "种类" }, Object.entries(KINDS).map(([value, name]) => el("option", { value }, name)));
  const add = async () => {
    const row = Object.fromEntries(Object.entries(inputs).map(([name, field]) => [name, field.value]));
    await put(path("/templates"), { ...row, kind: Number(kind.value) });
    await show();
  };
  pane.append(el("div", { class: "column" }, Object.values(inputs), kind, el("button", { class: "primary", testid: "template-add", onclick: add }, "加入模板")), box);
  await show();
}

async function scenarios(pane) {
  const text = el("textarea", { rows: 16, testid: "scenario-text", "aria-label": "场景", spellcheck: "false" });
  text.value = localStorage.getItem("scenario") || EXAMPLE;
  const out = el("pre", { testid: "scenario-result" });
  const play = async () => {
    localStorage.setItem("scenario", text.value);
    out.textContent = "进行中…";
    try {
      const story = await post("/scenario", { yaml: text.value });
      out.textContent = `${story.ok ? "通过" : "未通过：" + story.failed}\n${story.lines.join("\n")}`;
    } catch (error) {
      out.textContent = error.message;
    }
  };
  pane.append(text, el("button", { class: "primary", testid: "scenario-play", onclick: play }, "播放"), out);
}

async function load(pane) {
  const fields = { rate: 200, seconds: 5, fans: 200 };
  const names = { rate: "每秒条数（0 为不限）", seconds: "秒", fans: "人数" };
  const inputs = Object.entries(fields).map(([name, value]) => el("input", { name, value, type: "number", min: 0, testid: `load-${name}`, "aria-label": names[name] }));
  const out = el("pre", { testid: "load-result" });
  const run = async () => {
    out.textContent = "进行中…";
    const order = Object.fromEntries(inputs.map((input) => [input.name, Number(input.value)]));
    try {
      const found = await post("/load", { ...order, app: chosenApp() });
      out.textContent = `${found.per_second} 条/秒 · 成功 ${found.answered} · 失败 ${found.failed}\np50 ${found.p50} ms · p95 ${found.p95} ms · p99 ${found.p99} ms · 最慢 ${found.worst} ms`;
    } catch (error) {
      out.textContent = error.message;
    }
  };
  pane.append(el("div", { class: "column" }, inputs.map((input) => el("label", { class: "line wide-label" }, names[input.name], input))), el("button", { class: "primary", testid: "load-run", onclick: run }, "开始压测"), out);
}

async function record(pane) {
  const box = el("textarea", { rows: 12, testid: "record-rows", "aria-label": "录下的操作", spellcheck: "false" });
  const lines = (rows) => rows.map((row) => JSON.stringify(row)).join("\n");
  const play = async () => {
    const rows = box.value.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line));
    const answers = await post("/record/play", { rows });
    toast(`重放 ${answers.length} 步`);
  };
  const stop = async () => {
    box.value = lines(await post("/record", { on: false }));
  };
  pane.append(el("div", { class: "presets" },
    el("button", { testid: "record-on", onclick: () => post("/record", { on: true }).then(() => toast("开始录制")) }, "开始录制"),
    el("button", { testid: "record-off", onclick: stop }, "停止并取出"),
    el("button", { class: "primary", testid: "record-play", onclick: play }, "重放下面的操作")), box);
}

export function addPanes() {
  addPane("mass", "群发", mass);
  addPane("templates", "模板", templates);
  addPane("quotas", "额度", quotas);
  addPane("scenarios", "场景", scenarios);
  addPane("record", "录放", record);
  addPane("load", "压测", load);
}
