import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;
const COLOURS = 256;
const FREQUENT = 160;

/**
 * The same picture in 256 colours, and a third of the bytes: screens are flat colours and text. Takes what a browser writes: 8 bits a
 * channel, RGB or RGBA, not interlaced.
 */
export function shrinkPng(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')!.data;
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const pixels = coloursOf(unfiltered(inflateSync(packed), width * channels, channels), channels);
  const palette = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  const places = new Map(palette.map((colour, place) => [colour, place]));
  for (const [at, colour] of pixels.entries()) {
    const place = places.get(colour) ?? nearest(palette, colour);
    places.set(colour, place);
    rows[at + Math.floor(at / width) + 1] = place;
  }
  const plain = Buffer.from(header);
  plain[9] = 3;
  const table = Buffer.concat(palette.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255])));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', plain),
    chunk('PLTE', table),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** https://www.w3.org/TR/png/#9Filters: each row begins with how it was made from its left, upper and upper left neighbours. */
function unfiltered(raw: Buffer, stride: number, channels: number): Buffer {
  const out = Buffer.alloc(raw.length - raw.length / (stride + 1));
  for (let row = 0; row * stride < out.length; row += 1) {
    const filter = raw[row * (stride + 1)]!;
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column;
      const left = column < channels ? 0 : out[at - channels]!;
      const up = row === 0 ? 0 : out[at - stride]!;
      const corner = column < channels || row === 0 ? 0 : out[at - stride - channels]!;
      out[at] = raw[at + row + 1]! + foretold(filter, left, up, corner);
    }
  }
  return out;
}

function foretold(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function coloursOf(bytes: Buffer, channels: number): Uint32Array {
  const colours = new Uint32Array(bytes.length / channels);
  for (let at = 0; at < colours.length; at += 1) colours[at] = bytes.readUIntBE(at * channels, 3);
  return colours;
}

/** The most frequent colours, and of the others those that are least like any of them: a small green dot stays green. */
function paletteOf(pixels: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, FREQUENT)
    .map(([colour]) => colour);
  const strangeness = new Map([...counts.keys()].map((colour) => [colour, distance(colour, palette[nearest(palette, colour)]!)]));
  while (palette.length < Math.min(COLOURS, counts.size)) {
    const [odd] = [...strangeness].reduce((most, one) => (one[1] > most[1] ? one : most));
    palette.push(odd);
    for (const [colour, before] of strangeness) strangeness.set(colour, Math.min(before, distance(colour, odd)));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  for (const [place, other] of palette.entries()) if (distance(colour, other) < distance(colour, palette[best]!)) best = place;
  return best;
}

function distance(a: number, b: number): number {
  return ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
}
