// Draws layers on the map: decodes their content, keeps what has not changed, shows the selection.

import { netPlaces, places, polygonPlaces, UNITS_PER_DEGREE } from "./decoding.js";
import { GroundHover } from "./ground_hover.js";
import { Labels } from "./labels.js";
import { markClass, markPaint, markWidth } from "./marks.js";

const MARK_RADIUS_PX = 5;
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
    this.isOnThing = () => false; // whether the pointer is on one of them
    this.thingAt = thingAt; // what lies at a place in layers that are drawn elsewhere
    this.Mark = markClass(L);
    this.canvas = L.canvas({ padding: 0.3, tolerance: 3 });
    // Above the patches, which lie above all that is drawn on the canvas below.
    map.createPane("sgTop").style.zIndex = 420;
    map.getPane("sgTop").style.pointerEvents = "none";
    this.topCanvas = L.canvas({ padding: 0.3, pane: "sgTop" });
    this.layers = new Map(); // name → { token, group, labelled, byId, clickable }
    this.order = [];
    this.switchedOff = new Map(); // name → true or false, once the person has chosen
    this.selection = L.layerGroup().addTo(map);
    this.selected = [];
    this.outline = null;
    this.tooltip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1, className: "sg-tip" });
    map.on("click", (event) => this.clickedGround(event));
    map.on("dblclick", () => clearTimeout(this.groundTimer));
    this.labels = new Labels(L, map);
    this.ground = new GroundHover(L, map, {
      layers: () => this.shown().filter((drawn) => !drawn.clickable && drawn.when === "always"),
      isBusy: () => map.hasLayer(this.tooltip) || this.isOnThing(),
    });
    map.on("moveend", () => this.showLabels());
  }

  setLayers(layers) {
    const names = new Set(layers.map((layer) => layer.name));
    for (const name of [...this.layers.keys()]) if (!names.has(name)) this.remove(name);
    let isAbove = false;
    for (const layer of layers) {
      if (this.isSame(layer)) {
        this.layers.get(layer.name).title = layer.title;
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
    this.tooltip.remove();
    this.ground.clear();
    this.layers.delete(name);
  }

  make(layer) {
    const { L } = this;
    const drawn = {
      token: layer.token,
      title: layer.title,
      clickable: layer.clickable,
      above: layer.above,
      when: layer.labels,
      isOn: layer.on,
      group: L.featureGroup(),
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
    if (part.kind === "net") {
      drawn.group.addLayer(this.makeNet(part));
      return;
    }
    part.ids.forEach((id, i) => {
      const style = part.styles[part.style_of[i]];
      const label = part.labels?.[i];
      const path = this.makePath(part, i, style, layer);
      path.thing = { id, label, style };
      drawn.byId.set(id, path);
      drawn.group.addLayer(path);
      if (layer.labels === "always" && label) {
        const at = part.label_at && [part.label_at[2 * i + 1], part.label_at[2 * i]];
        const room = part.kind !== "points";
        drawn.labelled.push({ path, label, room, at: at?.map((v) => v / UNITS_PER_DEGREE) });
      }
    });
  }

  // Borders of many areas: one path, which nobody points at.
  makeNet(part) {
    const { style } = part;
    return this.L.polyline(netPlaces(part), {
      renderer: this.canvas,
      interactive: false,
      color: style.line,
      weight: style.width,
      dashArray: style.dashed ? DASH : null,
      smoothFactor: 0,
    });
  }

  makePath(part, i, style, layer) {
    const { L } = this;
    const options = {
      renderer: layer.above ? this.topCanvas : this.canvas,
      interactive: !layer.above && (layer.clickable || layer.labels === "hover"),
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
    } else {
      drawn.group.addTo(this.map);
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

  // The layers that are switched on, top first.
  shown() {
    const drawn = this.order.map((name) => this.layers.get(name)).filter(Boolean);
    return drawn.filter((one) => this.map.hasLayer(one.group)).reverse();
  }

  showLabels() {
    const things = [];
    for (const drawn of this.shown()) {
      if (drawn.when !== "always") continue;
      for (const thing of drawn.labelled) {
        things.push({ ...thing, at: thing.at ?? middleOf(thing.path) });
      }
    }
    this.labels.place(things);
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
      const options = { renderer: this.topCanvas, interactive: false, fill: false, color, weight };
      const line = isClosed ? this.L.polygon(at, options) : this.L.polyline(at, options);
      this.selection.addLayer(line);
    }
  }

  circle(at) {
    for (const [color, weight] of [[CASING, 6], [INK, 3]]) {
      this.selection.addLayer(
        this.L.circleMarker(at, {
          renderer: this.topCanvas, interactive: false, fill: false, color, weight, radius: 10,
        }),
      );
    }
  }

  clickedThing(name, event) {
    if (!event.layer.thing) return; // a count leads nearer by itself
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
    if (!path.thing) return; // a count tells for itself
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
    if (!path.thing) return;
    if (path.thing.style && path.setStyle) {
      path.setStyle({ weight: restWidth(path, path.thing.style) });
    }
    this.tooltip.remove();
  }

  // What layers above the patches say of one of them.
  saidAbove(id) {
    return [...this.layers.values()]
      .filter((drawn) => drawn.above && this.map.hasLayer(drawn.group))
      .map((drawn) => drawn.byId.get(id)?.thing.label)
      .filter(Boolean);
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

function middleOf(path) {
  return path.getLatLng ? path.getLatLng() : path.getBounds().getCenter();
}
