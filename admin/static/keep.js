"use strict";
// What is typed in a form with data-keep stays in this tab until the office has it: a session that ended, a lost connection
// or a wrong link costs nothing. Signing out, or somebody else signing in, forgets it.

const WHO = document.body.dataset.who;
const BEGINNING = "kept/";
const MINE = `${BEGINNING}${WHO}/`;

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(BEGINNING));
const read = (key) => JSON.parse(sessionStorage.getItem(key));
const write = (key, entry) => sessionStorage.setItem(key, JSON.stringify(entry));
const forget = (key) => sessionStorage.removeItem(key);
const keyOf = (form) => MINE + form.dataset.keep;

function fields(form) {
  const passing = ["file", "password", "submit", "button"];
  return [...form.elements].filter((field) => field.name && field.name !== "csrf_token" && !passing.includes(field.type));
}

const nameOf = (field) => (field.type === "checkbox" ? `${field.name}=${field.value}` : field.name); // boxes of one list share a name
const stands = (field) => (field.type === "checkbox" ? field.checked : field.value);

function put(field, value) {
  if (field.type === "checkbox") field.checked = value;
  else field.value = value;
  field.closest("details")?.setAttribute("open", "");
}

function told(form, key) {
  const notice = document.createElement("div");
  const drop = document.createElement("button");
  notice.className = "alert alert-info kept";
  notice.setAttribute("role", "status");
  notice.append("已填回您上次没有保存的内容。 ");
  Object.assign(drop, { type: "button", className: "btn btn-sm", textContent: "不要了，用页面原来的" });
  drop.addEventListener("click", () => {
    forget(key);
    location.reload();
  });
  notice.append(drop);
  form.before(notice);
}

function giveBack(form) {
  const key = keyOf(form);
  const kept = sessionStorage.getItem(key) && read(key).fields;
  if (!kept) return;
  const changed = fields(form).filter((field) => nameOf(field) in kept && kept[nameOf(field)] !== stands(field));
  if (changed.every((field) => field.type === "hidden")) return;
  for (const field of changed) put(field, kept[nameOf(field)]); // the version too: what another saved meanwhile is shown, not lost
  told(form, key);
}

const refused = !WHO || document.querySelector("[data-trouble]"); // it was sent, and a refusal or the sign-in page came instead
if (refused) for (const key of keys()) write(key, { ...read(key), sent: false });
if (WHO) {
  for (const key of keys()) if (read(key).sent || !key.startsWith(MINE)) forget(key);
  for (const form of document.querySelectorAll("form[data-keep]")) giveBack(form);
}

for (const line of document.querySelectorAll("[data-kept-line]")) line.hidden = !keys().length;

const keep = (form, sent) =>
  write(keyOf(form), { sent, fields: Object.fromEntries(fields(form).map((field) => [nameOf(field), stands(field)])) });

addEventListener("input", ({ target }) => target.form?.dataset.keep && keep(target.form, false));
addEventListener("submit", ({ target }) => {
  if (target.dataset.forgets !== undefined) keys().forEach(forget);
  else if (target.dataset.keep) keep(target, true);
});
