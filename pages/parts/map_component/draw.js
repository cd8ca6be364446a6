// Draw an outline or a line that cuts, for the page to do something with.

import { areaOf, lengthOf, sayArea, sayLength } from "./geodesy.js";
import { Sketch, pairs, sketchCanvas } from "./sketch.js";

const LINE = { color: "#5b2a86", weight: 2.5, fillColor: "#5b2a86", fillOpacity: 0.12 };

export class DrawTool {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host, kind: "area" });
    this.button = host.addButton("M2 14l1-4 8-8 3 3-8 8zM9 4l3 3", () => {
      if (this.sketch) this.stop();
      else this.start();
    });
    this.kept = L.layerGroup().addTo(map);
  }

  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("draw"));
    this.button.show(isOffered, texts?.draw);
    if (this.sketch && !isOffered) this.stop();
    else if (this.sketch) this.show();
    // The page says which drawing it has; when it has let go of ours, ours goes too.
    const drawn = wanted?.drawn ?? null;
    if (this.told && drawn === this.told) this.isKnown = true;
    else if (!isOffered || this.isKnown) this.kept.clearLayers();
  }

  start() {
    this.host.begin(this);
    this.sketch = new Sketch(this.L, this.map, this.kind, {
      changed: (corners) => this.write(pairs(corners)),
      done: (corners) => this.tell(corners),
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

  tell(corners) {
    const { L, map, kind } = this;
    const paint = { ...LINE, renderer: sketchCanvas(L, map), interactive: false };
    const shape = kind === "area"
      ? L.polygon(corners, paint)
      : L.polyline(corners, { ...paint, fill: false });
    this.kept.clearLayers();
    this.kept.addLayer(shape);
    this.told = Date.now();
    this.isKnown = false;
    this.host.tell("draw", { kind, points: pairs(corners), id: this.told });
    this.stop();
  }

  show() {
    const { texts, kind } = this;
    const of = (chosen) => () => {
      this.kind = chosen;
      this.sketch.end();
      this.start();
    };
    this.host.strip.show(texts.draw_hint, [
      [texts.outline, of("area"), kind === "area"],
      [texts.cut, of("line"), kind === "line"],
      [texts.undo_corner, () => this.sketch.undo()],
      [texts.finish, () => this.sketch.finish({})],
      [texts.end, () => this.stop()],
    ]);
  }

  write(corners) {
    const { texts, kind } = this;
    let text = texts.draw_hint;
    if (kind === "area" && corners.length > 2) text = sayArea(areaOf(corners), texts);
    if (kind === "line" && corners.length > 1) text = sayLength(lengthOf(corners), texts);
    this.host.strip.write(text);
  }
}
