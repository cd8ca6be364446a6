// What lies under the pointer of the layers that nobody clicks: told once the pointer rests.

const REST_MS = 250;
const SHOWN = 6;

export class GroundHover {
  constructor(L, map, { layers, isBusy }) {
    this.map = map;
    this.layers = layers; // top first: { title, group }
    this.isBusy = isBusy; // whether the pointer is on a thing that tells for itself
    this.tip = L.tooltip({ direction: "auto", offset: [12, 0], opacity: 1, className: "sg-tip" });
    map.on("mousemove", (event) => this.moved(event));
    map.on("movestart zoomstart mousedown", () => this.clear());
    map.getContainer().addEventListener("mouseleave", () => this.clear());
  }

  moved(event) {
    this.clear();
    const { buttons, target } = event.originalEvent;
    if (buttons || target.closest?.(".leaflet-control")) return;
    this.timer = setTimeout(() => this.tell(event.latlng), REST_MS);
  }

  clear() {
    clearTimeout(this.timer);
    this.tip.remove();
  }

  tell(at) {
    if (this.isBusy()) return;
    const found = this.under(this.map.latLngToLayerPoint(at));
    if (!found.length) return;
    const list = document.createElement("div");
    for (const { label, title } of found.slice(0, SHOWN)) {
      const line = document.createElement("div");
      const name = document.createElement("bdi");
      name.textContent = label;
      const kind = document.createElement("small");
      kind.textContent = title;
      line.append(name, " ", kind);
      list.append(line);
    }
    this.tip.setContent(list).setLatLng(at).addTo(this.map);
  }

  under(point) {
    const found = [];
    for (const { title, group } of this.layers()) {
      group.eachLayer((path) => {
        if (path.thing?.label && path._containsPoint?.(point)) {
          found.push({ label: path.thing.label, title });
        }
      });
    }
    return found;
  }
}
