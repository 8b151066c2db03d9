// Draws every icon of the app from one shape: `node build/icons/draw.mjs`. The results are committed, so that no build needs
// the drawing tool or a font.
// @ts-check
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const folder = import.meta.dirname;

/** A gate with its portcullis, on a 24 x 24 grid; the opening shows what is behind it. */
const gate = 'M3 21 V8 H5 V5.5 H7.5 V8 H10.5 V5.5 H13.5 V8 H16.5 V5.5 H19 V8 H21 V21 H16 V15.5 A4 4 0 0 0 8 15.5 V21 Z';
const bars = 'M10 13.2 V21 M12 12 V21 M14 13.2 V21 M8.3 16.5 H15.7 M8.3 19 H15.7';

/** @param {string} body */
const svg = (body) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${body}</svg>`;

/** The app's icon: the gate on a rounded tile. */
const appIcon = svg(`
  <defs><linearGradient id="tile" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#4a443a"/><stop offset="1" stop-color="#211f1b"/></linearGradient></defs>
  <rect x="0.75" y="0.75" width="22.5" height="22.5" rx="5" fill="url(#tile)"/>
  <g transform="translate(3.2 2.3) scale(0.735)"><path d="${gate}" fill="#f3f1ec"/>
  <path d="${bars}" stroke="#e3b965" stroke-width="0.9" fill="none"/></g>`);

/**
 * A tray icon: a tile that stands out on light and on dark panels alike, with the gate or a text.
 * @param {string} fill
 * @param {string} body
 */
const trayTile = (fill, body) =>
  svg(`<rect x="1" y="1" width="22" height="22" rx="5" fill="${fill}" stroke="#ffffff" stroke-opacity="0.75"/>${body}`);

/**
 * @param {string} text
 * @param {string} colour
 */
const label = (text, colour) =>
  `<text x="12" y="18" text-anchor="middle" font-family="DejaVu Sans" font-weight="bold" font-size="${text.length > 1 ? 13 : 17}" fill="${colour}">${text}</text>`;

const smallGate = (/** @type {string} */ colour) =>
  `<g transform="translate(3.6 2.8) scale(0.7)"><path d="${gate}" fill="${colour}"/></g>`;

const pauseBars = (/** @type {string} */ colour) =>
  `<path d="M7.5 6.5 H10.5 V17.5 H7.5 Z M13.5 6.5 H16.5 V17.5 H13.5 Z" fill="${colour}"/>`;

/** @type {Record<string, string>} */
const trayIcons = {
  idle: trayTile('#575146', smallGate('#ffffff')),
  waiting: trayTile('#e3b965', smallGate('#1b1b1b')),
  paused: trayTile('#2f5d8c', pauseBars('#ffffff')),
  trouble: trayTile('#b3261e', label('!', '#ffffff')),
  many: trayTile('#e3b965', label('9+', '#1b1b1b')),
};
for (let count = 1; count <= 9; count++) trayIcons[count] = trayTile('#e3b965', label(String(count), '#1b1b1b'));
// With a clock's red, and the number in white: that one has little time left is seen without reading it.
const urgent = '#a8432a';
trayIcons['urgent/waiting'] = trayTile(urgent, smallGate('#ffffff'));
trayIcons['urgent/many'] = trayTile(urgent, label('9+', '#ffffff'));
for (let count = 1; count <= 9; count++)
  trayIcons[`urgent/${count}`] = trayTile(urgent, label(String(count), '#ffffff'));

const paleGate = `<path d="${gate}" fill="#000000" fill-opacity="0.45"/>`;
/**
 * macOS colours template images itself; the number stands beside them.
 * @type {Record<string, string>}
 */
const templates = {
  idle: svg(`<path d="${gate}" fill="#000000"/>`),
  trouble: svg(`${paleGate}${label('!', '#000000')}`),
  paused: svg(pauseBars('#000000')),
  // Beside the other one, as a badge.
  'urgent/waiting': svg(
    `<path d="${gate}" fill="#000000"/><circle cx="12" cy="17" r="2.6" fill="#000000"/><circle cx="21" cy="4" r="3" fill="#000000"/>`,
  ),
  // The opening of the gate is taken: something stands before it.
  waiting: svg(`<path d="${gate}" fill="#000000"/><circle cx="12" cy="17" r="2.6" fill="#000000"/>`),
};

/**
 * @param {string} name
 * @param {string} source
 * @param {number} pixels
 */
function draw(name, source, pixels) {
  const image = new Resvg(source, { fitTo: { mode: 'width', value: pixels }, font: { loadSystemFonts: true } });
  writeFileSync(join(folder, `${name}.png`), image.render().asPng());
}

for (const size of [16, 32, 48, 64, 128, 256, 512]) draw(`app/${size}x${size}`, appIcon, size);
for (const [name, source] of Object.entries(trayIcons)) {
  draw(`tray/${name}`, source, 24);
  draw(`tray/${name}@2x`, source, 48);
}
for (const [name, source] of Object.entries(templates)) {
  draw(`tray/${name}Template`, source, 18);
  draw(`tray/${name}Template@2x`, source, 36);
}
