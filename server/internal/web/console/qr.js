// A code of version 6, level L (ISO/IEC 18004): 41 modules wide, with two blocks of 68 bytes and 18 to check them. That holds a
// pairing link with a long address, and needs no other version; what is longer has no code.
const MODULES = 41, BLOCK = 68, CHECKS = 18;
// FORMAT says level L and mask 0, which is as good as any for a screen.
const FORMAT = 0b111011111000100;
const QUIET = 4; // modules around it, by the standard

// qr returns an SVG of a text, with a label for screen readers, or undefined if it is too long.
export function qr(text, label) {
  const bytes = [...new TextEncoder().encode(text)];
  if (bytes.length > 2 * BLOCK - 2) return undefined;
  const dark = frame();
  place(dark, codewords(bytes));
  let path = "";
  dark.forEach((row, y) => row.forEach((on, x) => { if (on) path += `M${x} ${y}h1v1h-1z`; }));
  const svg = shape("svg", { viewBox: `${-QUIET} ${-QUIET} ${MODULES + 2 * QUIET} ${MODULES + 2 * QUIET}`, class: "qr", role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  svg.append(shape("rect", { x: -QUIET, y: -QUIET, width: "100%", height: "100%", fill: "white" }), shape("path", { d: path, fill: "black" }));
  return svg;
}

function shape(tag, attributes) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

// codewords returns the bytes as they are placed: the two blocks byte by byte in turn, and then what checks them.
function codewords(bytes) {
  const data = [];
  let half = 4; // the mode: bytes
  for (const b of [bytes.length, ...bytes]) {
    data.push((half << 4) | (b >> 4));
    half = b & 15;
  }
  data.push(half << 4); // and the end, 0000
  for (let pad = 0xec; data.length < 2 * BLOCK; pad ^= 0xec ^ 0x11) data.push(pad);
  const blocks = [data.slice(0, BLOCK), data.slice(BLOCK)];
  const inTurn = ([one, two]) => one.flatMap((b, i) => [b, two[i]]);
  return [...inTurn(blocks), ...inTurn(blocks.map(checks))];
}

// checks returns the Reed-Solomon bytes of a block, over GF(256) by 0x11d.
function checks(block) {
  let generator = [1];
  for (let i = 0, root = 1; i < CHECKS; i++, root = times(root, 2)) {
    generator = [...generator, 0].map((c, k) => c ^ (k > 0 ? times(generator[k - 1], root) : 0));
  }
  const rest = new Array(CHECKS).fill(0);
  for (const b of block) {
    const factor = b ^ rest.shift();
    rest.push(0);
    generator.slice(1).forEach((g, i) => { rest[i] ^= times(g, factor); });
  }
  return rest;
}

function times(a, b) {
  let product = 0;
  for (; b > 0; b >>= 1) {
    if (b & 1) product ^= a;
    a = a & 0x80 ? (a << 1) ^ 0x11d : a << 1;
  }
  return product;
}

// frame returns rows of modules with what every code of the version has; those of the data are undefined.
function frame() {
  const rows = Array.from({ length: MODULES }, () => new Array(MODULES).fill(undefined));
  const square = (cx, cy, radius, isDark) => {
    for (let y = cy - radius; y <= cy + radius; y++) {
      for (let x = cx - radius; x <= cx + radius; x++) {
        if (rows[y] && x >= 0 && x < MODULES) rows[y][x] = isDark(Math.max(Math.abs(x - cx), Math.abs(y - cy)));
      }
    }
  };
  for (let i = 0; i < MODULES; i++) rows[6][i] = rows[i][6] = i % 2 === 0;
  for (const [x, y] of [[3, 3], [MODULES - 4, 3], [3, MODULES - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  square(34, 34, 2, (ring) => ring !== 1);
  for (let i = 0; i < 15; i++) {
    const bit = ((FORMAT >> i) & 1) === 1;
    const [x, y] = i < 6 ? [8, i] : i < 8 ? [8, i + 1] : i === 8 ? [7, 8] : [14 - i, 8];
    rows[y][x] = bit;
    if (i < 8) rows[8][MODULES - 1 - i] = bit;
    else rows[MODULES - 15 + i][8] = bit;
  }
  rows[MODULES - 8][8] = true;
  return rows;
}

// place fills in the data from the right below, two columns at once, up and down in turn.
function place(rows, bytes) {
  let n = 0;
  for (let right = MODULES - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5; // a column of the frame
    for (let i = 0; i < MODULES; i++) {
      const y = up ? MODULES - 1 - i : i;
      for (const x of [right, right - 1]) {
        if (rows[y][x] !== undefined) continue;
        const bit = ((bytes[n >> 3] ?? 0) >> (7 - (n & 7))) & 1;
        rows[y][x] = (bit === 1) !== ((x + y) % 2 === 0);
        n++;
      }
    }
  }
}
