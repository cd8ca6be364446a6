// A patch before and after: as a map, swiped on the map, or side by side; B goes there and back.

import { button, element, name } from "./controls.js";
import { Underlay } from "./images.js";
import { isForMap } from "./keys.js";
import { boundsOf, fetchAhead, PairView } from "./pair.js";
import { Swipe } from "./swipe.js";

const MAP = "map";
const SWIPE = "swipe";
const SIDE = "side";
const LEAST_PX = 48; // a patch that is smaller on the map is gone to before it is compared
const FETCH_DELAY_MS = 600; // the images of the patch in hand come first

const known = new Map(); // token → { layers, texts }, in each language that was asked for

export class Compare {
  // `host` has root, data(), fitTo(bounds) and foldPanel().
  constructor(L, map, host) {
    Object.assign(this, { L, map, host, token: "", wanted: null, way: MAP, called: 0 });
    this.underlay = new Underlay(L, map);
    this.swipe = new Swipe(L, map, host.root);
    this.pairView = new PairView(L, host.root);
    this.bar = element("div", "sg-ways");
    this.bar.setAttribute("role", "group");
    this.bar.hidden = true;
    this.buttons = [MAP, SWIPE, SIDE].map((way) => {
      const made = button("", "sg-choice", () => this.choose(way));
      made.dataset.way = way;
      this.bar.append(made);
      return made;
    });
    host.root.append(this.bar);
    window.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "b" || !this.pair || !isForMap(event, host.root)) return;
      this.choose(this.way === MAP ? (this.last ?? this.images.prefers) : MAP);
    });
    window.addEventListener("keydown", (event) => {
      const isFit = event.key.toLowerCase() === "f" && this.way === SIDE;
      if (isFit && isForMap(event, host.root)) this.pairView.fit();
    });
  }

  set(images) {
    this.token = images?.token ?? "";
    if (images?.known) known.set(images.token, images.known);
    const { layers = [], texts } = known.get(this.token) ?? {};
    this.texts = texts;
    // What the server believes to be here and is not: it hears so with the next report.
    if (!this.texts) this.token = "";
    this.images = this.texts ? images : null;
    this.underlay.set(layers, texts);
    const outline = this.host.data().outline;
    this.pair = outline?.length ? this.images?.pair : null;
    if (this.images && this.images.called > this.called) {
      this.called = this.images.called;
      this.wanted = SWIPE;
    }
    this.bar.hidden = !this.pair;
    this.update();
    clearTimeout(this.timer);
    const next = this.images?.next;
    if (next) this.timer = setTimeout(() => this.fetchNext(next), FETCH_DELAY_MS);
  }

  fetchNext(next) {
    if (this.way === MAP) return;
    const map = this.way === SIDE ? this.pairView.map() : this.map;
    fetchAhead(this.L, map, next, this.limits());
  }

  limits() {
    const { fit_max_zoom: maxZoom, fit_zoom_step: step } = this.host.data();
    return { maxZoom, step };
  }

  held() {
    return this.token ? [this.token] : [];
  }

  choose(way) {
    this.wanted = way;
    if (way !== MAP) this.last = way;
    this.update();
  }

  // Nobody has chosen: what the page opens with, where there is something to see.
  wayNow() {
    if (!this.pair) return MAP;
    if (this.wanted) return this.wanted;
    const isSeen = this.pair.before.layer || this.pair.after.layer;
    return this.images.opens && isSeen ? this.images.prefers : MAP;
  }

  update() {
    const before = this.way;
    this.way = this.wayNow();
    const { root } = this.host;
    root.dataset.way = this.way;
    for (const one of this.buttons) {
      one.textContent = this.texts?.[one.dataset.way] ?? "";
      one.setAttribute("aria-pressed", String(one.dataset.way === this.way));
    }
    if (this.texts) name(this.bar, this.texts.ways);
    this.showSwipe(before);
    this.showSide();
  }

  showSwipe(before) {
    const isOn = this.way === SWIPE;
    this.underlay.hide(isOn);
    if (!isOn) {
      this.swipe.hide();
      return;
    }
    const { outline } = this.host.data();
    this.swipe.show(this.pair, this.texts);
    if (before !== SWIPE) this.host.foldPanel();
    const bounds = boundsOf(this.L, outline);
    const isNew = this.place() !== this.lastPlace;
    this.lastPlace = this.place();
    if (before !== SWIPE || isNew) this.goTo(bounds, before !== SWIPE);
  }

  // The map stays where the patch is well seen already.
  goTo(bounds, isStart) {
    const low = this.map.latLngToContainerPoint(bounds.getSouthWest());
    const high = this.map.latLngToContainerPoint(bounds.getNorthEast());
    const isSmall = Math.max(high.x - low.x, low.y - high.y) < LEAST_PX;
    if (this.map.getBounds().contains(bounds) && !(isStart && isSmall)) return;
    this.host.fitTo([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
  }

  showSide() {
    const isOn = this.way === SIDE;
    const { root } = this.host;
    for (const one of root.children) {
      const isOurs = one === this.bar || one === this.pairView.box || one.matches("dialog");
      if (!isOurs) one.inert = isOn; // what is covered is not to be reached by the keyboard
    }
    if (!isOn) {
      this.pairView.hide();
      return;
    }
    const { outline } = this.host.data();
    this.pairView.show(this.pair, outline, this.texts, this.place(), this.limits());
  }

  place() {
    return JSON.stringify(this.host.data().outline);
  }
}
