// Choose the patches in a box or in an area that is drawn; the page finds out which they are.

import { Sketch, pairs } from "./sketch.js";

export class SelectTool {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host, kind: "box", adds: false });
    this.button = host.addButton("M2 5V2h3M11 2h3v3M2 11v3h3M8 8l6 2.5-2.6.9-.9 2.6z", () => {
      if (this.sketch) this.stop();
      else this.start();
    });
  }

  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("select"));
    this.button.show(isOffered, texts?.select);
    if (this.sketch && !isOffered) this.stop();
    else if (this.sketch) this.show();
  }

  start() {
    this.host.begin(this);
    this.sketch = new Sketch(this.L, this.map, this.kind, {
      changed: () => {},
      done: (corners, event) => this.tell(corners, event),
      cancelled: () => this.stop(),
    });
    this.button.press(true);
    this.show();
  }

  stop() {
    this.sketch?.end();
    this.sketch = null;
    this.button.press(false);
    this.host.end(this);
  }

  tell(corners, event) {
    const mode = this.adds || event.shiftKey ? "add" : "replace";
    this.host.tell("select", { polygon: pairs(corners), mode });
    this.sketch.clear();
  }

  show() {
    const { texts, kind } = this;
    const of = (chosen) => () => {
      this.kind = chosen;
      this.sketch.end();
      this.start();
    };
    const toggle = () => {
      this.adds = !this.adds;
      this.show();
    };
    this.host.strip.show(kind === "box" ? texts.select_box_hint : texts.select_area_hint, [
      [texts.box, of("box"), kind === "box"],
      [texts.polygon, of("area"), kind === "area"],
      [texts.select_add, toggle, this.adds],
      [texts.end, () => this.stop()],
    ]);
  }
}
