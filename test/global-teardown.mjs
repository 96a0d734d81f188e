import fs from 'node:fs';

export default async function globalTeardown() {
  const { postgres, dir } = globalThis.embedded;
  await postgres.stop();
  fs.rmSync(dir, { recursive: true, force: true });
}
