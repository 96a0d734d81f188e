import { freePort } from '../bench/processes.js';
import { openDatabase, type GivenServer } from '../storm/database.js';
import { HubProcess } from '../test/faults/hub-process.js';
import { startFuzzHospital } from '../test/fuzz/fuzz-hospital.js';
import { fuzz, type FuzzResult } from '../test/fuzz/fuzz-session.js';

export interface FuzzRunOptions {
  seed: number;
  requests: number;
  /** The folder that holds `dist`, `migrations`, `package.json` and `node_modules`. */
  build: string;
  /** Where the database is made; null: on a server of its own. */
  server: GivenServer | null;
}

export interface FuzzRunResult extends FuzzResult {
  /** Hosts that it tried to connect to, besides this machine. */
  refusedConnects: string[];
}

/** No limit is to answer before the rule that is tried. */
const NO_LIMITS = {
  RATE_LIMIT_PER_KEY: '1000000',
  RATE_LIMIT_PER_FACILITY: '1000000',
  BOOKINGS_PER_CONTACT_PER_DAY: '1000000',
  APPOINTMENTS_AHEAD_PER_CONTACT: '1000000',
  // The requests are made out of the document.
  DOCS_OPEN: 'true',
};

/** The built hub under requests made out of its own document. `folder`: empty, and gone afterwards by the caller's hand. */
export async function fuzzRun(options: FuzzRunOptions, folder: string): Promise<FuzzRunResult> {
  const ends: (() => Promise<void>)[] = [];
  try {
    const hospital = await startFuzzHospital();
    ends.push(() => hospital.close());
    const database = await openDatabase(folder, options.server);
    ends.push(() => database.close());
    const place = { root: options.build, folder, databaseUrl: database.url, outside: hospital.host, env: NO_LIMITS };
    const hub = new HubProcess(place, await freePort());
    ends.push(() => hub.end());
    await hub.migrate();
    await hub.start();
    const result = await fuzz(hub, hospital, { ...options, adminKey: hub.adminKey, now: () => new Date() });
    return { ...result, refusedConnects: [...new Set(hub.refusedConnects())] };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
