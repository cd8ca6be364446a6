// What the tools that draw with a sketch have in common: a button, the sketch while it is pressed,
// and a strip of choices that say what is drawn.

import { Sketch } from "./sketch.js";

export class SketchTool {
  // `name` is also the key of its text; `kind` what is drawn at first. Who extends this has `hears`
  // (what the sketch tells, but that it was cancelled) and `show` (the strip).
  constructor(L, map, host, { name, icon, kind }) {
    Object.assign(this, { L, map, host, name, kind });
    this.button = host.addButton(icon, () => {
      if (this.sketch) this.stop();
      else this.start();
    });
  }

  // Tells whether the page offers it.
  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes(this.name));
    this.button.show(isOffered, texts?.[this.name]);
    if (this.sketch && !isOffered) this.stop();
    else if (this.sketch) this.show();
    return isOffered;
  }

  start() {
    this.host.begin(this);
    this.sketch = new Sketch(this.L, this.map, this.kind, {
      ...this.hears(),
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

  // A choice of the strip that begins anew with another kind.
  of(kind) {
    return () => {
      this.kind = kind;
      this.sketch.end();
      this.start();
    };
  }
}
