// One phone: what one person sees and does.

import { act, get, on, tell } from "./api.js";
import { accountOf } from "./app_choice.js";
import { bubble, stamp } from "./bubbles.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { sheets } from "./sheets.js";

const LIMIT_MS = 5000;
const LETTERS = "甲乙丙丁戊己庚辛壬癸";
let made = 0;

export class Phone {
  constructor(openid) {
    this.openid = openid;
    this.letter = LETTERS[made++ % LETTERS.length];
    this.last = null;
    this.loads = new Set(); // for each load under way, what comes meanwhile
    this.keyboard = false;
    this.chat = el("div", { class: "chat", testid: "chat", role: "log" });
    this.foot = el("div", { class: "foot" });
    this.bar = el("div", { class: "timing", testid: "callback-bar" }, el("i", {}), el("span", {}));
    this.title = el("span", { testid: "phone-title" });
    this.time = el("span", { class: "time" });
    this.node = this.frame();
    this.node.addEventListener("pointerdown", () => tell("focus-phone", this));
  }

  frame() {
    return el(
      "article",
      { class: "phone", testid: "phone", "data-openid": this.openid, "aria-label": `手机 ${this.letter}` },
      el("div", { class: "strip" }, this.time, el("b", {}, "SIMULATOR 模拟器"), el("span", {}, this.letter)),
      el("div", { class: "head" },
        el("button", { class: "plain", testid: "close-phone", "aria-label": "收起这部手机", onclick: () => tell("close-phone", this) }, "‹"),
        this.title,
        el("button", { class: "plain", testid: "phone-more", "aria-label": "更多", onclick: () => this.more() }, "⋯")),
      this.chat,
      this.foot,
      this.bar,
    );
  }

  get account() {
    return accountOf(this.fan?.app_id);
  }

  named() {
    this.title.textContent = this.account.name;
  }

  async load() {
    const path = `/fans/${encodeURIComponent(this.openid)}`;
    const meanwhile = [];
    this.loads.add(meanwhile);
    const reads = Promise.all([get(path), get(path + "/chat?limit=80"), get(path + "/menu")]);
    const [fan, rows, menu] = await reads.finally(() => this.loads.delete(meanwhile));
    this.fan = fan;
    this.menu = menu.button;
    this.chat.replaceChildren();
    this.node.classList.toggle("empty", !rows.length);
    this.last = null;
    if (rows.length === 80) this.chat.append(el("button", { class: "earlier", onclick: () => this.earlier() }, "更早的消息"));
    [...rows, ...meanwhile].forEach((row) => this.add(row));
    this.showFoot();
    this.bottom();
  }

  async earlier() {
    const first = this.chat.querySelector("[data-id]");
    const rows = await get(`/fans/${encodeURIComponent(this.openid)}/chat?limit=80&before=${first.dataset.id}`);
    const nodes = rows.map((row) => bubble(this, row));
    const button = this.chat.querySelector(".earlier");
    button.after(...nodes);
    if (rows.length < 80) button.remove();
  }

  hear(row) {
    this.loads.forEach((meanwhile) => meanwhile.push(row));
    this.add(row);
  }

  add(row) {
    this.node.classList.remove("empty");
    if (this.last && row.id <= this.last.id) return;
    const time = stamp(row, this.last);
    if (time) this.chat.append(time);
    const node = bubble(this, row);
    node.querySelectorAll("img").forEach((image) => image.addEventListener("load", () => this.bottom()));
    this.chat.append(node);
    this.last = row;
    this.chat.querySelector(".typing")?.remove();
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  turn(follows) {
    if (!this.fan) return;
    this.fan.follows = follows;
    this.showFoot();
  }

  bottom() {
    requestAnimationFrame(() => (this.chat.scrollTop = this.chat.scrollHeight));
  }

  typing(isOn) {
    this.chat.querySelector(".typing")?.remove();
    if (isOn) this.chat.append(el("div", { class: "typing", testid: "typing" }, "对方正在输入…"));
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  async do(order) {
    this.begin();
    try {
      const done = await act(this.openid, order);
      this.end(done);
      if (order.do === "follow" || order.do === "unfollow" || order.do === "scan") await this.load();
      return done;
    } catch (error) {
      this.idle();
      throw error;
    }
  }

  begin() {
    this.started = performance.now();
    this.tries = 1;
    cancelAnimationFrame(this.frameId);
    const step = () => {
      const passed = performance.now() - this.started;
      this.draw((passed % (LIMIT_MS + 200)) / LIMIT_MS, `第 ${this.tries} 次 · ${(passed / 1000).toFixed(1)} 秒`, "");
      this.frameId = requestAnimationFrame(step);
    };
    step();
  }

  end(done) {
    cancelAnimationFrame(this.frameId);
    const seconds = (done.elapsed_ms / 1000).toFixed(2);
    const words = done.markfail ? "MarkFail：一分钟内不再推送" : `${done.tries} 次 · ${seconds} 秒 · HTTP ${done.http ?? "—"}`;
    const share = Math.min(1, done.elapsed_ms / LIMIT_MS);
    this.draw(share, words + (done.fault ? ` · ${done.fault}` : ""), done.fault ? "bad" : "good");
  }

  idle() {
    cancelAnimationFrame(this.frameId);
    this.draw(0, "", "");
  }

  draw(share, words, mood) {
    this.bar.className = `timing ${mood}`;
    this.bar.firstChild.style.width = `${Math.round(share * 100)}%`;
    this.bar.lastChild.textContent = words;
  }

  // Anew only when something else is to stand there: what a person types or has opened outlives a reload.
  showFoot() {
    this.named();
    const typing = this.keyboard || !this.menu.length;
    const drawn = JSON.stringify(!this.fan.follows ? [this.account.name] : typing ? this.menu.length > 0 : this.menu);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (!this.fan.follows) return this.showProfile();
    this.node.classList.remove("stranger");
    this.foot.replaceChildren(typing ? this.inputBar() : this.menuBar());
  }

  showProfile() {
    this.node.classList.add("stranger");
    const scene = el("input", { testid: "scan-scene", placeholder: "二维码的场景值或 ticket", "aria-label": "场景值" });
    this.foot.replaceChildren(
      el("div", { class: "profile" },
        el("div", { class: "face big" }, "反"),
        el("b", {}, this.account.name),
        el("span", { class: "small" }, "这个人还没有关注"),
        el("button", { class: "green", testid: "follow", onclick: () => this.do({ do: "follow" }) }, "关注"),
        el("form", { class: "scan", onsubmit: (event) => this.scan(event, scene) }, scene, el("button", { testid: "scan" }, "扫码"))),
    );
  }

  scan(event, field) {
    event.preventDefault();
    if (field.value.trim()) this.do({ do: "scan", scene: field.value.trim() });
  }

  menuBar() {
    const buttons = this.menu.map((button, index) => {
      const entries = button.sub_button || [];
      const tapped = (event) => (entries.length ? this.popup(event.currentTarget, entries) : this.choose(button));
      return el("button", { class: "menu", testid: "menu-button", "data-index": index, onclick: tapped }, entries.length ? el("i", {}, "≡ ") : null, button.name);
    });
    return el("div", { class: "bar" }, el("button", { class: "round", testid: "keyboard-toggle", "aria-label": "切换键盘", onclick: () => this.toggle() }, icon("keyboard")), ...buttons);
  }

  popup(anchor, entries) {
    const open = this.foot.querySelector(".popup");
    open?.remove();
    if (open?.dataset.of === anchor.dataset.index) return;
    const rows = entries.map((entry) => el("button", { testid: "menu-entry", onclick: () => this.choose(entry) }, entry.name));
    const node = el("div", { class: "popup", "data-of": anchor.dataset.index }, rows);
    this.foot.append(node);
    const most = this.foot.clientWidth - node.offsetWidth - 4;
    node.style.left = `${Math.max(4, Math.min(most, anchor.offsetLeft + anchor.offsetWidth / 2 - node.offsetWidth / 2))}px`;
  }

  visit(url) {
    window.open(`/__lab/fans/${encodeURIComponent(this.openid)}/go?url=${encodeURIComponent(url)}`, "_blank", "noopener");
  }

  choose(entry) {
    this.foot.querySelector(".popup")?.remove();
    if (entry.type?.startsWith("scancode") || entry.type === "location_select") return sheets.menu(this, entry);
    const key = entry.type === "miniprogram" ? entry.pagepath : entry.key || entry.url || entry.media_id || entry.article_id;
    this.do({ do: "click", key });
    if (entry.type === "view" && /^https?:/.test(entry.url)) this.visit(entry.url);
  }

  toggle() {
    this.keyboard = !this.keyboard;
    this.showFoot();
  }

  inputBar() {
    const field = el("textarea", { rows: 1, testid: "text-input", "aria-label": "消息" });
    const send = () => {
      const text = field.value;
      if (!text.trim()) return;
      field.value = "";
      this.do({ do: "say", text });
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      }
    });
    const toggle = this.menu.length ? el("button", { class: "round", testid: "keyboard-toggle", "aria-label": "切换菜单", onclick: () => this.toggle() }, icon("menu")) : null;
    return el("div", { class: "bar typing-bar" }, toggle, field,
      el("button", { class: "green small-button", testid: "send", onclick: send }, "发送"),
      el("button", { class: "round", testid: "plus", "aria-label": "更多类型", onclick: () => this.plus() }, "＋"));
  }

  plus() {
    const open = this.foot.querySelector(".plus");
    if (open) return open.remove();
    this.foot.append(sheets.plus(this));
  }

  more() {
    const open = this.node.querySelector(".sheet");
    if (open) return open.remove();
    this.node.append(sheets.more(this));
  }
}

export function follow(phones) {
  const of = (openid) => phones().find((phone) => phone.openid === openid);
  on("message", (row) => of(row.openid)?.hear(row));
  on("fan", (row) => of(row.openid)?.turn(row.follows));
  on("typing", (row) => of(row.openid)?.typing(row.on));
  on("try", (row) => {
    const phone = of(row.openid);
    if (phone) phone.tries = row.number + 1;
  });
  on("act", (row) => of(row.openid)?.end(row));
  on("begin", (row) => of(row.openid)?.begin());
  const reload = () => phones().forEach((phone) => phone.load());
  on("menu", reload);
  on("reconnected", reload);
}
