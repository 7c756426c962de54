// The page: phones side by side, the clock, and the inspector.

import { get, listen, on, post, tell } from "./api.js";
import { dayText, el, pad, toast } from "./dom.js";
import { chosenApp, takeApps } from "./app_choice.js";
import { inspector } from "./inspector.js";
import { addPanes } from "./panes.js";
import { follow, Phone } from "./phone.js";
import { openPicker } from "./picker.js";

const $ = (testid) => document.querySelector(`[data-testid="${testid}"]`);
const row = $("phones");
const phones = [];
let state = null;
let focused = null;
let skew = 0;

function takeState(found) {
  state = found;
  skew = Date.parse(found.now) - Date.now();
  takeApps(found.apps, $("account-name"));
  $("clock-freeze").textContent = found.clock === "frozen" ? "继续走" : "定格";
  document.body.classList.toggle("frozen", found.clock === "frozen");
  phones.forEach((phone) => phone.named());
  tick();
}

function tick() {
  if (!state) return;
  const moment = new Date((state.clock === "frozen" ? Date.parse(state.now) : Date.now() + skew) + 8 * 3600 * 1000);
  const time = `${pad(moment.getUTCHours())}:${pad(moment.getUTCMinutes())}`;
  $("clock-now").textContent = `${dayText(moment.toISOString())} ${time}:${pad(moment.getUTCSeconds())}`;
  $("clock-now").dateTime = moment.toISOString();
  phones.forEach((phone) => (phone.time.textContent = time));
}

const remember = () => history.replaceState(null, "", phones.length ? `?fans=${phones.map((phone) => phone.openid).join(",")}` : "/");

async function open(openid) {
  const there = phones.find((phone) => phone.openid === openid);
  const phone = there || new Phone(openid);
  if (!there) {
    phones.push(phone);
    row.append(phone.node);
    remember();
  }
  focus(phone);
  await phone.load();
  tick();
  phone.node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function focus(phone) {
  focused = phone;
  phones.forEach((other) => other.node.classList.toggle("focused", other === phone));
}

function close(phone) {
  phones.splice(phones.indexOf(phone), 1);
  phone.node.remove();
  focused = phones[0] || null;
  remember();
  hint();
}

function hint() {
  row.querySelector(".hint")?.remove();
  if (!phones.length) row.append(el("p", { class: "hint" }, "按“＋ 新的人”加一部手机，或按“选人…”打开已有的人。"));
}

const CLOCK = {
  minute: () => ({ advance: 60 }),
  hours: () => ({ advance: 48 * 3600 }),
  month: () => ({ to: "next_month" }),
  freeze: () => ({ mode: state.clock === "frozen" ? "running" : "frozen" }),
  real: () => ({ to: "real" }),
};

for (const button of document.querySelectorAll("[data-clock]")) {
  button.addEventListener("click", async () => takeState(await post("/clock", CLOCK[button.dataset.clock]())));
}

$("add-fan").addEventListener("click", async () => {
  const { openids } = await post("/fans", { count: 1, app: chosenApp() });
  row.querySelector(".hint")?.remove();
  await open(openids[0]);
});
$("open-picker").addEventListener("click", () => openPicker($("picker")));
$("toggle-inspector").addEventListener("click", () => document.body.classList.toggle("inspecting"));

on("open-phone", async (openid) => {
  row.querySelector(".hint")?.remove();
  await open(openid);
});
on("close-phone", close);
on("focus-phone", focus);
on("scan-code", (scene) => (focused ? focused.do({ do: "scan", scene }) : toast("先打开一部手机")));
on("state", takeState);
on("markfail", () => toast("MarkFail：一分钟内不再推送"));
on("reset", async () => {
  [...phones].forEach(close);
  takeState(await get("/state"));
});

takeState(await get("/state"));
follow(() => phones);
addPanes();
inspector($("inspector"));
listen();
setInterval(tick, 1000);
for (const openid of new URLSearchParams(location.search).get("fans")?.split(",").filter(Boolean) || []) {
  await open(openid).catch(() => tell("close-phone", phones.at(-1)));
}
hint();
document.body.dataset.ready = "yes";
