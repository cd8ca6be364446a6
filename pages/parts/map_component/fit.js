// To what is chosen: a button, and the key F from anywhere on the page.

import { isForMap } from "./keys.js";

const STEP_KEYS = new Set(["j", "k"]);
const STEP_MS = 2000;

export class FitTool {
  constructor(L, map, host) {
    Object.assign(this, { host, goal: null, steppedAt: 0, isWanted: false });
    this.button = host.addButton("M8 1v3M8 12v3M1 8h3M12 8h3M8 5a3 3 0 1 0 .01 0", () => this.go());
    window.addEventListener("keydown", (event) => {
      if (!this.isOffered || !isForMap(event, host.root)) return;
      const key = event.key.toLowerCase();
      if (STEP_KEYS.has(key)) this.steppedAt = Date.now();
      if (key === "f") this.asked();
    }, { capture: true }); // before the page takes J and K
  }

  set(wanted, texts) {
    this.isOffered = Boolean(wanted?.names.includes("fit"));
    const goal = this.isOffered ? wanted.goal : null;
    const isNew = JSON.stringify(goal) !== JSON.stringify(this.goal);
    this.goal = goal;
    this.button.show(this.isOffered, texts?.fit);
    this.button.node.disabled = !this.goal;
    if (!isNew) return;
    this.steppedAt = 0;
    if (this.isWanted) this.go();
  }

  // Right after J or K the page does not know yet what is chosen.
  asked() {
    if (Date.now() - this.steppedAt < STEP_MS) this.isWanted = true;
    else this.go();
  }

  go() {
    this.isWanted = false;
    if (this.goal) this.host.fitTo(this.goal);
  }
}
