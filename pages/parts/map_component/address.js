// The view in the page's address, so that a colleague who opens it sees the same place.

const NAME = "at";
const DELAY_MS = 400;

function read() {
  const [lon, lat, zoom] = (new URLSearchParams(location.search).get(NAME) ?? "")
    .split(",")
    .map(Number);
  const isPlace = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return isPlace ? { lon, lat, zoom } : null;
}

export class AddressOfView {
  constructor(L, map, host) {
    Object.assign(this, { map, host, isFirst: true, timer: null });
    map.on("moveend", () => this.later());
  }

  set(wanted) {
    this.isOffered = Boolean(wanted?.names.includes("address"));
    if (this.isOffered && !this.isFirst) this.later();
  }

  isPlaced() {
    if (!this.isOffered || !this.isFirst) return false;
    this.isFirst = false;
    const place = read();
    if (place) this.map.setView([place.lat, place.lon], place.zoom, { animate: false });
    return Boolean(place);
  }

  later() {
    clearTimeout(this.timer);
    if (this.isOffered) this.timer = setTimeout(() => this.write(), DELAY_MS);
  }

  // Streamlit sends the address with every run and keeps what it does not know of.
  write() {
    const { root } = this.host;
    if (!root.isConnected || !root.clientWidth) return;
    const { lng, lat } = this.map.getCenter().wrap();
    const at = `${lng.toFixed(5)},${lat.toFixed(5)},${Number(this.map.getZoom().toFixed(2))}`;
    const address = new URL(location.href);
    if (address.searchParams.get(NAME) === at) return;
    address.searchParams.set(NAME, at);
    address.search = address.search.replaceAll("%2C", ",");
    history.replaceState(history.state, "", address);
  }
}
