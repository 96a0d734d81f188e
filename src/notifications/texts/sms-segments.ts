/** The default alphabet of 3GPP TS 23.038, 6.2.1, without the escape. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension table, 6.2.1.1: each takes two septets. */
const EXTENSION = new Set('\f^{}\\[~]|€');

/** Of one message alone, and of each of several: the header that joins them takes the rest. In septets, and in UTF-16 units. */
const GSM7 = { alone: 160, joined: 153 };
const UCS2 = { alone: 70, joined: 67 };

export interface SmsSize {
  encoding: 'gsm-7' | 'ucs-2';
  /** What is paid for. None, of an empty text. */
  segments: number;
}

/** How many messages a text makes. A character of two units is never cut between two of them. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  const isGsm7 = characters.every(character => BASIC.has(character) || EXTENSION.has(character));
  const sizes = characters.map(character => (isGsm7 ? (EXTENSION.has(character) ? 2 : 1) : character.length));
  return { encoding: isGsm7 ? 'gsm-7' : 'ucs-2', segments: segmentsOf(sizes, isGsm7 ? GSM7 : UCS2) };
}

function segmentsOf(sizes: readonly number[], { alone, joined }: typeof GSM7): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= alone) return Math.min(total, 1);
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    const isFull = used + size > joined;
    segments += isFull ? 1 : 0;
    used = isFull ? size : used + size;
  }
  return segments;
}
