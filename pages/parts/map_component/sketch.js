// A line, an area or a box that somebody draws on the map with clicks, taps or a drag.
//
// While it is drawn a click means a corner and nothing else: it is taken before the map sees it.

const STILL_PX = 5;
export const LINE = { color: "#5b2a86", weight: 2.5, fillColor: "#5b2a86", fillOpacity: 0.12 };
const PANE = "sg-sketch";

// The renderer of what is drawn by hand: above the patches, never in the way of the pointer.
export function sketchCanvas(L, map) {
  if (!map.getPane(PANE)) {
    const pane = map.createPane(PANE);
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    map.sketchCanvas = L.canvas({ pane: PANE, padding: 0.3 });
  }
  return map.sketchCanvas;
}

export const pairs = (corners) => corners.map((at) => [at.lng, at.lat]);

export class Sketch {
  // `kind` is "line", "area" or "box"; `changed` hears every corner and every move of the pointer,
  // `done` the finished corners (with the event that finished them), `cancelled` that there are none.
  constructor(L, map, kind, { changed, done, cancelled }) {
    Object.assign(this, { L, map, kind, changed, done, cancelled });
    this.corners = [];
    this.pointer = null;
    this.ground = map.getContainer();
    this.layer = L.layerGroup().addTo(map);
    this.ends = new AbortController();
    const hear = (target, type, act) => {
      target.addEventListener(type, act, { capture: true, signal: this.ends.signal });
    };
    hear(this.ground, "pointerdown", (event) => this.pressed(event));
    hear(this.ground, "pointermove", (event) => this.moved(event));
    hear(window, "pointerup", (event) => this.released(event));
    hear(this.ground, "click", (event) => this.clicked(event));
    hear(this.ground, "dblclick", (event) => this.doubleClicked(event));
    hear(window, "keydown", (event) => this.key(event));
    this.ground.classList.add("sg-drawing");
    map.boxZoom.disable();
    if (kind === "box") map.dragging.disable();
    this.ground.focus({ preventScroll: true });
  }

  end() {
    this.ends.abort();
    this.layer.remove();
    this.ground.classList.remove("sg-drawing");
    this.map.boxZoom.enable();
    this.map.dragging.enable();
  }

  clear() {
    this.corners = [];
    this.pointer = null;
    this.redraw();
  }

  isOurs(event) {
    return !event.target.closest?.(".leaflet-control");
  }

  place(event) {
    return this.map.mouseEventToLatLng(event);
  }

  pressed(event) {
    this.pressedAt = [event.clientX, event.clientY];
    if (this.kind !== "box" || !this.isOurs(event) || event.button !== 0) return;
    this.corners = [this.place(event)];
  }

  moved(event) {
    if (!this.corners.length || this.isFinished) return;
    this.pointer = this.place(event);
    this.redraw();
  }

  released(event) {
    if (this.kind !== "box" || !this.corners.length) return;
    const box = this.L.latLngBounds(this.corners[0], this.place(event));
    const isStill = !this.hasMoved(event);
    this.clear();
    if (isStill) return;
    const corners = [
      box.getSouthWest(), box.getNorthWest(), box.getNorthEast(), box.getSouthEast(),
    ];
    this.done(corners, event);
  }

  hasMoved(event) {
    const [x, y] = this.pressedAt ?? [event.clientX, event.clientY];
    return Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX;
  }

  clicked(event) {
    if (!this.isOurs(event)) return;
    event.stopImmediatePropagation();
    if (this.kind === "box" || this.isFinished || this.hasMoved(event)) return;
    this.corners.push(this.place(event));
    this.redraw();
  }

  doubleClicked(event) {
    if (!this.isOurs(event)) return;
    event.stopImmediatePropagation();
    if (this.kind === "box" || this.isFinished) return;
    // Its second click has put the last corner twice.
    const [last, before] = [this.corners.at(-1), this.corners.at(-2)];
    if (before && this.isNear(last, before)) this.corners.pop();
    this.finish(event);
  }

  isNear(a, b) {
    const [p, q] = [this.map.latLngToContainerPoint(a), this.map.latLngToContainerPoint(b)];
    return p.distanceTo(q) <= STILL_PX;
  }

  key(event) {
    const target = event.composedPath()[0];
    if (target.matches?.("input, textarea, select")) return;
    if (event.key === "Escape") this.cancelled();
    else if (event.key === "Backspace") this.undo();
    else if (event.key === "Enter" && !target.matches?.("button, a")) this.finish(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  undo() {
    if (this.isFinished) return;
    this.corners.pop();
    this.redraw();
  }

  get least() {
    return this.kind === "area" ? 3 : 2;
  }

  finish(event) {
    if (this.kind === "box" || this.corners.length < this.least) return;
    const { corners } = this;
    this.pointer = null;
    this.redraw();
    this.done(corners, event);
  }

  // Keep what was drawn in sight, and take no more corners.
  freeze() {
    this.isFinished = true;
    this.pointer = null;
    this.redraw();
  }

  redraw() {
    this.layer.clearLayers();
    const corners = this.pointer ? [...this.corners, this.pointer] : this.corners;
    this.changed(corners);
    if (!corners.length) return;
    const renderer = sketchCanvas(this.L, this.map);
    const options = { ...LINE, renderer, interactive: false };
    this.layer.addLayer(this.outline(corners, options));
    if (this.kind === "box") return;
    for (const at of this.corners) {
      this.layer.addLayer(this.L.circleMarker(at, {
        ...options, radius: 3.5, fillColor: "#ffffff", fillOpacity: 1, weight: 2,
      }));
    }
  }

  outline(corners, options) {
    const { L } = this;
    if (this.kind === "box") return L.rectangle(L.latLngBounds(corners), options);
    if (this.kind === "area" && corners.length > 2) return L.polygon(corners, options);
    return L.polyline(corners, { ...options, fill: false });
  }
}
