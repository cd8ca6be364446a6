// Layers that come in tiles from this program.

export class TileLayers {
  constructor(L, map, { click, drawing }) {
    this.L = L;
    this.map = map;
    this.click = click;
    this.drawing = drawing;
  }

  setLayers() {}

  switchLayer() {}
}
