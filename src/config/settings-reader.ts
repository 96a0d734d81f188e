import { createSecretKey, type KeyObject } from 'node:crypto';

export interface EncryptionKey {
  id: string;
  key: KeyObject;
}

/** Reads one variable at a time and remembers every problem instead of stopping at the first. */
export class SettingsReader {
  readonly problems: string[] = [];

  constructor(private readonly env: Record<string, string | undefined>) {}

  private raw(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  text(name: string, fallback: string): string {
    return this.raw(name) ?? fallback;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.problems.push(`${name} must be a whole number from ${min} to ${max}.`);
    return fallback;
  }

  /** From 0 to 1. */
  share(name: string, fallback: number): number {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    const number = /^[0-9]*\.?[0-9]+$/.test(value) ? Number(value) : NaN;
    if (number >= 0 && number <= 1) return number;
    this.problems.push(`${name} must be a number from 0 to 1.`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.raw(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === 'true' || value === 'false') return value === 'true';
    this.problems.push(`${name} must be true or false.`);
    return fallback;
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.raw(name);
    const found = value === undefined ? fallback : values.find(v => v === value);
    if (found === undefined) this.problems.push(`${name} must be one of ${values.join(', ')}.`);
    return found ?? fallback;
  }

  url(name: string, protocols: string[]): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    this.problems.push(`${name} must be a URL that begins with ${protocols.map(p => `${p}//`).join(' or ')}.`);
    return undefined;
  }

  hosts(name: string): string[] {
    const hosts = (this.raw(name) ?? '')
      .split(',')
      .map(h => h.trim().toLowerCase())
      .filter(h => h !== '');
    for (const host of hosts) {
      if (!/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/.test(host))
        this.problems.push(`${name} must list host:port, separated by commas; one entry has no port or is no host.`);
    }
    return hosts;
  }

  secret(name: string, minLength: number): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (value.length >= minLength && new Set(value).size >= 8) return value;
    this.problems.push(`${name} is too weak: at least ${minLength} characters, as from: openssl rand -base64 32.`);
    return undefined;
  }

  key(name: string): KeyObject {
    const value = this.raw(name);
    const key = value === undefined ? undefined : keyBytes(value);
    if (key) return createSecretKey(key);
    this.problems.push(`${name} must be 32 random bytes in base64, as from: openssl rand -base64 32.`);
    return createSecretKey(Buffer.alloc(32));
  }

  encryptionKeys(name: string): EncryptionKey[] {
    const value = this.raw(name) ?? '';
    const keys: EncryptionKey[] = [];
    for (const entry of value.split(',').filter(e => e.trim() !== '')) {
      const [, id, text] = /^\s*([A-Za-z0-9_-]{1,16}):(\S+)\s*$/.exec(entry) ?? [];
      const bytes = text === undefined ? undefined : keyBytes(text);
      if (id !== undefined && bytes && !keys.some(k => k.id === id)) keys.push({ id, key: createSecretKey(bytes) });
      else
        this.problems.push(
          `${name} must be id:base64,… with 32 random bytes each and no id twice, as from: echo "k1:$(openssl rand -base64 32)".`,
        );
    }
    if (keys.length === 0 && value === '')
      this.problems.push(`${name} is missing: id:base64,… of 32 random bytes each, as from: echo "k1:$(openssl rand -base64 32)".`);
    return keys;
  }
}

/** 32 bytes that are not one byte repeated, from strict base64; else undefined. */
function keyBytes(base64: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 32 && new Set(bytes).size >= 8 ? bytes : undefined;
}
