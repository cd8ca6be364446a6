// Measure a way or an area while it is drawn.

import { areaOf, lengthOf, sayArea, sayLength } from "./geodesy.js";
import { Sketch, pairs } from "./sketch.js";

export class MeasureTool {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host, kind: "line" });
    this.button = host.addButton("M1 11 11 1l4 4L5 15zM4 8l2 2M6.5 5.5 8 7M9 3l2 2", () => {
      if (this.sketch) this.stop();
      else this.start();
    });
  }

  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("measure"));
    this.button.show(isOffered, texts?.measure);
    if (this.sketch && !isOffered) this.stop();
    else if (this.sketch) this.show();
  }

  start() {
    this.host.begin(this);
    this.sketch = new Sketch(this.L, this.map, this.kind, {
      changed: (corners) => this.write(pairs(corners)),
      done: () => {
        this.sketch.freeze();
        this.show();
      },
      cancelled: () => this.stop(),
    });
    this.button.press(true);
    this.corners = [];
    this.show();
  }

  stop() {
    this.sketch?.end();
    this.sketch = null;
    this.button.press(false);
    this.host.end(this);
  }

  show() {
    const { texts, kind } = this;
    const again = (chosen) => () => {
      this.kind = chosen;
      this.sketch.end();
      this.start();
    };
    const choices = [
      [texts.distance, again("line"), kind === "line"],
      [texts.surface, again("area"), kind === "area"],
    ];
    if (this.sketch.isFinished) choices.push([texts.again, again(kind)]);
    else choices.push([texts.undo_corner, () => this.sketch.undo()]);
    choices.push([texts.end, () => this.stop()]);
    this.host.strip.show("", choices);
    this.write(this.corners);
  }

  write(corners) {
    this.corners = corners;
    const { texts, kind } = this;
    let text = texts.measure_hint;
    if (kind === "line" && corners.length > 1) text = sayLength(lengthOf(corners), texts);
    if (kind === "area" && corners.length > 2) {
      const around = lengthOf([...corners, corners[0]]);
      text = `${sayArea(areaOf(corners), texts)} · ${texts.around} ${sayLength(around, texts)}`;
    }
    this.host.strip.write(text);
  }
}
