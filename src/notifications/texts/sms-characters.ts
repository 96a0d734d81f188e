/** What looks the same, or nearly, in GSM-7: one character outside it makes the whole SMS UCS-2, and costs more than twice as much. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201A': "'",
  '\u201C': '"',
  '\u201D': '"',
  '\u201E': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u2026': '...',
  '\u2022': '-',
  '\u00B7': '-',
  '\u00AD': '',
  '\u200B': '',
  '\uFEFF': '',
};
const TYPOGRAPHIC = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');
/** No-break, thin and other spaces: ICU puts one before AM and PM. */
const SPACES = /[\u00A0\u1680\u2000-\u200A\u202F\u205F]/g;

/** The text without typographic characters and spaces. */
export function plainForSms(text: string): string {
  return text.replace(SPACES, ' ').replace(TYPOGRAPHIC, character => PLAIN[character] ?? character);
}
