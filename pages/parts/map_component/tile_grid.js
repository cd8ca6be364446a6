// One layer of vector tiles: fetches them, draws them, and knows what lies under the pointer.
//
// What a tile shows is kept, so that a patch that changes is painted anew where it lies, without
// asking for anything.

import { decode } from "./tile_decode.js";
import { markPaint, trace } from "./marks.js";

const TILE_PX = 512;
const EXTENT = 4096;
const UNITS_PER_PX = EXTENT / TILE_PX;
const MARK_RADIUS_PX = 5;
const NEAR_PX = 9;
const DASH = [6, 4];
const CASING = "#ffffff";
const INK = "#111111";
const AGAIN_MS = 2000;

// `source` is what the page said of the layer; `hooks` has classOf(id, number), isSelected(id) and
// countMarker(n, late, latlng, bounds).
export function tileGridClass(L) {
  return L.GridLayer.extend({
    initialize(source, hooks) {
      L.GridLayer.prototype.initialize.call(this, {
        tileSize: TILE_PX, keepBuffer: 1, updateWhenZooming: false, pane: "sgPatches",
      });
      this.source = source;
      this.hooks = hooks;
      this.held = new Map(); // canvas → what it shows
      this.counts = L.layerGroup();
      this.on("tileunload", ({ tile }) => this.letGo(tile));
      this.on("load", () => this.dropOldCounts());
    },

    onAdd(map) {
      L.GridLayer.prototype.onAdd.call(this, map);
      this.counts.addTo(map);
      // From one half step to the next the same tiles stay, and marks keep their size on the screen.
      map.on("zoomend", this.paintAll, this);
    },

    onRemove(map) {
      map.off("zoomend", this.paintAll, this);
      L.GridLayer.prototype.onRemove.call(this, map);
      this.counts.remove();
    },

    createTile(coords, done) {
      const canvas = document.createElement("canvas");
      const dense = Math.min(window.devicePixelRatio || 1, 2);
      canvas.width = canvas.height = TILE_PX * dense;
      const tile = { canvas, dense, coords: Object.assign(coords.clone(), { z: coords.z }), shown: decode(new ArrayBuffer(0)) };
      this.held.set(canvas, tile);
      this.fetchInto(tile, this.stateOf(coords)).then(
        () => done(null, canvas),
        (error) => done(error, canvas),
      );
      return canvas;
    },

    // Counts are as new as the page; what is drawn may be older: changes are painted over it.
    stateOf(coords) {
      return coords.z - 1 < this.source.count_below ? this.hooks.newest() : this.source.epoch;
    },

    async fetchInto(tile, state) {
      const { x, y, z } = tile.coords;
      const address = this.source.address
        .replace("{z}", z - 1).replace("{x}", x).replace("{y}", y).replace("{v}", state);
      tile.stop = new AbortController();
      let answer;
      try {
        answer = await fetch(address, { signal: tile.stop.signal });
      } catch (error) {
        if (error.name !== "AbortError") setTimeout(() => this.refetch(tile, state), AGAIN_MS);
        throw error;
      }
      if (!answer.ok) throw new Error(`${answer.status} ${address}`);
      const buffer = answer.status === 204 ? new ArrayBuffer(0) : await answer.arrayBuffer();
      tile.shown = decode(buffer);
      tile.ids = new Set([...tile.shown.areas, ...tile.shown.marks].map((one) => one.id));
      if (this.held.has(tile.canvas)) {
        this.paint(tile);
        this.showCounts(tile);
      }
    },

    refetch(tile, state) {
      if (this.held.has(tile.canvas)) this.fetchInto(tile, state).catch(() => {});
    },

    letGo(canvas) {
      const tile = this.held.get(canvas);
      tile?.stop?.abort();
      if (tile?.markers) this.counts.removeLayer(tile.markers);
      this.held.delete(canvas);
    },

    isCounting() {
      return this._tileZoom !== undefined && this._tileZoom - 1 < this.source.count_below;
    },

    paint(tile) {
      const { canvas, dense, shown } = tile;
      const brush = canvas.getContext("2d");
      // A map between two zooms shows tiles larger or smaller than they are drawn.
      const scale = this._map ? this._map.getZoomScale(this._map.getZoom(), tile.coords.z) : 1;
      brush.setTransform(1, 0, 0, 1, 0, 0);
      brush.clearRect(0, 0, canvas.width, canvas.height);
      brush.setTransform(dense, 0, 0, dense, 0, 0);
      const chosen = [];
      for (const area of shown.areas) {
        const style = this.styleOf(area);
        if (!style) continue;
        fillArea(brush, area.rings, style, scale);
        if (this.hooks.isSelected(area.id)) chosen.push(area);
      }
      for (const mark of shown.marks) {
        const style = this.styleOf(mark);
        if (!style) continue;
        drawMark(brush, mark, style, scale);
        if (this.hooks.isSelected(mark.id)) chosen.push(mark);
      }
      for (const one of chosen) outline(brush, one, scale);
    },

    styleOf({ id, number }) {
      return this.source.styles[this.hooks.classOf(id, number)];
    },

    paintThoseWith(ids) {
      for (const tile of this.held.values()) {
        if (tile.ids && ids.some((id) => tile.ids.has(id))) this.paint(tile);
      }
    },

    paintAll() {
      for (const tile of this.held.values()) this.paint(tile);
    },

    // What was said of patches: paint them where they are, fetch the tile where they are not.
    change(changes, state) {
      for (const tile of this.held.values()) {
        if (!tile.ids || tile.coords.z - 1 < this.source.count_below) continue;
        const bounds = this._tileCoordsToBounds(tile.coords);
        const isMissing = changes.some(({ id, number, box: [west, south, east, north] }) =>
          number >= 0 && !tile.ids.has(id) && bounds.intersects([[south, west], [north, east]]));
        if (isMissing) this.refetch(tile, state);
        else if (changes.some(({ id }) => tile.ids.has(id))) this.paint(tile);
      }
    },

    fetchCounts(state) {
      for (const tile of this.held.values()) {
        if (tile.coords.z - 1 < this.source.count_below) this.refetch(tile, state);
      }
    },

    fetchAll(state) {
      for (const tile of this.held.values()) this.refetch(tile, state);
    },

    showCounts(tile) {
      if (tile.markers) this.counts.removeLayer(tile.markers);
      tile.markers = L.layerGroup();
      for (const { n, late, x, y } of tile.shown.counts) {
        const half = EXTENT / 16;
        const from = this.latLngOf(tile, x - half, y - half);
        const to = this.latLngOf(tile, x + half, y + half);
        const bounds = [from.lng, to.lat, to.lng, from.lat];
        tile.markers.addLayer(this.hooks.countMarker(n, late, this.latLngOf(tile, x, y), bounds));
      }
      this.counts.addLayer(tile.markers);
    },

    dropOldCounts() {
      for (const tile of this.held.values()) {
        if (tile.markers && tile.coords.z !== this._tileZoom) this.counts.removeLayer(tile.markers);
      }
    },

    latLngOf({ coords }, x, y) {
      const at = L.point(coords.x * TILE_PX + x / UNITS_PER_PX, coords.y * TILE_PX + y / UNITS_PER_PX);
      return this._map.unproject(at, coords.z);
    },

    // The smallest thing at a place, or null.
    thingAt(latlng) {
      if (!this._map) return null;
      const scale = this._map.getZoomScale(this._map.getZoom(), this._tileZoom);
      for (const tile of this.held.values()) {
        if (tile.coords.z !== this._tileZoom) continue;
        const at = this._map.project(latlng, tile.coords.z);
        const x = (at.x - tile.coords.x * TILE_PX) * UNITS_PER_PX;
        const y = (at.y - tile.coords.y * TILE_PX) * UNITS_PER_PX;
        if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) continue;
        return this.thingIn(tile, x, y, (NEAR_PX * UNITS_PER_PX) / scale);
      }
      return null;
    },

    thingIn(tile, x, y, near) {
      let best = null;
      let nearest = near;
      for (const mark of tile.shown.marks) {
        const away = Math.hypot(mark.x - x, mark.y - y);
        if (away <= nearest && this.styleOf(mark)) [best, nearest] = [mark, away];
      }
      if (best) return { ...best, tile };
      for (let i = tile.shown.areas.length - 1; i >= 0; i -= 1) {
        const area = tile.shown.areas[i];
        if (this.styleOf(area) && isInside(area.rings, x, y)) return { ...area, tile };
      }
      return null;
    },

    // The outline of a thing as places on the map: rings of latitude and longitude.
    placesOf({ rings, tile }) {
      return rings?.map((ring) => {
        const places = [];
        for (let i = 0; i < ring.length; i += 2) {
          places.push(this.latLngOf(tile, ring[i], ring[i + 1]));
        }
        return places;
      });
    },
  });
}

function tracePath(brush, rings) {
  brush.beginPath();
  for (const ring of rings) {
    brush.moveTo(ring[0] / UNITS_PER_PX, ring[1] / UNITS_PER_PX);
    for (let i = 2; i < ring.length; i += 2) {
      brush.lineTo(ring[i] / UNITS_PER_PX, ring[i + 1] / UNITS_PER_PX);
    }
    brush.closePath();
  }
}

function fillArea(brush, rings, style, scale) {
  tracePath(brush, rings);
  if (style.fill) {
    brush.globalAlpha = style.opacity;
    brush.fillStyle = style.fill;
    brush.fill("evenodd");
    brush.globalAlpha = 1;
  }
  brush.setLineDash(style.dashed ? DASH.map((px) => px / scale) : []);
  brush.strokeStyle = style.line;
  brush.lineWidth = style.width / scale;
  brush.stroke();
}

function drawMark(brush, { x, y }, style, scale) {
  const paint = markPaint(style);
  brush.setLineDash([]);
  trace(brush, style.mark, x / UNITS_PER_PX, y / UNITS_PER_PX, MARK_RADIUS_PX / scale);
  brush.fillStyle = paint.fillColor;
  brush.fill();
  brush.strokeStyle = paint.color;
  brush.lineWidth = paint.weight / scale;
  brush.stroke();
}

// Dark on a white casing: seen on every colour and by everyone.
function outline(brush, { rings, x, y }, scale) {
  brush.setLineDash([]);
  for (const [color, width] of rings ? [[CASING, 7], [INK, 3.5]] : [[CASING, 6], [INK, 3]]) {
    if (rings) tracePath(brush, rings);
    else trace(brush, "circle", x / UNITS_PER_PX, y / UNITS_PER_PX, 10 / scale);
    brush.strokeStyle = color;
    brush.lineWidth = width / scale;
    brush.stroke();
  }
}

function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [x1, y1, x2, y2] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
