"use strict";
// Buttons that copy: data-copy names what is copied. Without a clipboard (plain http) they stay away, and one copies by hand.

const words = (place) =>
  place.value ?? [...place.children].map((row) => [...row.children].map((cell) => cell.textContent.trim()).join("\t") || row.textContent.trim()).join("\n");

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words(document.querySelector(button.dataset.copy)));
    button.textContent = "已复制";
  });
}
