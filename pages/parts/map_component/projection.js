// Degrees of CGCS2000 to metres of the Gauss–Krüger zones.
//
// Krüger's series in the third flattening n, to its fourth power (as in Karney, "Transverse
// Mercator with an accuracy of a few nanometers", 2011, equations 7 to 14 and 35): within six
// degrees of the zone's middle it is good to a hundredth of a millimetre.

const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257222101;
const FALSE_EASTING_M = 500000;
const N = FLATTENING / (2 - FLATTENING);
const E = Math.sqrt(FLATTENING * (2 - FLATTENING));
const RADIUS_M = (SEMI_MAJOR_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
  (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
  (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
  (49561 * N ** 4) / 161280,
];

const radians = (degrees) => (degrees * Math.PI) / 180;

// The zone in which a longitude lies: its number and its middle. `width` is 3 or 6 degrees.
export function zoneOf(lon, width) {
  const number = width === 3 ? Math.round(lon / 3) : Math.floor(lon / 6) + 1;
  return { number, meridian: width === 3 ? 3 * number : 6 * number - 3 };
}

// Easting and northing in metres in the zone of a middle; the easting without a zone's number.
export function gaussKrueger(lon, lat, meridian) {
  const lambda = radians(lon - meridian);
  const tau = Math.tan(radians(lat));
  const secant = Math.hypot(1, tau);
  const sigma = Math.sinh(E * Math.atanh((E * tau) / secant));
  const conformal = tau * Math.hypot(1, sigma) - sigma * secant;
  const xi = Math.atan2(conformal, Math.cos(lambda));
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)));
  let [north, east] = [xi, eta];
  ALPHA.forEach((alpha, i) => {
    const k = 2 * (i + 1);
    north += alpha * Math.sin(k * xi) * Math.cosh(k * eta);
    east += alpha * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  return { east: FALSE_EASTING_M + RADIUS_M * east, north: RADIUS_M * north };
}

// Degrees, minutes and seconds, 43°27′22.5″.
export function inSixties(degrees) {
  const tenths = Math.round(Math.abs(degrees) * 36000);
  const sign = degrees < 0 ? "-" : "";
  const minutes = String(Math.floor(tenths / 600) % 60).padStart(2, "0");
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${sign}${Math.floor(tenths / 36000)}°${minutes}′${seconds}″`;
}
