"use strict";
// A form that is on its way is not sent a second time by an impatient press; a file that comes back leaves the page as it is.

const WAIT_MS = 4000;

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, WAIT_MS);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
