/** Deeper JSON is not laid out anew: its indentation alone would be many times its size. */
const MAX_DEPTH = 32;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** The same JSON as other programs would write it: JavaScript, Python, PHP, each with keys as they come or sorted. */
export function* rebuiltBodies(rawBody: Buffer): Generator<Buffer> {
  const text = rawBody.toString('utf8');
  const value = parsed(text);
  if (value === undefined) return;
  for (const ordered of [value, withSortedKeys(value)]) {
    for (const layout of [JSON.stringify(ordered), spaced(ordered), JSON.stringify(ordered, null, 2), JSON.stringify(ordered, null, 4)]) {
      yield Buffer.from(layout);
      yield Buffer.from(escaped(layout));
      yield Buffer.from(layout.replaceAll('/', '\\/'));
      yield Buffer.from(escaped(layout).replaceAll('/', '\\/'));
    }
  }
}

/** The same text in other bytes: non-ASCII escaped or not, other character sets, a byte order mark, other line ends. */
export function* reencodedBodies(rawBody: Buffer): Generator<Buffer> {
  const text = rawBody.toString('utf8');
  yield Buffer.from(escaped(text));
  yield Buffer.from(text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
  yield Buffer.from(text, 'latin1');
  yield Buffer.from(rawBody.toString('latin1'));
  yield Buffer.from(text, 'utf16le');
  yield rawBody.subarray(0, BOM.length).equals(BOM) ? rawBody.subarray(BOM.length) : Buffer.concat([BOM, rawBody]);
  yield Buffer.from(text.replaceAll('\r\n', '\n'));
  yield Buffer.from(text.replace(/\r?\n/g, '\r\n'));
}

/** Without the white space around it, or with the line end that an editor or a shell adds. */
export function* retrimmedBodies(rawBody: Buffer): Generator<Buffer> {
  const text = rawBody.toString('utf8');
  yield Buffer.from(text.trim());
  yield Buffer.from(text.trimEnd());
  yield Buffer.concat([rawBody, Buffer.from('\n')]);
  yield Buffer.concat([rawBody, Buffer.from('\r\n')]);
}

/** undefined: no JSON, or too deep. */
function parsed(text: string): unknown {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[{}\]]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_DEPTH) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function withSortedKeys(value: unknown): unknown {
  const sorted = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
  return JSON.parse(sorted) as unknown;
}

/** `", "` and `": "` between, as Python's json.dumps has it. A string in JSON holds no line break: those here are layout. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/,\n */g, ', ').replace(/\n */g, '');
}

function escaped(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
