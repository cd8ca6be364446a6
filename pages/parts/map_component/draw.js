// Draw an outline or a line that cuts, for the page to do something with.

import { areaOf, lengthOf, sayArea, sayLength } from "./geodesy.js";
import { LINE, pairs, sketchCanvas } from "./sketch.js";
import { SketchTool } from "./sketch_tool.js";

export class DrawTool extends SketchTool {
  constructor(L, map, host) {
    super(L, map, host, { name: "draw", icon: "M2 14l1-4 8-8 3 3-8 8zM9 4l3 3", kind: "area" });
    this.kept = L.layerGroup().addTo(map);
  }

  set(wanted, texts) {
    const isOffered = super.set(wanted, texts);
    // The page says which drawing it has; when it has let go of ours, ours goes too.
    const drawn = wanted?.drawn ?? null;
    if (this.told && drawn === this.told) this.isKnown = true;
    else if (!isOffered || this.isKnown) this.kept.clearLayers();
  }

  hears() {
    return {
      changed: (corners) => this.write(pairs(corners)),
      done: (corners) => this.tell(corners),
    };
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
    this.host.strip.show(texts.draw_hint, [
      [texts.outline, this.of("area"), kind === "area"],
      [texts.cut, this.of("line"), kind === "line"],
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
