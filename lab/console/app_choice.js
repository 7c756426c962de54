// Which account the page shows, when the lab plays the platform for several.

import { tell } from "./api.js";
import { el } from "./dom.js";

let apps = [];
let chosen = "";

export const chosenApp = () => chosen || apps[0].app_id;
export const accountOf = (appId) => apps.find((app) => app.app_id === appId) || apps[0];

export function takeApps(found, place) {
  apps = found;
  if (apps.length < 2) {
    place.replaceChildren(apps[0].name);
    return;
  }
  const select = el("select", { testid: "account-choice", "aria-label": "账号" }, apps.map((app) => el("option", { value: app.app_id }, `${app.name}（${app.kind}）`)));
  select.value = chosenApp();
  select.addEventListener("change", () => {
    chosen = select.value;
    tell("choose-app", chosen);
  });
  place.replaceChildren(select);
}
