// Choosing a person among many: search and pages, never the whole list.

import { get, tell } from "./api.js";
import { el } from "./dom.js";

const PAGE = 30;

export function openPicker(dialog) {
  let offset = 0;
  let typed;
  const list = el("ul", { testid: "picker-list" });
  const count = el("span", { class: "small", testid: "picker-count" });
  const search = el("input", { type: "search", testid: "picker-search", placeholder: "openid、场景或备注", "aria-label": "搜索" });
  const turn = (step) => {
    offset = Math.max(0, offset + step);
    show();
  };

  async function show() {
    const found = await get(`/fans?limit=${PAGE}&offset=${offset}&q=${encodeURIComponent(search.value)}`);
    if (offset >= found.total && offset > 0) return turn(-PAGE);
    count.textContent = `${found.total} 人 · ${found.total ? offset + 1 : 0}–${Math.min(found.total, offset + PAGE)}`;
    list.replaceChildren(...found.fans.map(row));
  }

  function row(fan) {
    const open = () => {
      dialog.close();
      tell("open-phone", fan.openid);
    };
    return el("li", {}, el("button", { testid: "picker-item", "data-openid": fan.openid, onclick: open },
      el("b", {}, fan.openid), el("span", { class: "small" }, fan.follows ? `已关注${fan.scene ? " · " + fan.scene : ""}` : "未关注")));
  }

  search.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => turn(-offset), 150);
  });
  dialog.replaceChildren(
    el("div", { class: "picker-head" }, search, el("button", { testid: "picker-close", onclick: () => dialog.close() }, "关闭")),
    list,
    el("div", { class: "picker-foot" }, el("button", { testid: "picker-prev", onclick: () => turn(-PAGE) }, "上一页"), count,
      el("button", { testid: "picker-next", onclick: () => turn(PAGE) }, "下一页")));
  dialog.showModal();
  show();
}
