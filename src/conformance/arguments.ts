import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { isError } from '../common/is-error.js';
import { CLAUSES, type ClauseId } from './clauses.js';
import { isTimezone } from './read/calendars.js';

export type AuthScheme = 'basic' | 'header' | 'bearer';

/** What a run is started with. */
export interface RunOptions {
  /** Everything before `/calendars`, without a slash at its end. */
  baseUrl: URL;
  auth: { scheme: AuthScheme; userId: string; apiKey: string; headerName: string };
  /** Null: the runner chooses one that offers enough. */
  calendarId: string | null;
  appointmentTypeId: string | null;
  /** Only reads: books, moves and cancels nothing. */
  isSafe: boolean;
  /** Books the soonest slot to see the cutoff: the hospital may then refuse to cancel it, and staff have to. */
  triesCutoff: boolean;
  /** The clauses to check; null: all. */
  only: readonly ClauseId[] | null;
  /** IANA; of calendars that name none. */
  timezone: string | null;
  /** Files to write; null: none. */
  report: { json: string | null; junit: string | null; html: string | null };
}

/** The command line is wrong; the message says how. Exit code 2. */
export class UsageError extends Error {}

export const USAGE = `Usage: npm run -s conformance -- --base-url URL --api-key KEY (or --api-key-file FILE) [--user-id ID]
         [--auth basic|header|bearer]  how the key is sent; default basic with --user-id, else bearer
         [--header-name NAME]          with --auth header; default X-API-Key
         [--calendar ID] [--type ID]   what to book; default: the first that offers enough
         [--timezone ZONE]             of calendars that name none, such as Asia/Manila
         [--safe]                      only read: nothing is booked
         [--cutoff]                    also try changes past the cutoff; may leave one appointment for staff to cancel
         [--only CLAUSE[,CLAUSE]]      only these checks, such as BOOK-5,MOVE-4, and the reads that they build on
         [--report DIR | --report FILE.json] [--junit FILE.xml] [--html FILE.html]
Exit code: 0 no check failed, 1 some did, 2 wrong usage.

The other direction, your webhooks (each has a --help of its own):
       npm run -s conformance -- webhooks …    what the hub thinks of a webhook that you sent
       npm run -s conformance -- send-event …  signs and sends one example event`;

const OPTIONS = {
  'base-url': { type: 'string' },
  'user-id': { type: 'string' },
  'api-key': { type: 'string' },
  'api-key-file': { type: 'string' },
  auth: { type: 'string' },
  'header-name': { type: 'string' },
  calendar: { type: 'string' },
  type: { type: 'string' },
  timezone: { type: 'string' },
  safe: { type: 'boolean' },
  cutoff: { type: 'boolean' },
  only: { type: 'string' },
  report: { type: 'string' },
  junit: { type: 'string' },
  html: { type: 'string' },
} as const;

/** Throws `UsageError`, whose message never holds the key. */
export function readArguments(args: string[]): RunOptions {
  const values = parse(args);
  const userId = values['user-id'] ?? '';
  const scheme = readScheme(values.auth ?? (userId === '' ? 'bearer' : 'basic'));
  if (scheme === 'basic' && userId === '') throw new UsageError('--auth basic needs --user-id.');
  return {
    baseUrl: readBaseUrl(values['base-url']),
    auth: {
      scheme,
      userId,
      apiKey: readKey(values['api-key'], values['api-key-file']),
      headerName: readHeaderName(values['header-name'] ?? 'X-API-Key'),
    },
    calendarId: values.calendar ?? null,
    appointmentTypeId: values.type ?? null,
    isSafe: values.safe ?? false,
    triesCutoff: values.cutoff ?? false,
    only: values.only === undefined ? null : readOnly(values.only),
    timezone: readTimezone(values.timezone ?? null),
    report: readReport(values.report, values.junit, values.html),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // The message quotes what was not understood: that may be a key out of place.
    const code = isError(error) && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') throw new UsageError('Each value needs its option’s name before it.');
    const [, option] = /'(-{1,2}[a-z][a-z-]*)/.exec(isError(error) ? error.message : '') ?? [];
    const name = option ?? 'An option';
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(`There is no option ${name}.`);
    throw new UsageError(`${name} is used wrongly: a value is missing, or one too many.`);
  }
}

function readBaseUrl(text: string | undefined): URL {
  if (text === undefined || text === '')
    throw new UsageError('--base-url is needed: everything before /calendars, such as https://host/api/v1.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new UsageError('--base-url must be an http or https URL.');
  if (url.username !== '' || url.password !== '')
    throw new UsageError('--base-url must hold no user and password: use --user-id and --api-key.');
  if (url.search !== '' || url.hash !== '') throw new UsageError('--base-url must have no query and no fragment.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError('--base-url must be https: plain http, which shows the key to everybody between, is for this machine alone.');
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function readKey(given: string | undefined, file: string | undefined): string {
  const key = given ?? (file === undefined ? '' : readKeyFile(file));
  if (key === '') throw new UsageError('--api-key is needed, or --api-key-file.');
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError('--api-key must be visible ASCII without spaces: a header carries nothing else.');
  return key;
}

function readKeyFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(`--api-key-file ${file} cannot be read.`);
  }
}

function readHeaderName(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new UsageError('--header-name must be the name of an HTTP header.');
  return name;
}

function readScheme(text: string): AuthScheme {
  if (text === 'basic' || text === 'header' || text === 'bearer') return text;
  throw new UsageError('--auth must be basic, header or bearer.');
}

function readOnly(text: string): ClauseId[] {
  const names = text.split(',').map(name => name.trim().toUpperCase());
  return names.map(name => {
    if (isClause(name)) return name;
    throw new UsageError('--only must be clauses of docs/scheduler-contract.md with commas between, such as BOOK-5,MOVE-4.');
  });
}

function isClause(name: string): name is ClauseId {
  return Object.hasOwn(CLAUSES, name);
}

function readTimezone(name: string | null): string | null {
  if (name !== null && !isTimezone(name)) throw new UsageError('--timezone must be an IANA name such as Asia/Manila.');
  return name;
}

/** `--report` that ends in `.json` is a file; anything else is a folder that takes all three. */
function readReport(report: string | undefined, junit: string | undefined, html: string | undefined): RunOptions['report'] {
  const isFolder = report !== undefined && !report.endsWith('.json');
  const inFolder = (name: string): string | null => (isFolder ? `${report}/${name}` : null);
  return {
    json: isFolder ? inFolder('conformance.json') : (report ?? null),
    junit: junit ?? inFolder('conformance.xml'),
    html: html ?? inFolder('conformance.html'),
  };
}
