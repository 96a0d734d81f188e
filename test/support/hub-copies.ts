import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { apiAt, type Api } from './api.js';
import { eventually } from './eventually.js';
import { Programs, type Exit, type Program } from './programs.js';

const START_MS = 60_000;
/** By then a process that was told to end must have done so. */
const END_MS = 12_000;

export interface CopiesPlace {
  /** Holds `dist`, `package.json`, `migrations` and `node_modules`. */
  build: string;
  /** Where they run. */
  folder: string;
  databaseUrl: string;
  /** Whether the database has all tables. */
  isMigrated: boolean;
  /** `host:port` of hospitals and providers. */
  outside: string[];
  settings?: Record<string, string>;
}

/** One copy: the built hub, in a process and on a port of its own. */
export interface HubCopy extends Api {
  /** What it has logged, from warnings on. */
  log(): string;
  /** SIGTERM; how it ended. */
  stop(): Promise<Exit>;
  /** SIGKILL, in the midst of whatever it does. */
  kill(): Promise<void>;
}

/** Copies of the built hub on one database, with the same keys: as in production, but for the ports. */
export class HubCopies {
  readonly adminKey = randomBytes(32).toString('base64url');
  private readonly place: CopiesPlace;
  private readonly programs: Programs;
  private readonly keys = {
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
  };

  constructor(place: CopiesPlace) {
    this.place = place;
    this.programs = new Programs(place.folder);
  }

  async migrate(): Promise<void> {
    const program = this.run(path.join('commands', 'migrate.js'));
    const { code } = await program.exit(START_MS);
    if (code !== 0) throw new Error(`The migration failed: ${program.output()}`);
  }

  /** One more; resolves when it is ready. */
  async start(): Promise<HubCopy> {
    const program = this.run('main.js');
    await program.says('The hub is ready', START_MS);
    const port = /API +http:\/\/localhost:(\d+)/.exec(program.output())?.[1];
    const url = `http://127.0.0.1:${port ?? ''}`;
    await eventually('the copy is ready', async () => (await fetch(`${url}/health/ready`)).ok, START_MS);
    return {
      ...apiAt(url, this.adminKey),
      log: () => program.output(),
      stop: () => {
        program.signal('SIGTERM');
        return program.exit(END_MS);
      },
      kill: async () => {
        program.signal('SIGKILL');
        await program.exit(END_MS);
      },
    };
  }

  /** Those that still run are killed. */
  end(): Promise<void> {
    return this.programs.end();
  }

  private run(program: string): Program {
    return this.programs.node([path.join(this.place.build, 'dist', program)], {
      TZ: 'UTC',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: '0',
      DATABASE_URL: this.place.databaseUrl,
      ADMIN_API_KEY: this.adminKey,
      UPSTREAM_ALLOWED_HOSTS: this.place.outside.join(','),
      // What is not about limits is to meet none.
      RATE_LIMIT_PER_KEY: '1000000',
      RATE_LIMIT_PER_FACILITY: '1000000',
      ...this.keys,
      ...this.place.settings,
    });
  }
}
