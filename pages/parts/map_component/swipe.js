// Before on the left, after on the right of a line that is dragged over the map.

import { element } from "./controls.js";
import { imageTiles } from "./images.js";
import { fillCaption } from "./pair.js";

const SIDES = ["before", "after"];
const PANES = { before: 130, after: 131 };
const STEP = 0.02;
const LEAP = 0.1;
const FADED = 0.25;
const LABEL_PX = { most: 168, least: 76, beside: 24 };

export class Swipe {
  constructor(L, map, root) {
    Object.assign(this, { L, map, isOn: false, share: 0.5 });
    this.tiles = {};
    this.panes = {};
    for (const side of SIDES) {
      this.panes[side] = map.createPane(`sg-${side}`);
      this.panes[side].style.zIndex = PANES[side];
    }
    this.line = element("div", "sg-divider");
    this.line.tabIndex = 0;
    this.line.hidden = true;
    this.line.setAttribute("role", "slider");
    this.line.setAttribute("aria-valuemin", 0);
    this.line.setAttribute("aria-valuemax", 100);
    this.labels = {};
    for (const side of SIDES) {
      this.labels[side] = element("div", `sg-swipe-label sg-${side}`);
      this.line.append(this.labels[side]);
    }
    this.line.append(element("span", "sg-grip", "◂▸"));
    root.append(this.line);
    this.followHand();
    this.line.addEventListener("keydown", (event) => this.pressed(event));
    map.on("move viewreset zoomend resize", () => this.clip());
  }

  followHand() {
    const { line } = this;
    const move = (event) => {
      const box = this.map.getContainer().getBoundingClientRect();
      this.moveTo((event.clientX - box.left) / box.width);
    };
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      line.focus({ preventScroll: true });
      line.setPointerCapture(event.pointerId);
      line.addEventListener("pointermove", move);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      line.addEventListener(end, () => line.removeEventListener("pointermove", move));
    }
  }

  pressed(event) {
    const step = event.shiftKey ? LEAP : STEP;
    const goals = {
      ArrowLeft: this.share - step, ArrowRight: this.share + step, Home: 0, End: 1,
    };
    if (!(event.key in goals)) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveTo(goals[event.key]);
  }

  moveTo(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.clip();
  }

  show(pair, texts) {
    this.isOn = true;
    this.line.hidden = false;
    this.line.setAttribute("aria-label", texts.divider);
    this.map.getPane("tilePane").style.opacity = FADED;
    for (const side of SIDES) {
      this.lay(side, pair[side].layer, texts);
      fillCaption(this.labels[side], texts[side], pair[side]);
      this.panes[side].style.display = "";
    }
    this.clip();
  }

  lay(side, layer, texts) {
    const key = JSON.stringify(layer);
    const before = this.tiles[side];
    if (before?.key === key) return;
    before?.tiles?.remove();
    this.tiles[side] = { key, tiles: null };
    if (!layer) return;
    const tiles = imageTiles(this.L, layer, { pane: `sg-${side}` });
    tiles.on("tileerror", () => this.labels[side].setAttribute("data-failed", texts.no_tiles));
    tiles.on("tileload", () => this.labels[side].removeAttribute("data-failed"));
    this.tiles[side].tiles = tiles.addTo(this.map);
  }

  hide() {
    if (!this.isOn) return;
    this.isOn = false;
    this.line.hidden = true;
    this.map.getPane("tilePane").style.opacity = "";
    for (const side of SIDES) {
      this.tiles[side]?.tiles?.remove();
      delete this.tiles[side];
      this.panes[side].style.display = "none";
    }
  }

  // A pane has no size of its own, and moves with the map: its clip is told in its own pixels.
  clip() {
    if (!this.isOn) return;
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const at = this.share * size.x;
    const [left, top] = [corner.x, corner.y];
    const [right, bottom, middle] = [left + size.x, top + size.y, left + at];
    this.panes.before.style.clip = `rect(${top}px, ${middle}px, ${bottom}px, ${left}px)`;
    this.panes.after.style.clip = `rect(${top}px, ${right}px, ${bottom}px, ${middle}px)`;
    this.line.style.left = `${at}px`;
    this.line.setAttribute("aria-valuenow", Math.round(this.share * 100));
    this.fitLabel("before", at);
    this.fitLabel("after", size.x - at);
  }

  // A label is as wide as there is room beside the line, and goes where there is none.
  fitLabel(side, room) {
    const width = Math.min(LABEL_PX.most, room - LABEL_PX.beside);
    this.labels[side].style.maxWidth = `${Math.max(0, width)}px`;
    this.labels[side].style.visibility = width < LABEL_PX.least ? "hidden" : "";
  }
}
