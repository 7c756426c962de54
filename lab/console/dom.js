// Building elements; text always goes in as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "testid") node.dataset.testid = value;
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const safeUrl = (text) => (/^https?:\/\//i.test(text) ? text : null);

export const pad = (number) => String(number).padStart(2, "0");

export function clockText(iso, seconds = false) {
  const m = /T(\d\d):(\d\d):(\d\d)/.exec(iso);
  return seconds ? `${m[1]}:${m[2]}:${m[3]}` : `${m[1]}:${m[2]}`;
}

export function dayText(iso) {
  const m = /^(\d+)-(\d+)-(\d+)/.exec(iso);
  return `${Number(m[1])}年${Number(m[2])}月${Number(m[3])}日`;
}

export function toast(text) {
  const node = el("div", { class: "toast", role: "status" }, text);
  const shelf = document.querySelector(".toasts") ?? document.body.appendChild(el("div", { class: "toasts" }));
  shelf.append(node);
  setTimeout(() => node.remove(), 3500);
}
