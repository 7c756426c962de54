// How one message looks in a chat.

import { clockText, dayText, el, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { sheets } from "./sheets.js";

const LINK = /<a\b([^>]*)>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？、）】]+)/gi;
const FACES = { 微笑: "🙂", 玫瑰: "🌹", 强: "👍", 抱拳: "🙏", 合十: "🙏", 爱心: "❤️", 流泪: "😢", 呲牙: "😁", 握手: "🤝" };
const BADGES = { template: "服务通知", subscribe: "订阅通知", mass: "群发", kf: "客服消息" };

const attribute = (text, name) => new RegExp(`${name}\\s*=\\s*["']([^"']*)["']`, "i").exec(text)?.[1] ?? "";
const faces = (text) => text.replace(/\[([^\[\]]{1,3})\]/g, (all, name) => FACES[name] || all);

function menuLink(phone, href, words) {
  const query = new URLSearchParams(href.split("?")[1] || "");
  const order = { do: "tap", menu_id: query.get("msgmenuid") || "", text: query.get("msgmenucontent") || words };
  const tapped = (event) => {
    event.preventDefault();
    phone.do(order);
  };
  return el("a", { href: "#", role: "button", testid: "msgmenu-item", onclick: tapped }, words); // a button would break the line
}

export function richText(phone, text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(faces(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const href = match[3] || attribute(match[1], "href");
    const words = match[3] || match[2];
    if (href.startsWith("weixin://bizmsgmenu")) parts.push(menuLink(phone, href, words));
    else if (attribute(match[1] || "", "data-miniprogram-appid")) parts.push(el("span", { class: "link" }, words));
    else parts.push(link(phone, href, words));
  }
  parts.push(faces(text.slice(end)));
  return parts;
}

// The page opens through the lab, so that its sign-in knows who tapped.
function opens(phone, url) {
  const visit = (event) => {
    event.preventDefault();
    phone.visit(url);
  };
  return { href: url, target: "_blank", rel: "noopener noreferrer", onclick: visit };
}

function link(phone, href, words) {
  const url = safeUrl(href);
  return url ? el("a", opens(phone, url), words) : words;
}

const picture = (url, name) => {
  const image = el("img", { src: url, alt: name });
  image.addEventListener("error", () => image.replaceWith(el("div", { class: "cover" })));
  return image;
};
const file = (row) => row.url || `/__lab/media/${row.media_id}`;

function article(phone, row, first) {
  const url = safeUrl(row.url || "");
  const image = safeUrl(row.pic_url || "");
  return el(
    url ? "a" : "div",
    { class: first ? "article first" : "article", ...(url ? opens(phone, url) : {}), testid: "article" },
    image ? picture(image, "") : first ? el("div", { class: "cover" }) : null,
    el("div", { class: "words" }, el("b", {}, row.title || ""), first && row.description ? el("p", {}, row.description) : null),
  );
}

function card(phone, row, kind) {
  const fields = Object.entries(row.data || {}).map(([name, value]) =>
    el("div", { class: "field" }, el("span", {}, row.labels?.[name] || name), el("span", {}, String(value?.value ?? value))),
  );
  const url = safeUrl(row.url || "");
  return el(
    "div",
    { class: "card" },
    el("div", { class: "card-title" }, row.title || BADGES[kind]),
    fields,
    url ? el("a", { class: "more", ...opens(phone, url) }, "详情", el("i", {}, "›")) : null,
    row.mini ? el("button", { class: "more", testid: "mini-card", onclick: () => sheets.mini(phone, row.mini) }, "进入小程序", el("i", {}, "›")) : null,
  );
}

function menu(phone, row) {
  const items = row.list.map((item) =>
    el("button", { class: "link item", testid: "msgmenu-item", "data-menu-id": item.id, onclick: () => phone.do({ do: "tap", menu_id: item.id, text: item.content }) }, item.content),
  );
  return [el("div", {}, richText(phone, row.head || "")), ...items, row.tail ? el("div", {}, richText(phone, row.tail)) : null];
}

const SHAPES = {
  text: (phone, row) => richText(phone, row.text),
  msgmenu: menu,
  image: (phone, row) => picture(file(row), "图片"),
  voice: (phone, row) => [el("span", { class: "wave" }, ")))"), ` ${row.seconds || 3}″`],
  video: (phone, row) => [el("div", { class: "film" }, icon("play")), row.title ? el("div", {}, row.title) : null],
  music: (phone, row) => [el("b", {}, "♪ " + (row.title || "")), el("div", { class: "small" }, row.description || "")],
  location: (phone, row) => [el("div", {}, row.label || "位置"), el("div", { class: "map" }, icon("location", 28)), el("div", { class: "small" }, `${row.x}, ${row.y}`)],
  link: (phone, row) => el("div", { class: "linkcard" }, el("b", {}, row.title || row.url), el("div", { class: "small" }, row.description || row.url)),
  sticker: (phone, row) => el("span", { class: "sticker" }, row.text === "[表情]" ? icon("sticker", 64) : row.text),
  miniprogrampage: (phone, row) => el("button", { class: "minicard", testid: "mini-card", onclick: () => sheets.mini(phone, row) }, el("b", {}, row.title || "小程序"), el("div", { class: "cover" }), el("div", { class: "small" }, "小程序")),
};

const BARE = new Set(["image", "sticker", "video"]);

export function bubble(phone, row) {
  const common = { testid: "bubble", "data-via": row.via, "data-type": row.type, "data-id": row.id };
  if (row.via === "system") return el("div", { class: "notice", ...common }, row.text);
  if (row.type === "news" && row.deleted) return el("div", { class: "notice", ...common }, "该内容已被发布者删除");
  if (row.type === "news") return el("div", { class: "row wide", ...common }, badge(row), el("div", { class: "news" }, row.articles.map((a, i) => article(phone, a, i === 0))));
  if (row.via === "template" || row.via === "subscribe") return el("div", { class: "row wide", ...common }, badge(row), card(phone, row, row.via));
  const inside = (SHAPES[row.type] || ((p, r) => r.text || `[${r.type}]`))(phone, row);
  const mine = row.via === "fan";
  return el(
    "div",
    { class: `row ${mine ? "mine" : "theirs"}`, ...common },
    el("div", { class: "face", "aria-hidden": "true" }, mine ? phone.letter : "反"),
    el("div", { class: "stack" },
      el("div", { class: BARE.has(row.type) ? "bare" : "bubble" }, inside),
      row.ai ? el("div", { class: "small" }, row.ai) : null,
      !mine ? badge(row) : null),
  );
}

function badge(row) {
  return BADGES[row.via] ? el("span", { class: `badge ${row.via}` }, BADGES[row.via]) : null;
}

export function stamp(row, before) {
  if (before && Date.parse(row.at) - Date.parse(before.at) < 5 * 60 * 1000) return null;
  const sameDay = before && before.at.slice(0, 10) === row.at.slice(0, 10);
  return el("div", { class: "stamp" }, sameDay ? clockText(row.at) : `${dayText(row.at)} ${clockText(row.at)}`);
}
