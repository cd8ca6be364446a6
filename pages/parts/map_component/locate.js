// Where the reader stands, if their device tells it.

import { sketchCanvas } from "./sketch.js";

const PATIENCE_MS = 15000;
const NEAR_ZOOM = 15;

export class Locator {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host });
    this.button = host.addButton("M14 2 2 7l5 2 2 5z", () => this.locate());
    this.layer = L.layerGroup().addTo(map);
  }

  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("locate"));
    this.button.show(isOffered, texts?.locate);
    if (!isOffered) this.layer.clearLayers();
  }

  locate() {
    const { texts, host } = this;
    if (!window.isSecureContext || !navigator.geolocation) {
      host.say(texts.locate_insecure);
      return;
    }
    host.say(texts.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.show(coords),
      (error) => host.say(error.code === 1 ? texts.locate_refused : texts.locate_failed),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 10000 },
    );
  }

  show({ latitude, longitude, accuracy }) {
    const { L, map } = this;
    const at = [latitude, longitude];
    const paint = { renderer: sketchCanvas(L, map), interactive: false, color: "#0072b2" };
    this.layer.clearLayers();
    this.layer.addLayer(L.circle(at, { ...paint, radius: accuracy, weight: 1, fillOpacity: 0.12 }));
    this.layer.addLayer(
      L.circleMarker(at, {
        ...paint, radius: 6, weight: 3, color: "#ffffff", fillColor: "#0072b2", fillOpacity: 1,
      }),
    );
    map.setView(at, Math.max(map.getZoom(), NEAR_ZOOM));
    this.host.say(this.texts.located.replace("{m}", String(Math.round(accuracy))));
  }
}
