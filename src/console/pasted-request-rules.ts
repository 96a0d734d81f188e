/** A request as somebody has pasted it. */
export interface PastedRequest {
  /** Names in lower case, as Node has them. */
  headers: Record<string, string | string[]>;
  /** What its body may have been: a browser sends every line break of a form as CR LF, whatever was pasted. */
  bodies: Buffer[];
}

/**
 * The headers, one a line (`webhook-id: msg_1`; lines of another shape, such as `POST /… HTTP/1.1`, are passed over; `-H '…'` of a curl
 * command is understood), and the body's bytes.
 */
export function pastedRequest(headers: string, body: string): PastedRequest {
  const found = new Map<string, string[]>();
  for (const line of headers.split(/\r?\n/)) {
    const [name, value] = headerIn(line.trim()) ?? [];
    if (name === undefined || value === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  const plain = body.replaceAll('\r\n', '\n');
  const texts = [plain, plain.replace(/\n$/, ''), plain.replaceAll('\n', '\r\n')];
  return {
    headers: Object.fromEntries([...found].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values])),
    bodies: [...new Set(texts)].map(text => Buffer.from(text, 'utf8')),
  };
}

/** null: the line is none. Cut at places, not matched as a whole: a pattern with two runs of blanks can be made to try for hours. */
function headerIn(line: string): [name: string, value: string] | null {
  const bare = quotedIn(line) ?? line;
  const colon = bare.indexOf(':');
  const name = bare.slice(0, Math.max(colon, 0)).trim();
  return /^[\w-]+$/.test(name) ? [name.toLowerCase(), bare.slice(colon + 1).trim()] : null;
}

/** What stands in the quotes of `-H '…' \`; null: it is no such line. */
function quotedIn(line: string): string | null {
  if (!/^-H\s/.test(line)) return null;
  const argument = line.slice(2, line.endsWith('\\') ? -1 : undefined).trim();
  const quote = argument.charAt(0);
  const isQuoted = (quote === "'" || quote === '"') && argument.length > 1 && argument.endsWith(quote);
  return isQuoted ? argument.slice(1, -1) : null;
}
