// Small forms of a phone: sending other kinds of messages, and what stands behind "⋯".

import { get } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

const base64 = (buffer) => {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
};

async function sample() {
  const canvas = el("canvas", { width: 320, height: 200 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#dfe7ef";
  pen.fillRect(0, 0, 320, 200);
  pen.fillStyle = "#33475b";
  pen.font = "22px sans-serif";
  pen.fillText("示例截图", 112, 106);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return base64(await blob.arrayBuffer());
}

const field = (name, label, value = "") => el("label", {}, label, el("input", { name, value, testid: `field-${name}` }));

function form(phone, title, fields, order) {
  const node = el("form", { class: "sheet", testid: "sheet" }, el("b", {}, title), fields,
    el("div", { class: "ends" },
      el("button", { type: "button", onclick: () => node.remove() }, "取消"),
      el("button", { class: "green", testid: "sheet-send" }, "发送")));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(node)].filter(([, value]) => typeof value === "string"));
    const sent = await order(values, node);
    node.remove();
    phone.do(sent);
  });
  phone.node.append(node);
}

async function chosen(node) {
  const file = node.querySelector("input[type=file]")?.files[0];
  return file ? base64(await file.arrayBuffer()) : "";
}

const KINDS = [
  ["image", "图片", (phone) => form(phone, "发送图片（不选就发示例）", el("input", { type: "file", accept: "image/*", testid: "image-file", "aria-label": "图片" }),
    async (values, node) => ({ do: "image", data: (await chosen(node)) || (await sample()) }))],
  ["voice", "语音", (phone) => phone.do({ do: "send", type: "voice", data: btoa("#!AMR\n") })],
  ["location", "位置", (phone) => form(phone, "发送位置", [field("label", "地点", "人民路 1 号"), field("x", "纬度", "30.66"), field("y", "经度", "104.07")],
    (values) => ({ do: "send", type: "location", ...values, x: Number(values.x), y: Number(values.y) }))],
  ["link", "链接", (phone) => form(phone, "转发链接", [field("title", "标题", "恭喜您中奖了"), field("description", "描述", "点击领取"), field("url", "地址", "http://example.com/win")],
    (values) => ({ do: "send", type: "link", ...values }))],
  ["video", "视频", (phone) => phone.do({ do: "send", type: "video" })],
  ["sticker", "表情", (phone) => phone.do({ do: "send", type: "sticker" })],
  ["file", "文件", (phone) => phone.do({ do: "send", type: "file" })],
  ["miniprogrampage", "小程序", (phone) => phone.do({ do: "send", type: "miniprogrampage", title: "示例小程序" })],
];

export const sheets = {
  plus(phone) {
    const buttons = KINDS.map(([kind, name, open]) =>
      el("button", { testid: `send-${kind}`, onclick: () => {
        phone.foot.querySelector(".plus")?.remove();
        open(phone);
      } }, el("i", {}, icon(kind, 26)), name));
    return el("div", { class: "plus" }, buttons);
  },

  menu(phone, entry) {
    const isCode = entry.type.startsWith("scancode");
    const fields = isCode ? field("result", "扫到的内容", "http://example.com") : [field("Label", "地点", "人民路 1 号"), field("Location_X", "纬度", "30.66"), field("Location_Y", "经度", "104.07")];
    form(phone, entry.name, fields, (values) => ({ do: "click", key: entry.key, ...values }));
  },

  mini(phone, row) {
    const close = () => node.remove();
    const node = el("div", { class: "sheet", testid: "mini-page" }, el("b", {}, row.title || "小程序"), el("pre", { class: "facts" }, `${row.app_id || ""}\n${row.page || ""}`), el("button", { onclick: close }, "关闭"));
    phone.node.append(node);
  },

  async popup(phone) {
    const rows = (await get(`/apps/${encodeURIComponent(phone.fan.app_id)}/templates`)).filter((row) => row.kind);
    const boxes = rows.map((row) => el("label", { class: "tick" }, el("input", { type: "checkbox", checked: true, value: row.template_id, testid: "popup-template" }), `${row.title}${row.kind === 3 ? "（长期）" : ""}`));
    const answer = (accept) => {
      const templates = [...node.querySelectorAll("input:checked")].map((box) => box.value);
      node.remove();
      if (templates.length) phone.do({ do: "grant", templates, accept });
    };
    const node = el("div", { class: "sheet popup-sheet", testid: "subscribe-popup" }, el("b", {}, `${phone.account.name} 申请发送以下消息`),
      rows.length ? boxes : el("span", { class: "small" }, "这个账号还没有订阅模板（newtmpl/addtemplate）。"),
      el("div", { class: "ends" }, el("button", { testid: "popup-reject", onclick: () => answer(false) }, "取消"), el("button", { class: "green", testid: "popup-accept", onclick: () => answer(true) }, "允许")));
    phone.node.append(node);
  },

  more(phone) {
    const close = () => node.remove();
    const scene = el("input", { testid: "scan-scene", placeholder: "场景值或 ticket", "aria-label": "场景值" });
    const scan = el("form", { class: "scan", onsubmit: (event) => { close(); phone.scan(event, scene); } }, scene, el("button", { testid: "scan" }, "扫码"));
    const facts = el("pre", { class: "facts" });
    get(`/fans/${encodeURIComponent(phone.openid)}`).then((fan) => {
      facts.textContent = `${fan.openid}\n客服消息还可发 ${fan.kf_left} 条\n消息窗口 ${Math.round(fan.message_window_s / 60)} 分 · 短窗口 ${Math.round(fan.brief_window_s)} 秒`;
    });
    const node = el("div", { class: "sheet", testid: "sheet" }, facts,
      phone.fan.follows ? [scan, el("button", { class: "red", testid: "unfollow", onclick: () => { close(); phone.do({ do: "unfollow" }); } }, "不再关注")] : null,
      el("button", { testid: "open-popup", onclick: () => { close(); sheets.popup(phone); } }, "订阅弹窗…"),
      el("button", { onclick: close }, "关闭"));
    return node;
  },
};
