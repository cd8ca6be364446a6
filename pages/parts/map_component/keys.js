// The keys of the screen, told by "?".

import { button, element, name } from "./controls.js";

// Whether a key that was pressed somewhere on the page means this map: nobody is typing, and the
// map is on the page.
export function isForMap(event, root) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return false;
  const target = event.composedPath()[0];
  if (target.matches?.("input, textarea, select, [contenteditable]")) return false;
  return root.isConnected && !root.querySelector("dialog[open]");
}

// A small window over the map, closed by Esc or its button.
export function dialog(root) {
  const box = element("dialog", "sg-dialog");
  const head = element("h2", "");
  const body = element("div", "");
  const close = button("×", "sg-close", () => box.close());
  box.append(close, head, body);
  root.append(box);
  return {
    box,
    body,
    title: (text, closeText) => {
      head.textContent = text;
      box.setAttribute("aria-label", text);
      name(close, closeText);
    },
  };
}

export class KeyHelp {
  constructor(L, map, host) {
    this.button = host.addButton("M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 13v.01", () => {
      this.open();
    });
    this.window = dialog(host.root);
    window.addEventListener("keydown", (event) => {
      if (event.key === "?" && this.keys && isForMap(event, host.root)) this.open();
    });
  }

  set(wanted, texts) {
    const isOffered = Boolean(wanted?.names.includes("keys"));
    this.keys = isOffered ? wanted.keys : null;
    this.button.show(isOffered, texts?.keys);
    if (!isOffered) return;
    this.window.title(texts.keys, texts.close);
    const list = element("dl", "sg-keys");
    for (const [key, what] of this.keys) {
      const term = element("dt", "");
      term.append(element("kbd", "", key));
      list.append(term, element("dd", "", what));
    }
    this.window.body.replaceChildren(list);
  }

  open() {
    if (!this.window.box.open) this.window.box.showModal();
  }
}
