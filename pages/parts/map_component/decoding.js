// Turns what the server tells about places into what Leaflet takes: latitude first.

export const UNITS_PER_DEGREE = 1e6;

// One row of steps → lines; each begins with a step from where the last one ended.
export function netPlaces({ steps, lengths, units }) {
  let x = 0;
  let y = 0;
  let i = 0;
  return lengths.map((length) => {
    const line = new Array(length);
    for (let j = 0; j < length; j += 1, i += 2) {
      x += steps[i];
      y += steps[i + 1];
      line[j] = [y / units, x / units];
    }
    return line;
  });
}

// Steps in whole units → places.
export function places(steps) {
  const found = new Array(steps.length / 2);
  let x = 0;
  let y = 0;
  for (let i = 0; i < found.length; i += 1) {
    x += steps[2 * i];
    y += steps[2 * i + 1];
    found[i] = [y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE];
  }
  return found;
}

export function polygonPlaces(rings) {
  return rings.map(places);
}
