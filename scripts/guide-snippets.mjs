// Writes the programs of docs/vendor-guide.md to a folder: every fenced block whose first line ends in `file=NAME`, without the line
// feed at its end. Usage: node scripts/guide-snippets.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const GUIDE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../docs/vendor-guide.md');

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node scripts/guide-snippets.mjs FOLDER');
  process.exit(2);
}
fs.mkdirSync(folder, { recursive: true });
for (const [, name, text] of fs.readFileSync(GUIDE, 'utf8').matchAll(/^```\w+ file=([\w.-]+)\n([\s\S]*?)\n```$/gm)) {
  fs.writeFileSync(path.join(folder, name), text);
  console.log(name);
}
