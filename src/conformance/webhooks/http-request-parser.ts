/** A request as it stands in a file: the headers as they were sent, the body to the byte. */
export interface KeptRequest {
  headers: [string, string][];
  body: Buffer;
}

/** Of the connection, or made anew: they are not sent on. */
const OF_THE_CONNECTION = [
  ...['host', 'content-length', 'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade'],
  ...['http2-settings', 'expect', 'accept-encoding'],
];

/**
 * Reads `POST /… HTTP/1.1` (may be left out), the headers, an empty line and the body, which goes on to the file's last byte.
 * Returns null where there is no empty line, or a line before it is no header.
 */
export function parseHttpRequest(bytes: Buffer): KeptRequest | null {
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  if (!end) return null;
  const lines = bytes.subarray(0, end.index).toString('latin1').split(/\r?\n/);
  if (/^[A-Z]+ \S+( HTTP\/\d(\.\d)?)?$/.test(lines[0] ?? '')) lines.shift();
  const headers = lines.map(parseHeader);
  return headers.some(header => header === null)
    ? null
    : { headers: headersToSend(headers.filter(header => header !== null)), body: bytes.subarray(end.index + end[0].length) };
}

/** `name: value`; null: it is none. */
export function parseHeader(line: string): [string, string] | null {
  const found = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(line);
  return found ? [(found[1] ?? '').toLowerCase(), found[2] ?? ''] : null;
}

/** Without those that belong to the connection they came on. */
export function headersToSend(headers: readonly [string, string][]): [string, string][] {
  return headers.filter(([name]) => !OF_THE_CONNECTION.includes(name.toLowerCase()));
}
