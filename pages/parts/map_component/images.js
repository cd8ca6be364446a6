// Imagery under everything else: one image and one basemap at a time, chosen in the panel.

import { element } from "./controls.js";

const IMAGE = "sg-image";
const BASEMAP = "sg-basemap";
const PANES = { [BASEMAP]: 110, [IMAGE]: 120 };
const FULL = 1;

// The tiles of one image. Beyond the levels that there are, the nearest is stretched.
export function imageTiles(L, layer, options = {}) {
  const [west, south, east, north] = layer.bounds;
  return L.tileLayer(layer.url, {
    bounds: [[south, west], [north, east]],
    minNativeZoom: layer.min,
    maxNativeZoom: layer.max,
    minZoom: 0,
    maxZoom: 30,
    className: "sg-picture",
    ...options,
  });
}

// What an image is called: its day first. Titles may hold anything: set this as text.
export function imageName(layer) {
  return [layer.day, layer.title].filter(Boolean).join(" · ");
}

export class Underlay {
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.chosen = new Map(); // pane → number of the image
    this.shown = new Map(); // pane → { key, tiles }
    this.strength = FULL;
    for (const [pane, z] of Object.entries(PANES)) map.createPane(pane).style.zIndex = z;
    this.node = element("div", "sg-images");
    this.node.hidden = true;
  }

  set(layers, texts) {
    this.layers = layers;
    this.texts = texts;
    const wanted = JSON.stringify([layers, texts?.image]);
    if (wanted !== this.told) {
      this.told = wanted;
      this.node.replaceChildren();
      const dated = layers.filter((layer) => layer.day);
      const undated = layers.filter((layer) => !layer.day);
      if (dated.length) this.node.append(this.chooser(IMAGE, texts.image, dated));
      if (undated.length) this.node.append(this.chooser(BASEMAP, texts.basemap, undated));
      if (layers.length) this.node.append(this.slider());
      this.warning = element("p", "sg-warning");
      this.warning.setAttribute("role", "note");
      this.node.append(this.warning);
      this.node.hidden = !layers.length;
    }
    for (const pane of Object.keys(PANES)) this.show(pane);
  }

  chooser(pane, label, layers) {
    const line = element("label", "sg-colours", label);
    const list = element("select", "");
    list.setAttribute("aria-label", label);
    const entries = [{ id: "", name: this.texts.none }];
    for (const layer of layers) {
      const sign = layer.warning ? "⚠ " : "";
      entries.push({ id: layer.id, name: `${sign}${imageName(layer)}` });
    }
    for (const { id, name } of entries) {
      const option = element("option", "", name);
      option.value = id;
      option.selected = String(id) === String(this.chosen.get(pane) ?? "");
      list.append(option);
    }
    list.addEventListener("change", () => {
      this.chosen.set(pane, list.value);
      this.show(pane);
    });
    line.append(list);
    return line;
  }

  slider() {
    this.level = element("label", "sg-strength", this.texts.strength);
    const range = element("input", "");
    Object.assign(range, { type: "range", min: 20, max: 100, step: 5, value: this.strength * 100 });
    range.addEventListener("input", () => {
      this.strength = Number(range.value) / 100;
      for (const { tiles } of this.shown.values()) tiles.setOpacity(this.strength);
    });
    this.level.append(range);
    return this.level;
  }

  show(pane) {
    const layer = this.layers.find((one) => String(one.id) === this.chosen.get(pane));
    const before = this.shown.get(pane);
    const key = layer && JSON.stringify(layer);
    if (before?.key !== key) {
      before?.tiles.remove();
      this.shown.delete(pane);
      if (layer) {
        const tiles = imageTiles(this.L, layer, { pane, opacity: this.strength });
        this.shown.set(pane, { key, tiles: tiles.addTo(this.map), layer });
      }
    }
    if (!this.level) return;
    this.level.hidden = !this.shown.size;
    const warnings = [...this.shown.values()].map((one) => one.layer.warning);
    this.warning.textContent = warnings.filter(Boolean).join("\n");
    this.warning.hidden = !this.warning.textContent;
  }

  // What is chosen makes room for the two images that are compared, and comes back after.
  hide(isHidden) {
    for (const pane of Object.keys(PANES)) {
      this.map.getPane(pane).style.display = isHidden ? "none" : "";
    }
  }
}
