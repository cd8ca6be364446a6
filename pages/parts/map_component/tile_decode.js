// Reads a vector tile: numbers, classes and places; its three layers are known.

import { PbfReader } from "../../vendor/pbf-5.1.2/index.js";

const MOVE_TO = 1;
const CLOSE = 7;

// Gives lists of areas { id, number, rings }, marks { id, number, x, y } and counts { n, late, x, y }
// in units of the tile, largest areas first.
export function decode(buffer) {
  const found = { areas: [], marks: [], counts: [] };
  new PbfReader(buffer).readFields((field, _, pbf) => {
    if (field === 3) readLayer(pbf, pbf.readVarint() + pbf.pos, found);
  }, null);
  return found;
}

function readLayer(pbf, end, found) {
  const layer = { name: "", features: [], values: [] };
  pbf.readFields((field, _, reader) => {
    if (field === 1) layer.name = reader.readString();
    else if (field === 2) layer.features.push(readFeature(reader, reader.readVarint() + reader.pos));
    else if (field === 4) layer.values.push(readValue(reader, reader.readVarint() + reader.pos));
  }, null, end);
  for (const feature of layer.features) {
    const number = layer.values[feature.value];
    const [x, y] = feature.rings[0];
    if (layer.name === "areas") found.areas.push({ id: feature.id, number, rings: feature.rings });
    else if (layer.name === "marks") found.marks.push({ id: feature.id, number, x, y });
    else if (layer.name === "counts") found.counts.push({ n: number, late: feature.id, x, y });
  }
}

function readFeature(pbf, end) {
  const feature = { id: 0, value: 0, rings: [] };
  pbf.readFields((field, _, reader) => {
    if (field === 1) feature.id = reader.readVarint();
    else if (field === 2) [, feature.value] = reader.readPackedVarint();
    else if (field === 4) feature.rings = readRings(reader, reader.readVarint() + reader.pos);
  }, null, end);
  return feature;
}

function readValue(pbf, end) {
  let value = 0;
  pbf.readFields((field, _, reader) => {
    if (field === 5) value = reader.readVarint();
  }, null, end);
  return value;
}

// Each ring as x, y, x, y, …
function readRings(pbf, end) {
  const rings = [];
  let x = 0;
  let y = 0;
  while (pbf.pos < end) {
    const command = pbf.readVarint();
    const kind = command & 7;
    if (kind === CLOSE) continue;
    if (kind === MOVE_TO) rings.push([]);
    const ring = rings[rings.length - 1];
    for (let left = command >> 3; left > 0; left -= 1) {
      x += pbf.readSVarint();
      y += pbf.readSVarint();
      ring.push(x, y);
    }
  }
  return rings;
}
