// Composes a picture of what the map shows, with title, legend, scale, north, date and system.

import { drawSign } from "./marks.js";

const SCALE = 2;
const MARGIN = 16;
const HEAD = 46;
const LINE = 22;
const INK = "#1f2a36";
const FAINT = "#5c6773";
const PAPER = "#ffffff";
const FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";
const LEAST_WIDTH = 520;
const BAR_PX = 120;

// Gives the canvas, and whether everything on the map could be drawn: a background from another
// machine may not be copied.
export async function compose(L, map, { title, legend, system, day, texts }) {
  const ground = map.getContainer();
  const size = { w: ground.clientWidth, h: ground.clientHeight };
  const width = Math.max(size.w, LEAST_WIDTH) + 2 * MARGIN;
  const rows = layOut(legend, width - 2 * MARGIN);
  const height = HEAD + size.h + 30 + rows.length * LINE + LINE + MARGIN;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, width, height);
  write(pen, title, MARGIN, 31, { font: `600 20px ${FONT}` });
  const left = (width - size.w) / 2;
  const isWhole = sharply(L, map, () => drawMap(pen, map, left, HEAD, size));
  pen.strokeStyle = INK;
  pen.lineWidth = 1;
  pen.strokeRect(left, HEAD, size.w, size.h);
  drawNorth(pen, left + size.w - 22, HEAD + 14, texts.north);
  const below = HEAD + size.h;
  drawScale(pen, map, left, below + 20);
  write(pen, texts.print_system, left + size.w, below + 18, { align: "right", color: FAINT });
  rows.forEach((row, i) => {
    for (const { x, entry } of row) drawEntry(pen, MARGIN + x, below + 34 + i * LINE, entry);
  });
  const foot = height - MARGIN;
  write(pen, system, MARGIN, foot, { color: FAINT });
  write(pen, day, width - MARGIN, foot, { align: "right", color: FAINT });
  return { canvas, isWhole };
}

// Leaflet's canvases have one dot a pixel, unless the screen has two: for the picture they get two.
function sharply(L, map, draw) {
  const wasSharp = L.Browser.retina;
  const renderers = [];
  map.eachLayer((layer) => {
    if (layer instanceof L.Canvas) renderers.push(layer);
  });
  const redraw = () => renderers.forEach((one) => {
    one._update();
    one._redraw?.();
  });
  L.Browser.retina = true;
  try {
    if (!wasSharp) redraw();
    return draw();
  } finally {
    L.Browser.retina = wasSharp;
    if (!wasSharp) redraw();
  }
}

function drawMap(pen, map, left, top, { w, h }) {
  const ground = map.getContainer();
  const frame = ground.getBoundingClientRect();
  pen.save();
  pen.beginPath();
  pen.rect(left, top, w, h);
  pen.clip();
  pen.fillStyle = getComputedStyle(ground).backgroundColor;
  pen.fillRect(left, top, w, h);
  pen.translate(left - frame.left, top - frame.top);
  let isWhole = true;
  for (const pane of inOrder(map)) {
    for (const one of pane.querySelectorAll("canvas, img, .sg-count, .sg-label, .sg-flag")) {
      if (one.closest(".leaflet-pane") !== pane || !isSeen(one)) continue;
      if (one.matches("canvas, img")) isWhole = drawPicture(pen, one) && isWhole;
      else if (one.matches(".sg-count")) drawCount(pen, one);
      else drawLabel(pen, one);
    }
  }
  pen.restore();
  return isWhole;
}

function inOrder(map) {
  return Object.values(map.getPanes())
    .filter((pane) => pane !== map.getPane("mapPane"))
    .map((pane, i) => ({ pane, z: Number(getComputedStyle(pane).zIndex) || 0, i }))
    .sort((a, b) => a.z - b.z || a.i - b.i)
    .map(({ pane }) => pane);
}

function isSeen(one) {
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility !== "hidden";
}

function opacityOf(one) {
  let opacity = 1;
  for (let at = one; at && !at.matches(".sg-ground"); at = at.parentElement) {
    opacity *= Number(getComputedStyle(at).opacity);
  }
  return opacity;
}

function drawPicture(pen, one) {
  if (one.matches("img") && !one.naturalWidth) return true; // not there on the screen either
  if (isForeign(one)) return false;
  const box = one.getBoundingClientRect();
  pen.save();
  pen.globalAlpha = opacityOf(one);
  clipAsShown(pen, one);
  pen.drawImage(one, box.left, box.top, box.width, box.height);
  pen.restore();
  return true;
}

// A pane that is swiped away in part is so in the picture.
function clipAsShown(pen, one) {
  const holder = one.closest(".leaflet-pane");
  const clip = getComputedStyle(holder).clip;
  const sides = /^rect\((.*)\)$/.exec(clip)?.[1].split(/[\s,]+/).map(parseFloat);
  if (!sides || sides.some(Number.isNaN)) return;
  const [top, right, bottom, left] = sides;
  const at = holder.getBoundingClientRect();
  pen.beginPath();
  pen.rect(at.left + left, at.top + top, right - left, bottom - top);
  pen.clip();
}

// Whether a picture would forbid that the whole is saved.
function isForeign(one) {
  const probe = document.createElement("canvas");
  probe.width = probe.height = 1;
  const pen = probe.getContext("2d");
  try {
    pen.drawImage(one, 0, 0, 1, 1);
    pen.getImageData(0, 0, 1, 1);
    return false;
  } catch {
    return true;
  }
}

function drawCount(pen, one) {
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const edge = parseFloat(style.borderTopWidth);
  pen.beginPath();
  pen.arc(box.left + box.width / 2, box.top + box.height / 2, (box.width - edge) / 2, 0, 7);
  pen.fillStyle = style.backgroundColor;
  pen.fill();
  pen.strokeStyle = style.borderTopColor;
  pen.lineWidth = edge;
  pen.stroke();
  write(pen, one.textContent, box.left + box.width / 2, box.top + box.height / 2 + 4, {
    align: "center", color: style.color, font: `600 12px ${FONT}`,
  });
}

function drawLabel(pen, one) {
  const text = one.textContent;
  const part = one.querySelector(".sg-flag-text") ?? one;
  const box = part.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2 + 4];
  const font = `${one.matches(".sg-flag") ? "600 13px" : "11px"} ${FONT}`;
  pen.save();
  pen.font = font;
  pen.textAlign = "center";
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.strokeStyle = PAPER;
  pen.strokeText(text, x, y);
  pen.restore();
  write(pen, text, x, y, { align: "center", font, color: getComputedStyle(part).color });
  if (!one.matches(".sg-flag")) return;
  const at = one.getBoundingClientRect();
  pen.beginPath();
  pen.arc(at.left, at.top, 6, 0, 7);
  pen.lineWidth = 3;
  pen.strokeStyle = "#5b2a86";
  pen.stroke();
}

function write(pen, text, x, y, { font = `12px ${FONT}`, align = "left", color = INK } = {}) {
  pen.save();
  pen.font = font;
  pen.textAlign = align;
  pen.fillStyle = color;
  pen.fillText(text, x, y);
  pen.restore();
}

// The legend's entries in rows as wide as the picture.
function layOut(legend, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `12px ${FONT}`;
  const rows = [];
  let x = width;
  for (const entry of legend) {
    const needed = 36 + pen.measureText(entry.text).width + 18;
    if (x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ x, entry });
    x += needed;
  }
  return rows;
}

function drawEntry(pen, x, y, { style, text }) {
  drawSign(pen, style, x, y);
  write(pen, text, x + 36, y + 13);
}

function drawNorth(pen, x, y, letter) {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 7, y + 22);
  pen.lineTo(x, y + 17);
  pen.lineTo(x - 7, y + 22);
  pen.closePath();
  pen.fillStyle = INK;
  pen.strokeStyle = PAPER;
  pen.lineWidth = 3;
  pen.stroke();
  pen.fill();
  pen.save();
  pen.lineJoin = "round";
  pen.font = `600 12px ${FONT}`;
  pen.textAlign = "center";
  pen.strokeText(letter, x, y + 36);
  pen.restore();
  write(pen, letter, x, y + 36, { font: `600 12px ${FONT}`, align: "center" });
}

// A bar of a round length, true in the middle of the map.
function drawScale(pen, map, x, y) {
  const middle = map.getSize().divideBy(2);
  const from = map.containerPointToLatLng(middle);
  const to = map.containerPointToLatLng(middle.add([BAR_PX, 0]));
  const metres = map.distance(from, to);
  const power = 10 ** Math.floor(Math.log10(metres));
  const round = power * [5, 2, 1].find((step) => step * power <= metres);
  const width = (round / metres) * BAR_PX;
  pen.fillStyle = INK;
  pen.fillRect(x, y - 4, width / 2, 5);
  pen.strokeStyle = INK;
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, y - 3.5, width - 1, 4);
  const text = round >= 1000 ? `${round / 1000} km` : `${round} m`;
  write(pen, text, x + width + 8, y + 2);
}
