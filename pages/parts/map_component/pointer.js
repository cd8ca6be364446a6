// Where the pointer is, in the system that its reader has chosen; without a pointer, the middle.

import { button, control, element, name } from "./controls.js";
import { gaussKrueger, inSixties, zoneOf } from "./projection.js";

const SYSTEMS = ["degrees", "sixties", "zone3", "zone6"];
const REMEMBERED = "skyground.pointer";
const ZONE_STEP_M = 1000000;

function remembered() {
  try {
    const kept = localStorage.getItem(REMEMBERED);
    return SYSTEMS.includes(kept) ? kept : SYSTEMS[0];
  } catch {
    return SYSTEMS[0]; // a browser that keeps nothing
  }
}

export class PointerPlace {
  constructor(L, map) {
    this.map = map;
    this.system = remembered();
    this.line = button("", "sg-pointer", () => this.switchSystem());
    control(L, map, "bottomright", this.line);
    map.on("mousemove", (event) => this.show(event.latlng));
    map.on("mouseout moveend", () => this.show(null));
  }

  setTexts(texts) {
    this.texts = texts;
    name(this.line, texts.pointer_switch);
    this.show(this.at ?? null);
  }

  switchSystem() {
    this.system = SYSTEMS[(SYSTEMS.indexOf(this.system) + 1) % SYSTEMS.length];
    try {
      localStorage.setItem(REMEMBERED, this.system);
    } catch {
      // It is then remembered until the page is loaded again.
    }
    this.show(this.at ?? null);
  }

  show(at) {
    this.at = at;
    if (!this.texts) return;
    const { lng, lat } = (at ?? this.map.getCenter()).wrap();
    // Two parts, each of which stays on one line.
    const parts = this.write(lng, lat).split(/ {2,}/);
    this.line.replaceChildren(...parts.map((part) => element("span", "", part)));
  }

  write(lon, lat) {
    const { texts } = this;
    if (this.system === "degrees") {
      return texts.pointer.replace("{lon}", lon.toFixed(5)).replace("{lat}", lat.toFixed(5));
    }
    if (this.system === "sixties") {
      return texts.pointer_sixties
        .replace("{lon}", inSixties(lon))
        .replace("{lat}", inSixties(lat));
    }
    const width = this.system === "zone3" ? 3 : 6;
    const zone = zoneOf(lon, width);
    const { east, north } = gaussKrueger(lon, lat, zone.meridian);
    return texts.pointer_zone
      .replace("{width}", String(width))
      .replace("{zone}", String(zone.number))
      .replace("{east}", (zone.number * ZONE_STEP_M + east).toFixed(1))
      .replace("{north}", north.toFixed(1));
  }
}
