// Draws layers on the map: decodes their content, keeps what has not changed, shows the selection.

import { markClass, markPaint, markWidth } from "./marks.js";

const UNITS_PER_DEGREE = 1e6;
const MARK_RADIUS_PX = 5;
const LABEL_ROOM_PX = 64;
const GROUND_CLICK_DELAY_MS = 250;
const DASH = "6 4";
const CASING = "#ffffff";
const INK = "#111111";

export class Drawing {
  constructor(L, map, { click, texts, thingAt }) {
    this.L = L;
    this.map = map;
    this.click = click;
    this.texts = texts;
    this.thingAt = thingAt; // what lies at a place in layers that are drawn elsewhere
    this.Mark = markClass(L);
    this.canvas = L.canvas({ padding: 0.3, tolerance: 3 });
    this.layers = new Map(); // name → { token, group, labels, byId, clickable }
    this.switchedOff = new Map(); // name → true or false, once the person has chosen
    this.selection = L.layerGroup().addTo(map);
    this.selected = [];
    this.outline = null;
    this.tooltip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1, className: "sg-tip" });
    map.on("click", (event) => this.clickedGround(event));
    map.on("dblclick", () => clearTimeout(this.groundTimer));
    map.on("zoomend", () => this.showLabels());
  }

  setLayers(layers) {
    const names = new Set(layers.map((layer) => layer.name));
    for (const name of [...this.layers.keys()]) if (!names.has(name)) this.remove(name);
    let isAbove = false;
    for (const layer of layers) {
      if (this.isSame(layer)) {
        // What was drawn anew lies on top of the canvas: lift what belongs above it.
        if (isAbove) this.layers.get(layer.name).group.bringToFront();
        continue;
      }
      this.remove(layer.name);
      this.layers.set(layer.name, this.make(layer));
      this.show(layer.name);
      isAbove = true;
    }
    this.order = layers.map((layer) => layer.name);
    this.showLabels();
    if (isAbove) this.drawSelection();
  }

  isSame(layer) {
    const drawn = this.layers.get(layer.name);
    return drawn?.token === layer.token && drawn.clickable === layer.clickable
      && drawn.when === layer.labels;
  }

  remove(name) {
    const drawn = this.layers.get(name);
    if (!drawn) return;
    drawn.group.remove();
    drawn.labels.remove();
    this.tooltip.remove();
    this.layers.delete(name);
  }

  make(layer) {
    const { L } = this;
    const drawn = {
      token: layer.token,
      clickable: layer.clickable,
      when: layer.labels,
      isOn: layer.on,
      group: L.featureGroup(),
      labels: L.layerGroup(),
      labelled: [],
      byId: new Map(),
    };
    for (const part of layer.content) this.makePart(part, layer, drawn);
    if (layer.clickable) {
      drawn.group.on("click", (event) => this.clickedThing(layer.name, event));
    }
    drawn.group.on("mouseover", (event) => this.entered(event));
    drawn.group.on("mousemove", (event) => this.tooltip.setLatLng(event.latlng));
    drawn.group.on("mouseout", (event) => this.left(event));
    return drawn;
  }

  makePart(part, layer, drawn) {
    if (part.kind === "counts") {
      this.makeCounts(part, drawn);
      return;
    }
    part.ids.forEach((id, i) => {
      const style = part.styles[part.style_of[i]];
      const label = part.labels?.[i];
      const path = this.makePath(part, i, style, layer);
      path.thing = { id, label, style };
      drawn.byId.set(id, path);
      drawn.group.addLayer(path);
      if (layer.labels === "always" && label && part.kind === "polygons") {
        const at = part.label_at && [part.label_at[2 * i + 1], part.label_at[2 * i]];
        drawn.labelled.push({ path, label, at: at?.map((v) => v / UNITS_PER_DEGREE) });
      }
    });
  }

  makePath(part, i, style, layer) {
    const { L } = this;
    const options = {
      renderer: this.canvas,
      interactive: layer.clickable || layer.labels === "hover",
      bubblingMouseEvents: true,
      color: style.line,
      weight: style.width,
      dashArray: style.dashed ? DASH : null,
      fill: Boolean(style.fill) && part.kind !== "lines",
      fillColor: style.fill,
      fillOpacity: style.opacity,
      smoothFactor: 0, // simplified for this zoom already
    };
    if (part.kind === "polygons") return L.polygon(part.shapes[i].map(polygonPlaces), options);
    if (part.kind === "lines") return L.polyline(part.shapes[i].map(places), options);
    const at = [part.at[2 * i + 1] / UNITS_PER_DEGREE, part.at[2 * i] / UNITS_PER_DEGREE];
    return new this.Mark(at, {
      ...options, ...markPaint(style),
      mark: style.mark, dashArray: null, fill: true, fillOpacity: 1, radius: MARK_RADIUS_PX,
    });
  }

  makeCounts(part, drawn) {
    part.n.forEach((n, i) => {
      const at = [part.at[2 * i + 1] / UNITS_PER_DEGREE, part.at[2 * i] / UNITS_PER_DEGREE];
      drawn.group.addLayer(this.countMarker(n, part.late[i], at, part.bounds[i]));
    });
  }

  // A circle with a number; a click on it leads nearer.
  countMarker(n, late, at, bounds) {
    const circle = document.createElement("div");
    const size = 26 + Math.min(22, Math.round(7 * Math.log10(n)));
    circle.className = late ? "sg-count sg-late" : "sg-count";
    circle.style.width = circle.style.height = `${size}px`;
    circle.textContent = String(n);
    const icon = this.L.divIcon({ html: circle, className: "sg-icon", iconSize: [size, size] });
    const marker = this.L.marker(at, { icon, keyboard: false });
    const words = document.createElement("span");
    words.textContent = this.countText({ n, late });
    marker.on("click", (event) => {
      this.L.DomEvent.stopPropagation(event); // it is no click on the ground
      this.zoomInto(bounds, marker.getLatLng());
    });
    marker.on("mouseover", () => {
      this.tooltip.setContent(words).setLatLng(marker.getLatLng()).addTo(this.map);
    });
    marker.on("mouseout remove", () => this.tooltip.remove());
    return marker;
  }

  show(name) {
    const drawn = this.layers.get(name);
    const isOff = this.switchedOff.get(name) ?? !drawn.isOn;
    if (isOff) {
      drawn.group.remove();
      drawn.labels.remove();
    } else {
      drawn.group.addTo(this.map);
      drawn.labels.addTo(this.map);
    }
  }

  switchLayer(name, isOn) {
    this.switchedOff.set(name, !isOn);
    this.tooltip.remove();
    if (!this.layers.has(name)) return;
    this.show(name);
    for (const above of this.order.slice(this.order.indexOf(name) + 1)) {
      if (this.map.hasLayer(this.layers.get(above).group)) {
        this.layers.get(above).group.bringToFront();
      }
    }
    this.showLabels();
    this.drawSelection();
  }

  showLabels() {
    for (const drawn of this.layers.values()) {
      drawn.labels.clearLayers();
      if (drawn.when !== "always" || !this.map.hasLayer(drawn.group)) continue;
      for (const { path, label, at } of drawn.labelled) {
        if (path._pxBounds && path._pxBounds.getSize().x >= LABEL_ROOM_PX) {
          this.label(label, at ?? path.getBounds().getCenter()).addTo(drawn.labels);
        }
      }
    }
  }

  label(text, at) {
    const words = document.createElement("span");
    words.className = "sg-label";
    words.textContent = text;
    return this.L.marker(at, {
      icon: this.L.divIcon({ html: words, className: "sg-icon", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
      zIndexOffset: -1000,
    });
  }

  select(ids, outline) {
    this.selected = ids;
    this.outline = outline;
    this.drawSelection();
  }

  drawSelection() {
    this.selection.clearLayers();
    let found = 0;
    for (const id of this.selected) {
      for (const drawn of this.layers.values()) {
        const path = drawn.clickable && drawn.byId.get(id);
        if (!path || !this.map.hasLayer(drawn.group)) continue;
        found += 1;
        if (path instanceof this.Mark) this.circle(path.getLatLng());
        else this.contour(path.getLatLngs(), path instanceof this.L.Polygon);
      }
    }
    if (!found && this.outline) this.contour(this.outline.map(polygonPlaces), true);
  }

  // Dark on a white casing: seen on every colour and by everyone.
  contour(at, isClosed) {
    for (const [color, weight] of [[CASING, 7], [INK, 3.5]]) {
      const options = { renderer: this.canvas, interactive: false, fill: false, color, weight };
      const line = isClosed ? this.L.polygon(at, options) : this.L.polyline(at, options);
      this.selection.addLayer(line);
    }
  }

  circle(at) {
    for (const [color, weight] of [[CASING, 6], [INK, 3]]) {
      this.selection.addLayer(
        this.L.circleMarker(at, {
          renderer: this.canvas, interactive: false, fill: false, color, weight, radius: 10,
        }),
      );
    }
  }

  clickedThing(name, event) {
    this.L.DomEvent.stopPropagation(event); // it is no click on the ground
    this.click(name, event.layer.thing.id, event.latlng);
  }

  // A second click soon after makes it a zoom, not a click.
  clickedGround(event) {
    clearTimeout(this.groundTimer);
    const thing = this.thingAt(event.latlng);
    if (thing) {
      this.click(thing.layer.name, String(thing.id), event.latlng);
      return;
    }
    this.groundTimer = setTimeout(() => this.click("", null, event.latlng), GROUND_CLICK_DELAY_MS);
  }

  zoomInto([west, south, east, north], at) {
    const zoom = this.map.getBoundsZoom([[south, west], [north, east]], false, [60, 60]);
    const next = this.map.getZoom() + 1;
    if (zoom > next) this.map.flyToBounds([[south, west], [north, east]], { duration: 0.4 });
    else this.map.flyTo(at, next, { duration: 0.4 });
  }

  entered(event) {
    const path = event.layer;
    const { label: text, style } = path.thing;
    if (style && path.setStyle) path.setStyle({ weight: hoverWidth(path, style) });
    const drawn = [...this.layers.values()].find((one) => one.group.hasLayer(path));
    if (!text || drawn?.when !== "hover") return;
    const words = document.createElement("span");
    words.textContent = text;
    this.tooltip.setContent(words).setLatLng(event.latlng).addTo(this.map);
  }

  left(event) {
    const path = event.layer;
    if (path.thing.style && path.setStyle) {
      path.setStyle({ weight: restWidth(path, path.thing.style) });
    }
    this.tooltip.remove();
  }

  countText({ n, late }) {
    const texts = this.texts();
    return (late ? texts.count_late : texts.count)
      .replace("{n}", String(n))
      .replace("{late}", String(late));
  }
}

function restWidth(path, style) {
  return path.options.mark ? markWidth(style) : style.width;
}

function hoverWidth(path, style) {
  return restWidth(path, style) + 2;
}

// Steps in whole units → places as Leaflet takes them (latitude first).
function places(steps) {
  const found = new Array(steps.length / 2);
  let x = 0;
  let y = 0;
  for (let i = 0; i < found.length; i += 1) {
    x += steps[2 * i];
    y += steps[2 * i + 1];
    found[i] = [y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE];
  }
  return found;
}

function polygonPlaces(rings) {
  return rings.map(places);
}
