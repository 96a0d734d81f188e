import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

interface Asset {
  bytes: Buffer;
  zipped: Buffer;
  type: string;
  /** Changes with what is in it, so that browsers may keep it for ever. */
  url: string;
}

const packages = createRequire(import.meta.url);
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** All that the pages load: nothing comes from elsewhere. */
export const ASSETS = {
  'console.css': load(
    'console.css',
    'text/css; charset=utf-8',
    packages.resolve('modern-normalize/modern-normalize.css'),
    new URL('assets/console.css', import.meta.url),
  ),
  'htmx.js': load('htmx.js', JAVASCRIPT, packages.resolve('htmx.org/dist/htmx.min.js')),
  'live.js': load('live.js', JAVASCRIPT, new URL('assets/live.js', import.meta.url)),
  'icon.svg': load('icon.svg', 'image/svg+xml', new URL('assets/icon.svg', import.meta.url)),
} as const satisfies Record<string, Asset>;

function load(name: string, type: string, ...files: (string | URL)[]): Asset {
  const bytes = Buffer.concat(files.map(file => readFileSync(file)));
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { bytes, zipped: gzipSync(bytes), type, url: `/console/assets/${version}/${name}` };
}

export function assetFor(name: string): Pick<Asset, 'bytes' | 'zipped' | 'type'> | null {
  return Object.entries(ASSETS).find(([known]) => known === name)?.[1] ?? null;
}
