// Layers that come in tiles: keeps them, swaps them without a blank, and hears of what changes.

import { tileGridClass } from "./tile_grid.js";

const ASK_MS = 1000;
const COUNTS_MS = 5000;
const SWAP_MS = 4000;
const LABEL_DELAY_MS = 80;

export class TileLayers {
  constructor(L, map, drawing) {
    this.L = L;
    this.map = map;
    this.drawing = drawing;
    drawing.isOnThing = () => Boolean(this.under);
    this.Grid = tileGridClass(L);
    this.layers = new Map(); // name → TileLayer
    this.switchedOff = new Map();
    this.hover = L.layerGroup().addTo(map);
    map.createPane("sgPatches").style.zIndex = 410;
    map.on("mousemove", (event) => this.moved(event));
    // The map's own "mouseout" does not come where the pointer leaves over a canvas.
    map.getContainer().addEventListener("mouseleave", () => this.left());
    map.on("movestart zoomstart", () => this.left());
    setInterval(() => this.ask(), ASK_MS);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  setLayers(layers) {
    const names = new Set(layers.map((layer) => layer.name));
    for (const [name, kept] of this.layers) {
      if (names.has(name)) continue;
      kept.remove();
      this.layers.delete(name);
    }
    for (const layer of layers) {
      const kept = this.layers.get(layer.name) ?? new TileLayer(this, layer.name);
      this.layers.set(layer.name, kept);
      kept.set(layer, this.switchedOff.get(layer.name) ?? !layer.on);
    }
  }

  switchLayer(name, isOn) {
    this.switchedOff.set(name, !isOn);
    this.layers.get(name)?.show(isOn);
  }

  select(ids) {
    for (const layer of this.layers.values()) layer.select(ids);
  }

  // What lies at a place, the topmost layer first.
  thingAt(latlng) {
    for (const layer of [...this.layers.values()].reverse()) {
      const thing = layer.grid && this.map.hasLayer(layer.grid) && layer.grid.thingAt(latlng);
      if (thing) return { ...thing, layer };
    }
    return null;
  }

  ask() {
    const place = this.map.getContainer();
    if (document.hidden || !place.isConnected || !place.clientWidth) return;
    for (const layer of this.layers.values()) layer.ask();
  }

  moved(event) {
    if (event.originalEvent.buttons) return;
    const thing = this.thingAt(event.latlng);
    this.map.getContainer().style.cursor = thing ? "pointer" : "";
    if (thing?.id === this.under?.id) {
      if (thing) this.drawing.tooltip.setLatLng(event.latlng);
      return;
    }
    this.left();
    if (!thing) return;
    this.under = thing;
    const rings = thing.layer.grid.placesOf(thing);
    if (rings) {
      const style = thing.layer.grid.styleOf(thing);
      this.hover.addLayer(this.L.polygon(rings, {
        renderer: this.drawing.topCanvas, interactive: false, fill: false,
        color: style.line, weight: style.width + 2,
      }));
    }
    this.labelTimer = setTimeout(() => thing.layer.sayLabel(thing, event.latlng), LABEL_DELAY_MS);
  }

  left() {
    clearTimeout(this.labelTimer);
    if (!this.under) return;
    this.under = null;
    this.hover.clearLayers();
    this.drawing.tooltip.remove();
    this.map.getContainer().style.cursor = "";
  }
}

class TileLayer {
  constructor(owner, name) {
    this.owner = owner;
    this.name = name;
    this.classes = new Map(); // id → class, where it is another than the tiles say
    this.labels = new Map();
    this.selected = new Set();
    this.seq = 0;
    this.isAsking = false;
  }

  set(layer, isOff) {
    const { source } = layer;
    const isSame = this.source?.address === source.address && this.source.epoch === source.epoch;
    const knewAll = source.since <= this.seq;
    this.layer = layer;
    if (isSame) {
      this.source.since = source.since;
      if (!knewAll) this.ask();
      return;
    }
    this.source = source;
    this.isOff = isOff;
    this.classes = new Map();
    this.seq = source.epoch;
    this.begin();
  }

  // Puts the new tiles in the place of the old ones once they are all there: nothing goes blank.
  begin() {
    const { owner } = this;
    this.next?.remove();
    const grid = new owner.Grid(this.source, {
      classOf: (id, number) => this.classes.get(id) ?? number,
      isSelected: (id) => this.selected.has(id),
      newest: () => Math.max(this.seq, this.source.since),
      countMarker: (...told) => owner.drawing.countMarker(...told),
    });
    this.next = grid;
    const swap = () => {
      if (this.next !== grid) return;
      clearTimeout(timer);
      this.grid?.remove();
      this.grid = grid;
      this.next = null;
      if (grid._container) grid._container.style.visibility = "";
      owner.left();
    };
    const timer = setTimeout(swap, SWAP_MS);
    grid.once("load", swap);
    if (this.isOff) {
      swap();
    } else {
      grid.addTo(owner.map);
      if (this.grid) grid._container.style.visibility = "hidden";
    }
    this.ask();
  }

  show(isOn) {
    this.isOff = !isOn;
    if (isOn) this.grid?.addTo(this.owner.map);
    else this.grid?.remove();
  }

  remove() {
    this.next?.remove();
    this.grid?.remove();
    this.next = this.grid = null;
  }

  grids() {
    return [this.grid, this.next].filter((grid) => grid?._map);
  }

  select(ids) {
    const before = this.selected;
    this.selected = new Set(ids.map(Number));
    const changed = [...before, ...this.selected].filter(
      (id) => before.has(id) !== this.selected.has(id),
    );
    if (changed.length) for (const grid of this.grids()) grid.paintThoseWith(changed);
  }

  async ask() {
    const { source } = this;
    if (this.isAsking || !source?.changes || this.isOff) return;
    this.isAsking = true;
    let told = null;
    try {
      const answer = await fetch(`${source.changes}?since=${this.seq}`);
      if (answer.ok) told = await answer.json();
    } catch {
      // the next question follows in a second
    } finally {
      this.isAsking = false;
    }
    if (told && this.source === source) this.hear(told);
  }

  hear({ seq, all, changed }) {
    if (seq <= this.seq) return;
    this.seq = seq;
    if (all) {
      this.classes.clear();
      for (const grid of this.grids()) grid.fetchAll(seq);
      return;
    }
    const changes = changed.map(([id, number, ...box]) => ({ id, number, box }));
    for (const { id, number } of changes) this.classes.set(id, number);
    for (const grid of this.grids()) grid.change(changes, seq);
    if (this.grid?.isCounting()) {
      clearTimeout(this.countTimer);
      const wait = Math.max(0, COUNTS_MS - (Date.now() - (this.countedAt ?? 0)));
      this.countTimer = setTimeout(() => {
        this.countedAt = Date.now();
        for (const grid of this.grids()) grid.fetchCounts(this.seq);
      }, this.countedAt ? wait : 0);
    }
  }

  async sayLabel(thing, latlng) {
    const { owner } = this;
    if (!this.labels.has(thing.id)) {
      const answer = await fetch(this.source.label.replace("{id}", thing.id));
      if (!answer.ok) return;
      this.labels.set(thing.id, (await answer.json()).label);
    }
    if (owner.under?.id !== thing.id) return;
    const words = document.createElement("span");
    const said = [this.labels.get(thing.id), ...owner.drawing.saidAbove(String(thing.id))];
    words.append(...said.flatMap((line, i) => (i ? [document.createElement("br"), line] : [line])));
    owner.drawing.tooltip.setContent(words).setLatLng(latlng).addTo(owner.map);
  }
}
