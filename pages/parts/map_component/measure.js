// Measure a way or an area while it is drawn.

import { areaOf, lengthOf, sayArea, sayLength } from "./geodesy.js";
import { pairs } from "./sketch.js";
import { SketchTool } from "./sketch_tool.js";

export class MeasureTool extends SketchTool {
  constructor(L, map, host) {
    const icon = "M1 11 11 1l4 4L5 15zM4 8l2 2M6.5 5.5 8 7M9 3l2 2";
    super(L, map, host, { name: "measure", icon, kind: "line" });
  }

  start() {
    this.corners = [];
    super.start();
  }

  hears() {
    return {
      changed: (corners) => this.write(pairs(corners)),
      done: () => {
        this.sketch.freeze();
        this.show();
      },
    };
  }

  show() {
    const { texts, kind } = this;
    const choices = [
      [texts.distance, this.of("line"), kind === "line"],
      [texts.surface, this.of("area"), kind === "area"],
    ];
    if (this.sketch.isFinished) choices.push([texts.again, this.of(kind)]);
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
