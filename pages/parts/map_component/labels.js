// Names on the map: the larger thing's first, none over another, none that has no room.

const FONT = "11px system-ui, sans-serif";
const HEIGHT_PX = 14;
const MARGIN_PX = 3;
const MOST_CHARACTERS = 24;
const CAP = 300;

export class Labels {
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.group = L.layerGroup().addTo(map);
    this.pen = document.createElement("canvas").getContext("2d");
    this.pen.font = FONT;
    this.widths = new Map();
  }

  // `things` are { path, label, at, room }, the most important first; `room` tells whether the name
  // has to fit into the thing.
  place(things) {
    this.group.clearLayers();
    const taken = new Taken(this.controls());
    const edges = this.map.getSize();
    let count = 0;
    for (const thing of things) {
      if (count >= CAP) break;
      const text = shortened(thing.label);
      const width = this.widthOf(text) + 2 * MARGIN_PX;
      if (thing.room && !hasRoom(thing.path, width)) continue;
      const { x, y } = this.map.latLngToContainerPoint(thing.at);
      const top = thing.room ? y - HEIGHT_PX / 2 : y - HEIGHT_PX - 6;
      const box = [x - width / 2, top, x + width / 2, top + HEIGHT_PX];
      // A name that the edge of the map cuts in two is not read.
      if (box[0] < 0 || box[1] < 0 || box[2] > edges.x || box[3] > edges.y) continue;
      if (!taken.take(box)) continue;
      count += 1;
      this.write(text, thing);
    }
  }

  // Where the tools of the map lie over it.
  controls() {
    const frame = this.map.getContainer().getBoundingClientRect();
    const all = [...this.map.getContainer().querySelectorAll(".leaflet-control")];
    return all.map((one) => {
      const box = one.getBoundingClientRect();
      const [x, y] = [frame.left, frame.top];
      return [box.left - x, box.top - y, box.right - x, box.bottom - y];
    });
  }

  widthOf(text) {
    if (!this.widths.has(text)) {
      if (this.widths.size > 5000) this.widths.clear();
      this.widths.set(text, this.pen.measureText(text).width);
    }
    return this.widths.get(text);
  }

  write(text, { at, room }) {
    const words = document.createElement("span");
    words.className = room ? "sg-label" : "sg-label sg-above";
    words.dir = "auto";
    words.textContent = text;
    this.L.marker(at, {
      icon: this.L.divIcon({ html: words, className: "sg-icon", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
      zIndexOffset: -1000,
    }).addTo(this.group);
  }
}

// One line of a bearable length; the whole of it is told when the pointer rests there.
export function shortened(text) {
  const signs = [...text.replace(/\s+/g, " ").trim()];
  if (signs.length <= MOST_CHARACTERS) return signs.join("");
  return `${signs.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

function hasRoom(path, width) {
  const size = path._pxBounds?.getSize();
  return Boolean(size) && size.x >= width && size.y >= HEIGHT_PX;
}

// Places that names stand on, by squares of the screen, so that only near ones are compared.
class Taken {
  constructor(boxes) {
    this.squares = new Map();
    this.always = boxes;
  }

  take(box) {
    if (this.always.some((other) => overlaps(box, other))) return false;
    const keys = [];
    for (let i = Math.floor(box[0] / 64); i <= Math.floor(box[2] / 64); i += 1) {
      for (let j = Math.floor(box[1] / 64); j <= Math.floor(box[3] / 64); j += 1) {
        keys.push(`${i} ${j}`);
      }
    }
    for (const key of keys) {
      if (this.squares.get(key)?.some((other) => overlaps(box, other))) return false;
    }
    for (const key of keys) {
      if (!this.squares.has(key)) this.squares.set(key, []);
      this.squares.get(key).push(box);
    }
    return true;
  }
}

function overlaps(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
