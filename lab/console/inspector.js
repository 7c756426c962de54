// Beside the phones: what really went over the wire, and the lab's switches.

import { get, on, onWhile, put, tell } from "./api.js";
import { chosenApp } from "./app_choice.js";
import { clockText, el, toast } from "./dom.js";

const KEEP = 200;
let current = null;

const pre = (title, text) => (text ? [el("h4", {}, title), el("pre", {}, text)] : []);

function exchange(row) {
  const head = `${clockText(row.at, true)} ${row.what}`;
  const state = row.markfail ? "MarkFail" : `${row.tries} 次 · ${Math.round(row.elapsed_ms)} ms · ${row.http ?? "—"}`;
  const parts = row.trace.flatMap((one, index) => [
    el("h4", { class: "try" }, `第 ${index + 1} 次 · ${one.ms} ms · ${one.error || "HTTP " + one.http}`),
    ...pre("查询", one.query), ...pre("正文", one.body), ...pre("明文", one.plain === one.body ? "" : one.plain),
    ...pre("回答", one.answer), ...pre("回答明文", one.answer_plain === one.answer ? "" : one.answer_plain)]);
  return el("details", { class: row.fault ? "bad" : "", testid: "exchange", "data-act": row.act },
    el("summary", {}, el("b", {}, head), el("span", { class: "small" }, `${state}${row.fault ? " · " + row.fault : ""} · …${row.openid.slice(-5)}`)), ...parts);
}

function platformCall(row) {
  const node = el("details", { class: row.errcode ? "bad" : "", testid: "call", "data-path": row.path },
    el("summary", {}, el("b", {}, row.path), el("span", { class: "small" }, `${clockText(row.at, true)} · ${row.errcode ?? row.fault} · ${row.ms} ms · ${row.rid}`)));
  node.addEventListener("toggle", async () => {
    if (!node.open || node.children.length > 1) return;
    const full = await get(`/calls/${row.id}`);
    node.append(...pre("请求", `${full.method} ${full.query}\n${full.request}`), ...pre("回答", full.response));
  });
  return node;
}

function list(pane, kind, draw, rows) {
  const drawn = new Map(); // a row that is told again, when its callback has ended, takes its own place
  const put = (row) => {
    const node = draw(row);
    const key = row.act ?? row.id;
    const before = key === undefined ? null : drawn.get(key);
    if (before?.isConnected) before.replaceWith(node);
    else pane.prepend(node);
    drawn.set(key, node);
    if (drawn.size > 2 * KEEP) for (const [old, gone] of drawn) if (!gone.isConnected) drawn.delete(old);
  };
  rows.forEach(put);
  const add = (row) => {
    put(row);
    while (pane.children.length > KEEP) pane.lastChild.remove();
  };
  onWhile(pane, kind, add);
}


const PRESETS = [
  ["没有故障", []],
  ["请求前断开", [{ path: "/cgi-bin/*", cut: "before" }]],
  ["做完后断开", [{ path: "/cgi-bin/*", cut: "after" }]],
  ["一半系统繁忙 −1", [{ path: "/cgi-bin/*", percent: 50, errcode: -1 }]],
  ["下一次 −1，然后正常", [{ path: "/cgi-bin/*", times: 1, errcode: -1 }]],
  ["慢 6 秒", [{ path: "/cgi-bin/*", latency_ms: 6000 }]],
  ["HTTP 502", [{ path: "/cgi-bin/*", http: 502 }]],
  ["截断的 JSON", [{ path: "/cgi-bin/*", truncate: true }]],
];

const PANES = {
  exchange: ["往来", async (pane) => {
    const rows = await get("/acts?limit=60&latest=1");
    list(pane, "act", exchange, rows);
  }],
  calls: ["接口", async (pane) => {
    const rows = await get("/calls?limit=100&latest=1");
    list(pane, "call", platformCall, rows);
  }],
  codes: ["二维码", async (pane) => {
    const search = el("input", { type: "search", placeholder: "场景值", testid: "code-search", "aria-label": "场景值" });
    const box = el("div", { class: "codes" });
    const show = async () => {
      const found = await get(`/qr?limit=40&app=${encodeURIComponent(chosenApp())}&q=${encodeURIComponent(search.value)}`);
      box.replaceChildren(...found.tickets.map((row) => el("figure", { testid: "code", "data-scene": row.scene },
        el("img", { src: `/cgi-bin/showqrcode?ticket=${encodeURIComponent(row.ticket)}`, alt: `二维码 ${row.scene}`, loading: "lazy", testid: "code-image" }),
        el("figcaption", {}, row.scene, row.live ? "" : "（已过期）"),
        el("button", { testid: "code-scan", onclick: () => tell("scan-code", row.scene) }, "扫这个码"))));
      if (!found.total) box.replaceChildren(el("p", { class: "small" }, "还没有通过 qrcode/create 生成的二维码。"));
    };
    search.addEventListener("input", show);
    onWhile(pane, "qr", show);
    pane.append(search, box);
    await show();
  }],
  faults: ["故障", async (pane) => {
    const box = el("textarea", { rows: 8, testid: "fault-rules", "aria-label": "故障规则", spellcheck: "false" });
    const set = async (rules) => {
      box.value = JSON.stringify(await put("/faults", rules), null, 1);
    };
    const presets = PRESETS.map(([name, rules], index) => el("button", { testid: `fault-${index}`, onclick: () => set(rules) }, name));
    const apply = () => {
      try {
        set(JSON.parse(box.value));
      } catch {
        toast("规则不是 JSON");
      }
    };
    pane.append(el("div", { class: "presets" }, presets), box, el("button", { class: "primary", testid: "fault-apply", onclick: apply }, "按上面的规则"));
    box.value = JSON.stringify(await get("/faults"), null, 1);
  }],
  settings: ["常数", async (pane) => {
    const rows = await get("/settings");
    pane.append(...rows.map((row) => {
      const isFlag = typeof row.default === "boolean";
      const field = el("input", isFlag ? { type: "checkbox", checked: row.value, "aria-label": row.name } : { value: row.value, "aria-label": row.name });
      field.addEventListener("change", () => {
        const value = isFlag ? field.checked : typeof row.default === "number" ? Number(field.value) : field.value;
        put("/settings", { [row.name]: value });
      });
      return el("label", { class: "setting", testid: `setting-${row.name}` }, el("b", {}, row.name), field, el("span", { class: "small" }, row.why));
    }));
  }],
};

export function addPane(name, title, draw) {
  PANES[name] = [title, draw];
}

export function inspector(node) {
  const tabs = node.querySelector(".tabs");
  const box = node.querySelector(".pane");
  const open = async (name) => {
    current = name;
    for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.name === name));
    const pane = el("div", { class: `pane-${name}` });
    box.replaceChildren(pane);
    await PANES[name][1](pane);
  };
  tabs.replaceChildren(...Object.entries(PANES).map(([name, [title]]) =>
    el("button", { role: "tab", "data-name": name, testid: `tab-${name}`, onclick: () => open(name) }, title)));
  on("reset", () => open(current));
  on("choose-app", () => open(current));
  open("exchange");
}
