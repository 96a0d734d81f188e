import { HttpClient } from './http.js';
import { untilAnswered } from './hub.js';
import { readOptions } from './options.js';
import { HOSPITAL, PARTS } from './parts.js';
import { freePort, Processes } from './processes.js';
import { report } from './report.js';

const options = readOptions(process.argv.slice(2));
const part = PARTS[options.part];
const processes = new Processes();
const http = new HttpClient();

/** Its URL. It is in every part, and stays until the end. */
async function startHospital(): Promise<string> {
  const port = await freePort();
  const hospital = processes.startProgram('fake-hospital', { PORT: String(port), ...HOSPITAL, ...part.hospital });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(hospital, http, `${url}/counts`);
  return url;
}

async function end(): Promise<void> {
  http.close();
  await processes.end();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(1)));
try {
  const start = performance.now();
  const figures = await part.measure({ processes, http, hospitalUrl: await startHospital(), options });
  report(figures, performance.now() - start, options.resultsName);
  if (options.isChecked && figures.some(figure => figure.isReached === false)) process.exitCode = 1;
} finally {
  await end();
}
