/** Characters of an agent's text that are shown on one line. */
const MOST_SHOWN = 70;

/** An agent's text on one short line, without what a terminal would obey. */
export function plainLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN - 1)}…` : plain;
}
