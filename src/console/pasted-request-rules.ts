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
    const bare = /^\s*-H\s+(['"])(.*)\1\s*\\?\s*$/.exec(line)?.[2] ?? line;
    const [, name, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(bare) ?? [];
    if (name === undefined || value === undefined) continue;
    const key = name.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  const plain = body.replaceAll('\r\n', '\n');
  const texts = [plain, plain.replace(/\n$/, ''), plain.replaceAll('\n', '\r\n')];
  return {
    headers: Object.fromEntries([...found].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values])),
    bodies: [...new Set(texts)].map(text => Buffer.from(text, 'utf8')),
  };
}
