// The map of a screen: made once, kept for as long as the browser's tab is open.
//
// Streamlit calls `show` on every run of the page. The first call makes the map by running the
// script that folium wrote; later calls bring only data, and what has not changed is not drawn
// again. The map's element outlives even a change of page: it is moved into the new place.
// Text of any origin is set with textContent and never becomes markup.

import { Compare } from "./compare.js";
import { Drawing } from "./drawing.js";
import { NorthSign, Panel, ZoomBar } from "./controls.js";
import { PointerPlace } from "./pointer.js";
import { TileLayers } from "./tiles.js";
import { Tools } from "./tools.js";

const REPORT_DELAY_MS = 180;
const KEPT_CONTENTS = 16;

const keptMaps = (window.skygroundMaps ??= new Map());
const turns = new Map();
let loading = null;

// What seldom changes, by its token: the server sends it until it hears that it is here.
const fixed = new Map();

export default async function show({ data: sent, parentElement, setStateValue }) {
  const turn = (turns.get(sent.key) ?? 0) + 1;
  turns.set(sent.key, turn);
  const data = withFixed(sent);
  if (!data) {
    setStateValue("report", { held: [] }); // it relied on what is gone with an earlier page
    return undefined;
  }
  let loaded;
  try {
    loaded = await load(data);
  } catch (error) {
    sayFailed(parentElement, data.texts.failed);
    throw error;
  }
  if (turns.get(data.key) !== turn) return undefined; // a newer call is under way
  let kept = keptMaps.get(data.key);
  if (!kept) {
    kept = new KeptMap(loaded.L, data);
    keptMaps.set(data.key, kept);
  }
  kept.moveInto(parentElement, loaded.sheets);
  kept.tell = (report) => setStateValue("report", report);
  kept.update(data);
  return undefined;
}

function withFixed(sent) {
  const { token, body } = sent.fixed;
  if (body !== undefined) fixed.set(token, JSON.parse(body));
  if (!fixed.has(token)) return null;
  const data = { ...sent, ...fixed.get(token) };
  for (const { name, source } of data.layers) {
    if (source.kind === "tiles") source.styles = data.styles[name];
  }
  return data;
}

function load(data) {
  loading ??= Promise.all([
    loadLeaflet(data.leaflet),
    loadSheet(`${data.leaflet}/leaflet.css`),
    loadSheet(`${data.front}/style.css`),
  ])
    .then(([L, ...sheets]) => ({ L, sheets }))
    .catch((error) => {
      loading = null; // the next run tries again
      throw error;
    });
  return loading;
}

function loadLeaflet(folder) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${folder}/leaflet.js`;
    script.onload = () => {
      window.L.Icon.Default.imagePath = `${folder}/images/`;
      resolve(window.L);
    };
    script.onerror = () => reject(new Error(`no ${script.src}`));
    document.head.appendChild(script);
  });
}

async function loadSheet(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no ${address}`);
  const sheet = new CSSStyleSheet({ baseURL: new URL(address, document.baseURI).href });
  return sheet.replace(await answer.text());
}

function sayFailed(place, text) {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = text;
  place.replaceChildren(line);
}

class KeptMap {
  constructor(L, data) {
    this.L = L;
    this.tell = () => {};
    this.contents = new Map(); // token → content, the latest used last
    this.lastClick = null;
    this.lastUse = null;
    this.lastColour = null;
    this.fitToken = null;
    this.waitingFit = null;
    this.timer = null;
    this.root = document.createElement("div");
    this.root.className = "sg-map";
    this.ground = document.createElement("div");
    this.ground.className = "sg-ground";
    this.root.appendChild(this.ground);
    this.map = this.runScript(data.script);
    this.drawing = new Drawing(L, this.map, {
      click: (layer, id, at) => this.clicked(layer, id, at),
      texts: () => this.texts,
      thingAt: (at) => this.tiles.thingAt(at),
    });
    this.zoomBar = new ZoomBar(L, this.map, () => this.fitTo(this.extent, true));
    this.pointer = new PointerPlace(L, this.map);
    this.north = new NorthSign(L, this.map);
    this.tiles = new TileLayers(L, this.map, this.drawing);
    this.tools = new Tools(L, this.map, {
      root: this.root,
      data: () => this.data,
      tell: (name, value) => this.toolUsed(name, value),
      fitTo: (bounds) => this.fitTo(bounds, true),
    });
    this.panel = new Panel(L, this.map, {
      switchLayer: (name, isOn) => this.switchLayer(name, isOn),
      chooseColour: (by) => this.colourChosen(by),
    });
    this.compare = new Compare(L, this.map, {
      root: this.root,
      data: () => this.data,
      fitTo: (bounds) => this.fitTo(bounds, true),
      foldPanel: () => this.panel.fold(false),
    });
    this.panel.add(this.compare.underlay.node);
    this.map.on("moveend", () => this.viewMayHaveChanged());
    // The frame that shows where the keyboard acts is of no use to a hand on the mouse.
    this.ground.addEventListener("pointerdown", () => this.ground.classList.add("sg-by-hand"));
    this.ground.addEventListener("keydown", () => this.ground.classList.remove("sg-by-hand"));
    new ResizeObserver(() => this.sizeChanged()).observe(this.ground);
  }

  // folium names an element by its id; inside a shadow root no id is found, so its one call of
  // L.map is given our element. Everything else of Leaflet stays as it is.
  runScript(script) {
    const L = Object.create(this.L);
    L.map = (_, options) => this.L.map(this.ground, { ...options, trackResize: false });
    return new Function("L", `${script}\nreturn map_div;`)(L);
  }

  moveInto(place, sheets) {
    if (place.adoptedStyleSheets && !place.adoptedStyleSheets.includes(sheets[0])) {
      place.adoptedStyleSheets = [...place.adoptedStyleSheets, ...sheets];
    }
    if (this.root.parentNode !== place) {
      place.replaceChildren(this.root);
      this.sizeChanged();
    }
  }

  update(data) {
    this.data = data;
    this.texts = data.texts;
    this.extent = data.extent;
    this.root.style.setProperty("--sg-height", `${data.height}px`);
    this.root.lang = data.lang;
    this.ground.setAttribute("aria-label", data.texts.label);
    this.ground.setAttribute("role", "application");
    this.zoomBar.setTexts(data.texts);
    this.pointer.setTexts(data.texts);
    this.north.setTexts(data.texts);
    this.tools.set(data.tools);
    const isMoved = this.tools.isPlaced(); // by the address, once
    if (data.fit && data.fit_token !== this.fitToken && !isMoved) this.fitTo(data.fit, false);
    this.fitToken = data.fit_token;
    const patchesAt = data.layers.findIndex((one) => one.source.kind === "tiles");
    const inline = data.layers
      .map((one, i) => ({ ...one, above: patchesAt >= 0 && i > patchesAt }))
      .filter((one) => one.source.kind === "inline");
    const layers = this.contentsOf(inline);
    if (layers) this.drawing.setLayers(layers);
    this.tiles.setLayers(data.layers.filter((one) => one.source.kind === "tiles"));
    this.compare.set(data.images);
    this.panel.set(data.layers, data.legend, data.colours, data.texts, this.drawing.switchedOff);
    // A run that began before the last click does not know of it: keep showing that click.
    if (!this.lastClick || data.seen_click >= this.lastClick.seq || !data.instant) {
      this.select(data.selected, data.outline);
    }
    if (!layers) this.report();
    else this.viewMayHaveChanged();
  }

  // The layers with their contents, or null if the server relied on one that is gone.
  contentsOf(layers) {
    const filled = [];
    for (const layer of layers) {
      const { token, body } = layer.source;
      const content = body === undefined ? this.contents.get(token) : JSON.parse(body);
      if (content === undefined) return null;
      this.contents.delete(token);
      this.contents.set(token, content);
      filled.push({ ...layer, token, content });
    }
    return filled;
  }

  select(ids, outline) {
    this.drawing.select(ids, outline);
    this.tiles.select(ids);
  }

  switchLayer(name, isOn) {
    this.drawing.switchLayer(name, isOn);
    this.tiles.switchLayer(name, isOn);
    // What is off is not sent: the page learns what to send.
    this.report();
  }

  sizeChanged() {
    if (!this.ground.clientWidth || !this.ground.clientHeight) return; // hidden: keep the view
    this.map.invalidateSize({ animate: false });
    if (this.waitingFit) this.fitTo(this.waitingFit, false);
  }

  fitTo(bounds, animate) {
    if (!bounds) return;
    if (!this.ground.clientWidth) {
      this.waitingFit = bounds;
      return;
    }
    this.waitingFit = null;
    // Leaflet keeps its last measured size; a height that was set just now would be a stale size.
    this.map.invalidateSize({ animate: false, pan: false });
    const [west, south, east, north] = bounds;
    // Half steps fill the frame better; every other zoom goes by whole ones.
    this.map.options.zoomSnap = this.data.fit_zoom_step;
    this.map.fitBounds([[south, west], [north, east]], {
      animate,
      padding: [this.data.fit_margin, this.data.fit_margin],
      maxZoom: this.data.fit_max_zoom,
    });
    this.map.options.zoomSnap = 1;
  }

  view() {
    const box = this.map.getBounds();
    return {
      west: box.getWest(),
      south: box.getSouth(),
      east: box.getEast(),
      north: box.getNorth(),
      zoom: this.map.getZoom(),
    };
  }

  viewMayHaveChanged() {
    clearTimeout(this.timer);
    if (!this.data?.tells_view) return;
    this.timer = setTimeout(() => {
      if (this.ground.clientWidth && !this.isServed()) this.report();
    }, REPORT_DELAY_MS);
  }

  // Whether what the server drew last covers what is seen now.
  isServed() {
    const seen = this.view();
    const served = this.data.view;
    if (!served || served.zoom !== seen.zoom) return false;
    const dx = (served.east - served.west) * this.data.pad;
    const dy = (served.north - served.south) * this.data.pad;
    return (
      seen.west >= served.west - dx &&
      seen.east <= served.east + dx &&
      seen.south >= served.south - dy &&
      seen.north <= served.north + dy
    );
  }

  clicked(layer, id, at) {
    const seq = Math.max(Date.now(), (this.lastClick?.seq ?? 0) + 1);
    this.lastClick = { layer, id, lon: at.lng, lat: at.lat, seq };
    if (this.data.instant) this.select(id === null ? [] : [id], null);
    this.report();
  }

  colourChosen(by) {
    this.lastColour = { by, seq: Math.max(Date.now(), (this.lastColour?.seq ?? 0) + 1) };
    this.report();
  }

  toolUsed(name, value) {
    const seq = Math.max(Date.now(), (this.lastUse?.seq ?? 0) + 1);
    this.lastUse = { name, value, seq };
    this.report();
  }

  // What the person has switched on (true) or off.
  switched() {
    const all = [...this.drawing.switchedOff].map(([name, isOff]) => [name, !isOff]);
    return Object.fromEntries(all);
  }

  report() {
    clearTimeout(this.timer);
    const inUse = new Set(this.data.layers.map((layer) => layer.source.token));
    for (const token of [...this.contents.keys()]) {
      if (this.contents.size <= KEPT_CONTENTS) break;
      if (!inUse.has(token)) this.contents.delete(token);
    }
    this.tell({
      view: this.view(),
      size: [this.ground.clientWidth, this.ground.clientHeight],
      fit_token: this.fitToken,
      click: this.lastClick,
      ...(this.lastUse && { tool: this.lastUse }),
      ...(this.lastColour && { colour: this.lastColour }),
      ...(this.drawing.switchedOff.size && { switched: this.switched() }),
      held: [...this.contents.keys(), this.data.fixed.token, ...this.tools.held(), ...this.compare.held()],
    });
  }
}
