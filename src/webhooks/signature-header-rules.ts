/** Names in lower case, as node:http gives them. */
export type DeliveryHeaders = Record<string, string | string[] | undefined>;

/** More signatures than any rotation needs: each costs a comparison with each secret. */
const MAX_SIGNATURES = 16;
const MAX_HEADER_LENGTH = 4_096;
const DIGEST_BYTES = 32;

/** `v1,<base64>` each; other versions are left alone. null: not such a list, too long a one, or no v1 of it is a digest. */
export function standardDigests(value: string): Buffer[] | null {
  const entries = entriesOf(value, / +/);
  const versions = entries?.map(entry => /^([A-Za-z0-9]{1,16}),(.+)$/.exec(entry)).filter(match => match !== null) ?? [];
  const ours = versions.filter(([, version]) => version === 'v1').map(([, , text]) => digestOfBase64(text ?? ''));
  const digests = ours.filter(digest => digest !== null);
  return versions.length === 0 || (ours.length > 0 && digests.length === 0) ? null : digests;
}

/** Base64 or hex each, with or without `sha256=`. null: too long a list. */
export function plainDigests(value: string): Buffer[] | null {
  const texts = entriesOf(value, /[ ,]+/)?.map(entry => entry.replace(/^sha256=/i, ''));
  return texts?.map(text => digestOfHex(text) ?? digestOfBase64(text)).filter(digest => digest !== null) ?? null;
}

/** As it is: node:http has taken off the space around. One that came more than once is one text here. Empty: there is none. */
export function headerOf(headers: DeliveryHeaders, name: string): string {
  const key = name.toLowerCase();
  const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function entriesOf(value: string, separator: RegExp): string[] | null {
  if (value.length > MAX_HEADER_LENGTH) return null;
  const entries = value.split(separator).filter(entry => entry !== '');
  return entries.length > MAX_SIGNATURES ? null : entries;
}

/** In its one canonical form: a decoder that forgives would take several texts for one signature. */
function digestOfBase64(text: string): Buffer | null {
  const digest = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : null;
  return digest?.length === DIGEST_BYTES && digest.toString('base64') === text ? digest : null;
}

function digestOfHex(text: string): Buffer | null {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : null;
}
