// The control interface and its stream of events.

import { toast } from "./dom.js";

export async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch("/__lab" + path, options);
  const found = await answer.json();
  if (!answer.ok) {
    toast(found.error);
    throw new Error(found.error);
  }
  return found;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const act = (openid, order) => post(`/fans/${encodeURIComponent(openid)}/act`, order);

const listeners = {};

export function on(kind, listener) {
  (listeners[kind] ||= []).push(listener);
}

export function onWhile(node, kind, listener) {
  on(kind, function heard(row) {
    if (node.isConnected) listener(row);
    else listeners[kind].splice(listeners[kind].indexOf(heard), 1);
  });
}

export function tell(kind, row) {
  for (const listener of [...(listeners[kind] || [])]) listener(row);
}

export function listen() {
  const stream = new EventSource("/__lab/stream");
  let lost = false;
  stream.onopen = () => {
    if (lost) tell("reconnected", {});
    lost = false;
  };
  stream.onerror = () => {
    lost = true;
  };
  stream.onmessage = (event) => {
    const { kind, row } = JSON.parse(event.data);
    tell(kind, row);
  };
}
