/** Code points that a person does not see, first and last of each range. */
const RANGES: readonly (readonly [number, number])[] = [
  // controls, but tab and line feed
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  // soft hyphen, grapheme joiner, Arabic letter mark
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  // fillers and inherent vowels
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x3164, 0x3164],
  [0xffa0, 0xffa0],
  // zero width, directions, invisible operators
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  // variation selectors, but the one that emoji use; interlinear marks
  [0xfe00, 0xfe0e],
  [0xfff0, 0xfffb],
  // shorthand and musical controls
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  // tags and further variation selectors
  [0xe0000, 0xe0fff],
];

const INVISIBLE = new RegExp(`[${RANGES.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]`, 'gu');
const EMOJI_SELECTORS = /\uFE0F{2,}/g;

/** Carriage returns go too; line feeds and tabs stay. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '').replace(EMOJI_SELECTORS, '\uFE0F');
}
