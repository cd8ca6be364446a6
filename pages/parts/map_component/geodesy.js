// Lengths and areas on the CGCS2000 ellipsoid, in metres and square metres.

const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257222101;
const E2 = FLATTENING * (2 - FLATTENING);
const E = Math.sqrt(E2);

const radians = (degrees) => (degrees * Math.PI) / 180;

// Lambert's formula for long lines (1942): a great circle on the sphere of reduced latitudes with
// the terms of the first power of the flattening; within 0.001 % of the geodesic.
export function distance([lon1, lat1], [lon2, lat2]) {
  const beta1 = Math.atan((1 - FLATTENING) * Math.tan(radians(lat1)));
  const beta2 = Math.atan((1 - FLATTENING) * Math.tan(radians(lat2)));
  const half = Math.sin((beta2 - beta1) / 2) ** 2
    + Math.cos(beta1) * Math.cos(beta2) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  const angle = 2 * Math.asin(Math.min(1, Math.sqrt(half)));
  if (!angle) return 0;
  const p = (beta1 + beta2) / 2;
  const q = (beta2 - beta1) / 2;
  const x = (angle - Math.sin(angle)) * ((Math.sin(p) * Math.cos(q)) / Math.cos(angle / 2)) ** 2;
  const y = (angle + Math.sin(angle)) * ((Math.cos(p) * Math.sin(q)) / Math.sin(angle / 2)) ** 2;
  return SEMI_MAJOR_M * (angle - (FLATTENING / 2) * (x + y));
}

export function lengthOf(points) {
  return points.slice(1).reduce((sum, at, i) => sum + distance(points[i], at), 0);
}

// The same sum as `geo/shapes/measure.py`: over the edges, in the plane of longitude and of the
// ground between the equator and a latitude, with the bulge of each geodesic beside its edge.
export function areaOf(points) {
  if (points.length < 3) return 0;
  const at = points.map(([lon, lat]) => {
    const sine = Math.sin(radians(lat));
    const shrink = 1 - E2 * sine ** 2;
    return {
      lon: radians(lon),
      sine,
      ground: ((SEMI_MAJOR_M ** 2 * (1 - E2)) / 2) * (sine / shrink + Math.atanh(E * sine) / E),
      parallel: (SEMI_MAJOR_M ** 2 * (1 - sine ** 2)) / shrink,
    };
  });
  let sum = 0;
  at.forEach((a, i) => {
    const b = at[(i + 1) % at.length];
    const [dLon, dGround] = [b.lon - a.lon, b.ground - a.ground];
    const parallel = (a.parallel + b.parallel) / 2;
    const bulge = ((a.sine + b.sine) / 24) * (parallel * dLon ** 2 + (3 * dGround ** 2) / parallel);
    sum += dLon * ((a.ground + b.ground) / 2 + bulge);
  });
  return Math.abs(sum);
}

export function sayLength(metres, texts) {
  const text = metres < 1000 ? texts.metres : texts.kilometres;
  return text.replace("{n}", metres < 1000 ? metres.toFixed(1) : (metres / 1000).toFixed(3));
}

export function sayArea(m2, texts) {
  const mu = (m2 * 15) / 10000;
  return texts.area
    .replace("{mu}", mu.toFixed(2))
    .replace("{ha}", (m2 / 10000).toFixed(4));
}
