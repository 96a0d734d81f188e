import type { Figure } from './figure.js';
import { HttpClient } from './http.js';
import { untilAnswered } from './hub.js';
import { readOptions, type PartName } from './options.js';
import { HOSPITAL, PARTS } from './parts.js';
import { freePort, Processes } from './processes.js';
import { report } from './report.js';

const options = readOptions(process.argv.slice(2));
const http = new HttpClient();
/** Of the part that is being measured. */
let present: Processes | undefined;

/** With processes of its own, none of which is left for the next part. */
async function measure(name: PartName): Promise<Figure[]> {
  const part = PARTS[name];
  const processes = new Processes();
  present = processes;
  try {
    const port = await freePort();
    const hospital = processes.startProgram('fake-hospital', { PORT: String(port), ...HOSPITAL, ...part.hospital });
    const hospitalUrl = `http://127.0.0.1:${port}`;
    await untilAnswered(hospital, http, `${hospitalUrl}/counts`);
    return await part.measure({ processes, http, hospitalUrl, options });
  } finally {
    await processes.end();
  }
}

async function end(): Promise<void> {
  http.close();
  await present?.end();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(1)));
try {
  const start = performance.now();
  const figures: Figure[] = [];
  for (const name of options.parts) figures.push(...(await measure(name)));
  report(figures, performance.now() - start, options.resultsName);
  if (options.isChecked && figures.some(figure => figure.isReached === false)) process.exitCode = 1;
} finally {
  await end();
}
