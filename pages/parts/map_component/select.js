// Choose the patches in a box or in an area that is drawn; the page finds out which they are.

import { pairs } from "./sketch.js";
import { SketchTool } from "./sketch_tool.js";

export class SelectTool extends SketchTool {
  constructor(L, map, host) {
    const icon = "M2 5V2h3M11 2h3v3M2 11v3h3M8 8l6 2.5-2.6.9-.9 2.6z";
    super(L, map, host, { name: "select", icon, kind: "box" });
    this.adds = false;
  }

  hears() {
    return { changed: () => {}, done: (corners, event) => this.tell(corners, event) };
  }

  tell(corners, event) {
    const mode = this.adds || event.shiftKey ? "add" : "replace";
    this.host.tell("select", { polygon: pairs(corners), mode });
    this.sketch.clear();
  }

  show() {
    const { texts, kind } = this;
    const toggle = () => {
      this.adds = !this.adds;
      this.show();
    };
    this.host.strip.show(kind === "box" ? texts.select_box_hint : texts.select_area_hint, [
      [texts.box, this.of("box"), kind === "box"],
      [texts.polygon, this.of("area"), kind === "area"],
      [texts.select_add, toggle, this.adds],
      [texts.end, () => this.stop()],
    ]);
  }
}
