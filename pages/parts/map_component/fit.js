// To what is chosen: a button, and the key F from anywhere on the page.

import { isForMap } from "./keys.js";

export class FitTool {
  constructor(L, map, host) {
    this.host = host;
    this.button = host.addButton("M8 1v3M8 12v3M1 8h3M12 8h3M8 5a3 3 0 1 0 .01 0", () => this.go());
    window.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "f" && this.goal && isForMap(event, host.root)) this.go();
    });
  }

  set(wanted, texts) {
    const isOffered = Boolean(wanted?.names.includes("fit"));
    this.goal = isOffered ? wanted.goal : null;
    this.button.show(isOffered, texts?.fit);
    this.button.node.disabled = !this.goal;
  }

  go() {
    this.host.fitTo(this.goal);
  }
}
