// Two maps side by side, before and after, that move together, with the patch's outline on both.

import { element } from "./controls.js";
import { polygonPlaces } from "./decoding.js";
import { imageTiles } from "./images.js";

const SIDES = ["before", "after"];
const PADDING_PX = 30;
const OUTLINE = [["#ffffff", 5], ["#111111", 2.5]];

export class PairView {
  constructor(L, root) {
    Object.assign(this, { L, root, halves: {}, fitted: null, isFollowing: false });
    this.box = element("div", "sg-pair");
    this.box.hidden = true;
    root.append(this.box);
  }

  // `place` names the patch: the maps go to it when it is another than before.
  show(pair, outline, texts, place, limits) {
    this.box.hidden = false;
    for (const side of SIDES) {
      this.halves[side] ??= this.makeHalf(side);
      this.halves[side].set(pair[side], outline, texts[side], texts[`${side}_map`], texts.no_tiles);
    }
    Object.assign(this, { limits, outlineBounds: boundsOf(this.L, outline) });
    if (this.fitted === place) return;
    this.fitted = place;
    this.fit();
  }

  makeHalf(side) {
    const half = new Half(this.L, this.box);
    half.map.on("move", () => this.follow(side));
    new ResizeObserver(() => this.resized()).observe(half.ground);
    return half;
  }

  hide() {
    this.box.hidden = true;
  }

  // Both halves are of one size: they are fitted and moved alike.
  fit() {
    if (!this.halves.before?.ground.clientWidth) {
      this.isWaiting = true;
      return;
    }
    this.isWaiting = false;
    for (const half of Object.values(this.halves)) half.map.invalidateSize({ animate: false });
    const { map } = this.halves.before;
    const { center, zoom } = goalOf(this.L, map, this.outlineBounds, this.limits);
    this.place(map, center, zoom);
  }

  place(map, center, zoom) {
    map.options.zoomSnap = 0; // as it is told, also between two whole levels
    map.setView(center, zoom, { animate: false });
    map.options.zoomSnap = 1;
  }

  follow(side) {
    if (this.isFollowing) return;
    const other = this.halves[side === "before" ? "after" : "before"];
    if (!other) return;
    this.isFollowing = true;
    const { map } = this.halves[side];
    this.place(other.map, map.getCenter(), map.getZoom());
    this.isFollowing = false;
  }

  resized() {
    if (this.box.hidden || !this.halves.before?.ground.clientWidth) return;
    if (this.isWaiting) {
      this.fit();
      return;
    }
    this.isFollowing = true; // each keeps its own middle, which is the same
    for (const { map } of Object.values(this.halves)) map.invalidateSize({ animate: false });
    this.isFollowing = false;
  }

  map() {
    return this.halves.before?.map;
  }
}

// Asks for the tiles that the next patch will need, so that the browser has them already.
export function fetchAhead(L, map, { bounds: [west, south, east, north], pair }, limits) {
  if (!map?.getContainer().clientWidth) return;
  const bounds = L.latLngBounds([[south, west], [north, east]]);
  const { center, zoom } = goalOf(L, map, bounds, limits);
  for (const side of SIDES) {
    const { layer } = pair[side];
    const urls = layer ? tilesAround(L, map, layer, center, zoom) : [];
    for (const url of urls) new Image().src = url;
  }
}

// Where a map goes to show a patch.
function goalOf(L, map, bounds, { maxZoom, step }) {
  map.options.zoomSnap = step;
  const zoom = map.getBoundsZoom(bounds, false, L.point(PADDING_PX, PADDING_PX));
  map.options.zoomSnap = 1;
  return { center: bounds.getCenter(), zoom: Math.min(zoom, maxZoom) };
}

class Half {
  constructor(L, box) {
    this.L = L;
    const figure = element("figure", "sg-half");
    const frame = element("div", "sg-half-frame");
    this.ground = element("div", "sg-half-ground");
    this.lacks = element("p", "sg-lacks");
    this.lacks.setAttribute("role", "note");
    this.caption = element("figcaption", "sg-caption");
    frame.append(this.ground, this.lacks);
    figure.append(frame, this.caption);
    box.append(figure);
    this.map = L.map(this.ground, {
      zoomControl: false, attributionControl: false, zoomAnimation: false, trackResize: false,
      preferCanvas: true, center: [0, 0], zoom: 3, maxZoom: 22,
    });
    this.outline = L.layerGroup().addTo(this.map);
  }

  set(side, outline, name, label, failed) {
    this.ground.setAttribute("role", "application");
    this.ground.setAttribute("aria-label", label);
    fillCaption(this.caption, name, { ...side, warnings: [] });
    // What lacks is said on the half itself, and large where there is no image at all.
    this.lacks.textContent = side.warnings.map((warning) => `⚠ ${warning}`).join("\n");
    this.lacks.hidden = !side.warnings.length;
    this.lacks.classList.toggle("sg-absent", !side.layer);
    this.lay(side.layer, failed);
    const drawn = JSON.stringify(outline);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.outline.clearLayers();
    for (const [color, weight] of OUTLINE) {
      const options = { interactive: false, fill: false, color, weight };
      this.outline.addLayer(this.L.polygon((outline ?? []).map(polygonPlaces), options));
    }
  }

  lay(layer, failed) {
    const key = JSON.stringify(layer);
    if (key === this.key) return;
    this.key = key;
    this.tiles?.remove();
    this.tiles = null;
    this.caption.removeAttribute("data-failed");
    if (!layer) return;
    this.tiles = imageTiles(this.L, layer);
    this.tiles.on("tileerror", () => this.caption.setAttribute("data-failed", failed));
    this.tiles.on("tileload", () => this.caption.removeAttribute("data-failed"));
    this.tiles.addTo(this.map);
  }
}

// "Before 2025-09-03 · title", how far it is from the day that was named, and what it lacks.
export function fillCaption(node, name, side) {
  const { layer, days, warnings } = side;
  const head = element("b", "", layer ? `${name} ${layer.day}` : name);
  const lines = [head];
  if (layer) lines.push(element("bdi", "sg-image-title", layer.title));
  if (days) lines.push(element("small", "", days));
  for (const warning of warnings) lines.push(element("small", "sg-lack", `⚠ ${warning}`));
  node.replaceChildren(...lines);
}

export function boundsOf(L, outline) {
  const bounds = L.latLngBounds([]);
  for (const rings of outline ?? []) {
    for (const ring of polygonPlaces(rings)) for (const place of ring) bounds.extend(place);
  }
  return bounds;
}

function tilesAround(L, map, layer, center, zoom) {
  const z = Math.min(Math.max(Math.round(zoom), layer.min), layer.max);
  const half = map.getSize().multiplyBy(2 ** (z - zoom) / 2);
  const middle = map.project(center, z);
  const [west, south, east, north] = layer.bounds;
  const least = middle.subtract(half).divideBy(256).floor();
  const most = middle.add(half).divideBy(256).floor();
  const edge = L.bounds(map.project([north, west], z), map.project([south, east], z));
  const found = [];
  for (let x = least.x; x <= most.x; x += 1) {
    for (let y = least.y; y <= most.y; y += 1) {
      const tile = L.bounds([x * 256, y * 256], [(x + 1) * 256, (y + 1) * 256]);
      if (tile.overlaps(edge)) found.push(L.Util.template(layer.url, { x, y, z }));
    }
  }
  return found;
}
