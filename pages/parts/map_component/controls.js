// What stands on every map: zoom and whole area, layers with the legend.

import { icon, sign } from "./marks.js";

export function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function control(L, map, position, node) {
  const Holder = L.Control.extend({ onAdd: () => node });
  L.DomEvent.disableClickPropagation(node);
  L.DomEvent.disableScrollPropagation(node);
  new Holder({ position }).addTo(map);
}

export function button(glyph, className, act) {
  const made = element("button", className, glyph);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export function name(node, text) {
  node.title = text;
  node.setAttribute("aria-label", text);
}

export class ZoomBar {
  constructor(L, map, showAll) {
    this.zoomIn = button("", "sg-button", () => map.zoomIn());
    this.zoomOut = button("", "sg-button", () => map.zoomOut());
    this.all = button("", "sg-button", showAll);
    this.zoomIn.append(icon("M8 3v10M3 8h10"));
    this.zoomOut.append(icon("M3 8h10"));
    this.all.append(icon("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"));
    const bar = element("div", "sg-bar");
    bar.append(this.zoomIn, this.zoomOut, this.all);
    control(L, map, "topleft", bar);
    map.on("zoomend zoomlevelschange", () => this.setLimits(map));
  }

  setTexts(texts) {
    name(this.zoomIn, texts.zoom_in);
    name(this.zoomOut, texts.zoom_out);
    name(this.all, texts.full_extent);
  }

  setLimits(map) {
    this.zoomIn.disabled = map.getZoom() >= map.getMaxZoom();
    this.zoomOut.disabled = map.getZoom() <= map.getMinZoom();
  }
}

export class NorthSign {
  constructor(L, map) {
    this.letter = element("span", "");
    const sign = element("div", "sg-north");
    sign.append(icon("M8 14V2M4 7l4-5 4 5"), this.letter);
    control(L, map, "bottomleft", sign);
  }

  setTexts(texts) {
    this.letter.textContent = texts.north;
  }
}

export class Panel {
  constructor(L, map, { switchLayer, chooseColour }) {
    this.switchLayer = switchLayer;
    this.chooseColour = chooseColour;
    this.shown = "";
    this.isOpen = map.getContainer().clientWidth !== 0
      ? map.getContainer().clientWidth >= 640
      : window.innerWidth >= 640;
    this.box = element("div", "sg-panel");
    this.head = button("", "sg-fold", () => this.fold(!this.isOpen));
    this.body = element("div", "sg-panel-body");
    this.box.append(this.head, this.body);
    control(L, map, "topright", this.box);
  }

  // `colours` is what the page offers to colour by: { label, chosen, options }, or null.
  set(layers, legend, colours, texts, switchedOff) {
    const wanted = JSON.stringify([
      layers.map((l) => [l.name, l.title, l.on, l.sign]), legend, colours, texts, this.more?.hidden,
    ]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.texts = texts;
    const isChoosing = this.body.getRootNode().activeElement?.matches(".sg-colours select");
    this.body.replaceChildren();
    const titled = layers.filter((layer) => layer.title);
    if (titled.length) this.body.append(this.switches(titled, switchedOff));
    if (this.more) this.body.append(this.more);
    if (colours) this.body.append(this.chooser(colours));
    if (legend.length) this.body.append(this.legend(legend, colours));
    this.box.hidden = !titled.length && !legend.length && (this.more?.hidden ?? true);
    this.fold(this.isOpen);
    if (isChoosing) this.body.querySelector(".sg-colours select")?.focus();
  }

  // Something of another part that stands among the switches.
  add(node) {
    this.more = node;
  }

  switches(layers, switchedOff) {
    const list = element("fieldset", "sg-switches");
    list.append(element("legend", "", this.texts.layers));
    // As they lie on the map: what is on top comes first.
    for (const layer of [...layers].reverse()) {
      const line = element("label", "");
      const box = element("input", "");
      box.type = "checkbox";
      box.checked = !(switchedOff.get(layer.name) ?? !layer.on);
      box.addEventListener("change", () => this.switchLayer(layer.name, box.checked));
      line.append(box);
      if (layer.sign) line.append(sign(layer.sign));
      line.append(words(layer.title));
      list.append(line);
    }
    return list;
  }

  chooser({ label, chosen, options }) {
    const line = element("label", "sg-colours", label);
    const list = element("select", "");
    for (const { value, text } of options) {
      const option = element("option", "", text);
      option.value = value;
      option.selected = value === chosen;
      list.append(option);
    }
    list.addEventListener("change", () => this.chooseColour(list.value));
    line.append(list);
    return line;
  }

  legend(entries, colours) {
    const list = element("ul", "sg-legend");
    const by = colours?.options.find(({ value }) => value === colours.chosen)?.text;
    list.setAttribute("aria-label", by ? `${this.texts.legend}: ${by}` : this.texts.legend);
    for (const entry of entries) {
      const line = element("li", "");
      line.append(sign(entry.style), words(entry.text));
      list.append(line);
    }
    return list;
  }

  fold(isOpen) {
    this.isOpen = isOpen;
    this.body.hidden = !isOpen;
    this.head.textContent = `${this.texts.legend} ${isOpen ? "▴" : "▾"}`;
    this.head.setAttribute("aria-expanded", String(isOpen));
    name(this.head, isOpen ? this.texts.hide_legend : this.texts.show_legend);
  }
}

// A name out of the data may be long, and may run from right to left.
function words(text) {
  const made = element("bdi", "sg-words", text);
  if ([...text].length > 12) made.title = text;
  return made;
}
