import { parseArgs } from 'node:util';
import { isError } from '../../common/is-error.js';
import { EXAMPLE_EVENTS, type ExampleEvent } from './example-events.js';
import { SIGNATURE_SCHEMES, type Signing } from './webhook-signing.js';

/** What was typed is wrong: exit code 2. */
export class UsageError extends Error {}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const TO_HUB = { 'hub-url': TEXT, token: TEXT } as const;
const SIGNED = { secret: TEXT, 'secret-file': TEXT, scheme: TEXT, 'header-name': TEXT, calendar: TEXT, type: TEXT } as const;
const WEBHOOKS = {
  ...TO_HUB,
  ...SIGNED,
  file: TEXT,
  body: TEXT,
  header: { type: 'string', multiple: true },
  listen: TEXT,
  count: TEXT,
  through: TEXT,
  corpus: FLAG,
  apply: FLAG,
  'previous-secret': TEXT,
} as const;
const SEND_EVENT = { ...TO_HUB, ...SIGNED, event: TEXT, 'appointment-id': TEXT, datetime: TEXT, 'dry-run': FLAG } as const;

export interface HubOptions {
  hubUrl: string;
  token: string;
}

/** `secret`: in plain; `secretFile`: where it is. One of the two. */
export interface SignedOptions {
  secret: string | null;
  secretFile: string | null;
  signing: Signing;
  calendarId: string;
  appointmentTypeId: string;
}

export type WebhooksMode =
  | { kind: 'file'; path: string }
  | { kind: 'body'; path: string; headers: string[] }
  | { kind: 'listen'; port: number; count: number | null }
  | { kind: 'through'; port: number; url: string }
  | { kind: 'corpus'; isApplied: boolean; previousSecret: string | null; signed: SignedOptions };

export interface SendEventOptions extends HubOptions {
  signed: SignedOptions;
  event: ExampleEvent;
  appointmentId: string | null;
  datetime: string | null;
  isDryRun: boolean;
}

/** Throws `UsageError`. */
export function readWebhooksOptions(args: string[]): HubOptions & { mode: WebhooksMode } {
  const { values } = parsed(() => parseArgs({ args, options: WEBHOOKS }));
  const hub = hubOf(values);
  const { file, body, header = [], listen, count, through, corpus, apply } = values;
  const chosen = [file, body, corpus, through ?? listen].filter(mode => mode !== undefined);
  if (chosen.length !== 1)
    throw new UsageError('Say what to look at: --file, --body, --listen, --through (with --listen) or --corpus, one of them.');
  if (file !== undefined) return { ...hub, mode: { kind: 'file', path: file } };
  if (body !== undefined) return { ...hub, mode: { kind: 'body', path: body, headers: header } };
  if (corpus === true) {
    const previousSecret = values['previous-secret'] ?? null;
    return { ...hub, mode: { kind: 'corpus', isApplied: apply === true, previousSecret, signed: signedOf(values) } };
  }
  const port = wholeNumber('listen', listen ?? '');
  if (through !== undefined) return { ...hub, mode: { kind: 'through', port, url: urlOf('through', through) } };
  return { ...hub, mode: { kind: 'listen', port, count: count === undefined ? null : wholeNumber('count', count) } };
}

/** Throws `UsageError`. */
export function readSendEventOptions(args: string[]): SendEventOptions {
  const { values } = parsed(() => parseArgs({ args, options: SEND_EVENT }));
  const event = EXAMPLE_EVENTS.find(name => name === values.event);
  if (!event) throw new UsageError(`--event must be one of ${EXAMPLE_EVENTS.join(', ')}.`);
  return {
    ...hubOf(values),
    signed: signedOf(values),
    event,
    appointmentId: values['appointment-id'] ?? null,
    datetime: values.datetime ?? null,
    isDryRun: values['dry-run'] === true,
  };
}

function hubOf(values: { 'hub-url'?: string | undefined; token?: string | undefined }): HubOptions {
  const { 'hub-url': hubUrl, token } = values;
  if (hubUrl === undefined || token === undefined)
    throw new UsageError("--hub-url and --token are needed: the facility's webhook.url is {hub-url}/api/v1/webhooks/{token}.");
  return { hubUrl: urlOf('hub-url', hubUrl), token };
}

function signedOf(values: { [name in keyof typeof SIGNED]?: string | undefined }): SignedOptions {
  const {
    secret = null,
    'secret-file': secretFile = null,
    scheme = 'standard-webhooks',
    'header-name': headerName = 'X-Signature',
  } = values;
  if ((secret === null) === (secretFile === null))
    throw new UsageError('--secret or --secret-file is needed, one of them: webhook.secret of the facility.');
  const known = SIGNATURE_SCHEMES.find(name => name === scheme);
  if (!known) throw new UsageError(`--scheme must be one of ${SIGNATURE_SCHEMES.join(', ')}.`);
  const { calendar: calendarId = 'cal-general', type: appointmentTypeId = 'type-consultation' } = values;
  return { secret, secretFile, signing: { scheme: known, headerName }, calendarId, appointmentTypeId };
}

function urlOf(name: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:/.test(value))
    throw new UsageError(`--${name} must be a URL that begins with http:// or https://.`);
  return value;
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw new UsageError(`--${name} must be a whole number.`);
  return Number(value);
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // Never the values: one of them is the secret.
    const name = isError(error) ? /--[a-z-]+/.exec(error.message)?.[0] : undefined;
    throw new UsageError(name === undefined ? 'An option is not known, or stands alone.' : `${name} is not known, or lacks its value.`);
  }
}
