// The shapes of small marks, for the map's canvas and for the legend.

const CORNERS = {
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  frame: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  triangle: [[0, -1.2], [1.15, 0.85], [-1.15, 0.85]],
  cross: [
    [-1.1, -0.6], [-0.6, -1.1], [0, -0.5], [0.6, -1.1], [1.1, -0.6], [0.5, 0],
    [1.1, 0.6], [0.6, 1.1], [0, 0.5], [-0.6, 1.1], [-1.1, 0.6], [-0.5, 0],
  ],
  star: Array.from({ length: 10 }, (_, i) => {
    const reach = i % 2 ? 0.6 : 1.35;
    const turn = (i * Math.PI) / 5;
    return [reach * Math.sin(turn), -reach * Math.cos(turn)];
  }),
};
const HOLLOW = new Set(["ring", "frame"]);

export function isHollow(mark) {
  return HOLLOW.has(mark);
}

// Draw the outline of a mark around x, y with radius r into anything with canvas path calls.
export function trace(path, mark, x, y, r) {
  const corners = CORNERS[mark];
  path.beginPath();
  if (!corners) {
    path.arc(x, y, r, 0, Math.PI * 2);
    return;
  }
  corners.forEach(([cx, cy], i) => {
    if (i) path.lineTo(x + cx * r, y + cy * r);
    else path.moveTo(x + cx * r, y + cy * r);
  });
  path.closePath();
}

// A Leaflet circle marker that is drawn as one of the marks. (Leaflet's canvas gives no public way
// to draw another shape; the version is shipped with the program, so these names hold.)
export function markClass(L) {
  return L.CircleMarker.extend({
    _updatePath() {
      const canvas = this._renderer;
      if (!canvas._drawing || this._empty()) return;
      trace(canvas._ctx, this.options.mark, this._point.x, this._point.y, this._radius);
      canvas._fillStroke(canvas._ctx, this);
    },
  });
}

// How a mark is painted in a style.
export function markPaint(style) {
  const hollow = isHollow(style.mark);
  return {
    color: hollow && !style.late ? style.fill : style.line,
    fillColor: hollow ? "#ffffff" : style.fill || "#ffffff",
    weight: markWidth(style),
  };
}

export function markWidth(style) {
  return isHollow(style.mark) ? Math.max(3, style.width) : style.width;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// A small line drawing for a button; no font has all such characters.
export function icon(path) {
  const picture = svg("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" });
  picture.appendChild(
    svg("path", {
      d: path, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round",
    }),
  );
  return picture;
}

// The sign of a style in the legend: a piece of surface with its outline, and its mark on it.
export function sign(style) {
  const picture = svg("svg", { width: 30, height: 16, viewBox: "0 1 30 16", "aria-hidden": "true" });
  picture.appendChild(
    svg("rect", {
      x: 2, y: 2, width: 26, height: 14, rx: 2,
      fill: style.fill || "none",
      "fill-opacity": style.opacity,
      stroke: style.line,
      "stroke-width": style.width,
      "stroke-dasharray": style.dashed ? "4 3" : "none",
    }),
  );
  if (style.fill) picture.appendChild(markSign(style));
  return picture;
}

function markSign(style) {
  const paint = {
    fill: isHollow(style.mark) ? "#ffffff" : style.fill,
    stroke: isHollow(style.mark) ? style.fill : "#1f2a36",
    "stroke-width": isHollow(style.mark) ? 2.5 : 0.8,
  };
  const corners = CORNERS[style.mark];
  if (!corners) return svg("circle", { cx: 15, cy: 9, r: 4, ...paint });
  const points = corners.map(([x, y]) => `${15 + x * 4},${9 + y * 4}`).join(" ");
  return svg("polygon", { points, ...paint });
}

// The same sign on a canvas, 30 wide and 18 high.
export function drawSign(pen, style, x, y) {
  pen.save();
  pen.translate(x, y);
  pen.beginPath();
  pen.rect(2, 2, 26, 14);
  pen.globalAlpha = style.opacity;
  pen.fillStyle = style.fill || "#ffffff";
  if (style.fill) pen.fill();
  pen.globalAlpha = 1;
  pen.setLineDash(style.dashed ? [4, 3] : []);
  pen.strokeStyle = style.line;
  pen.lineWidth = style.width;
  pen.stroke();
  pen.setLineDash([]);
  if (style.fill) {
    const isOpen = isHollow(style.mark);
    trace(pen, style.mark, 15, 9, 4);
    pen.fillStyle = isOpen ? "#ffffff" : style.fill;
    pen.strokeStyle = isOpen ? style.fill : "#1f2a36";
    pen.lineWidth = isOpen ? 2.5 : 0.8;
    pen.fill();
    pen.stroke();
  }
  pen.restore();
}
