// The tools of the map: what people do on it besides looking. One file each; this one holds them.

export class Tools {
  constructor(L, map, host) {
    this.L = L;
    this.map = map;
    this.host = host;
    this.all = [];
  }

  // `wanted` is what the page offers, null for a map that is only looked at.
  set(wanted, texts) {
    for (const tool of this.all) tool.set(wanted, texts);
  }
}
