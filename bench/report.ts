import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { table, type Figure } from './figure.js';

/** Prints the figures, and keeps them with all their details beside this file; `name` null: prints the details, too. */
export function report(figures: readonly Figure[], tookMs: number, name: string | null): void {
  const machine = {
    cpu: os.cpus()[0]?.model,
    cpus: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 2 ** 20),
    node: process.version,
    platform: process.platform,
  };
  const seconds = Math.round(tookMs / 1_000);
  const summary = `${table([...figures])}\n\n${seconds} s on ${machine.cpus} cores, Node ${machine.node}`;
  if (name === null) {
    console.log(`\n${summary}; ${JSON.stringify(figures.map(figure => ({ name: figure.name, details: figure.details })))}`);
    return;
  }
  const file = path.join(import.meta.dirname, name);
  fs.writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), seconds, machine, figures }, null, 2)}\n`);
  console.log(`\n${summary}; all else is in ${path.relative('.', file)}`);
}
