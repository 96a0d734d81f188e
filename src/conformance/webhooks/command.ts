import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { corpusCases } from './corpus-cases.js';
import { runCorpus } from './corpus-run.js';
import { exampleEvent } from './example-events.js';
import { headersToSend, parseHeader, parseHttpRequest } from './http-request-parser.js';
import { HubAwayError, HubWebhooksClient, type HubAnswer } from './hub-webhooks.client.js';
import { runThroughVendor } from './vendor-path.js';
import { readSendEventOptions, readWebhooksOptions, UsageError, type SignedOptions, type WebhooksMode } from './webhook-options.js';
import { startReceiver } from './webhook-receiver.js';
import { reportVerdict, summed, withoutSecrets, type Print } from './webhook-report.js';
import { signatureHeaders } from './webhook-signing.js';
import { verdictOf } from './verdict-rules.js';

const WEBHOOKS_USAGE = `npm run -s conformance -- webhooks --hub-url URL --token TOKEN, and one of:
  --file request.http                   a webhook as it was sent: headers, an empty line, the body
  --body body.json --header 'N: V' …    the same in parts
  --listen PORT [--count N]             take what your system sends here, and say what the hub thinks of each
  --listen PORT --through URL           hand events to your hook at URL; your code signs and sends them here
  --corpus --secret S (or --secret-file F) [--apply]         send the corpus, and compare the hub's verdicts
     [--previous-secret S] [--scheme hmac-sha256 --header-name X-Signature] [--calendar ID --type ID]`;
const SEND_EVENT_USAGE = `npm run -s conformance -- send-event --hub-url URL --token TOKEN --secret S (or --secret-file F) --event appointmentCreated
  [--appointment-id ID] [--datetime ISO] [--calendar ID] [--type ID] [--scheme hmac-sha256 --header-name X-Signature] [--dry-run]`;

/** When the commands are run, and where they print. */
export interface CommandContext {
  print: Print;
  now: () => Date;
}

/** `args`: after `webhooks`. The exit code: 0 all is well, 1 something is not, 2 it was called wrongly or the hub is away. */
export function webhooksCommand(args: string[], context: CommandContext): Promise<number> {
  return guarded(args, context.print, WEBHOOKS_USAGE, () => {
    const { hubUrl, token, mode } = readWebhooksOptions(args);
    const secrets = mode.kind === 'corpus' ? [mode.signed.secret, mode.previousSecret] : [];
    const print = withoutSecrets(context.print, [token, ...secrets.filter(secret => secret !== null)]);
    return runMode(new HubWebhooksClient(hubUrl, token), mode, { ...context, print });
  });
}

/** `args`: after `send-event`. The exit code, as above. */
export function sendEventCommand(args: string[], context: CommandContext): Promise<number> {
  return guarded(args, context.print, SEND_EVENT_USAGE, async () => {
    const { hubUrl, token, signed, event, isDryRun, ...given } = readSendEventOptions(args);
    const secret = secretOf(signed);
    const print = withoutSecrets(context.print, [token, secret]);
    const now = context.now();
    const appointmentId = given.appointmentId ?? `KIT-${newRun()}`;
    const datetime = given.datetime ?? new Date(now.getTime() + 7 * 86_400_000).toISOString();
    const { calendarId, appointmentTypeId, signing } = signed;
    const body = Buffer.from(
      JSON.stringify(exampleEvent(event, { appointmentId, calendarId, appointmentTypeId, occurredAt: now, datetime })),
    );
    const id = `msg_${newRun()}`;
    const timestamp = Math.floor(now.getTime() / 1_000);
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ...signatureHeaders(signing, { id, timestamp, body }, [secret]),
    ];
    const hub = new HubWebhooksClient(hubUrl, token);
    print(`${event} of ${appointmentId}, ${body.length} bytes, signed as ${signing.scheme}`);
    if (isDryRun) return reportVerdict(print, event, await hub.dryRun(headers, body)) ? 0 : 1;
    return reportDelivery(print, event, await hub.deliver(headers, body));
  });
}

async function runMode(hub: HubWebhooksClient, mode: WebhooksMode, { print, now }: CommandContext): Promise<number> {
  switch (mode.kind) {
    case 'file': {
      const request = parseHttpRequest(readFile(mode.path));
      if (!request) throw new UsageError(`${mode.path} is no request: it must hold the headers, an empty line, and the body.`);
      return reportVerdict(print, mode.path, await hub.dryRun(request.headers, request.body)) ? 0 : 1;
    }
    case 'body': {
      const headers = mode.headers.map(line => {
        const header = parseHeader(line);
        if (!header) throw new UsageError("A --header is none: it must be 'name: value'.");
        return header;
      });
      return reportVerdict(print, mode.path, await hub.dryRun(headersToSend(headers), readFile(mode.path))) ? 0 : 1;
    }
    case 'listen':
      return listen(hub, mode, print);
    case 'through':
      return runThroughVendor(hub, mode, now(), print);
    case 'corpus': {
      const { signing, calendarId, appointmentTypeId } = mode.signed;
      const secret = secretOf(mode.signed);
      const settings = { signing, secret, previousSecret: mode.previousSecret, calendarId, appointmentTypeId, now: now(), run: newRun() };
      return runCorpus(hub, corpusCases(settings), mode.isApplied, withoutSecrets(print, [secret]));
    }
  }
}

/** Answers as the hub would. Ends after `count`; null: never. */
async function listen(hub: HubWebhooksClient, { port, count }: { port: number; count: number | null }, print: Print): Promise<number> {
  const results: boolean[] = [];
  const ended = Promise.withResolvers<undefined>();
  const receiver = await startReceiver(port, async ({ headers, body, answer }) => {
    try {
      const told = await hub.dryRun(headers, body);
      results.push(reportVerdict(print, `webhook ${results.length + 1}`, told));
      const [status, code] = verdictOf(told).answer.split(' ', 2);
      answer(Number(status), status === '202' ? { status: 'accepted' } : { code });
    } catch (error) {
      if (!(error instanceof HubAwayError)) throw error;
      results.push(false);
      print(`FAIL webhook ${results.length}: the hub said nothing of it: ${error.message}`);
      answer(503, { code: 'hub-away' });
    }
    if (results.length === count) ended.resolve(undefined);
  });
  print(`Send your webhooks to ${receiver.url}: nothing of them is kept or applied.`);
  try {
    await ended.promise;
    return summed(print, results);
  } finally {
    await receiver.close();
  }
}

function reportDelivery(print: Print, event: string, { status, body }: HubAnswer): number {
  const [code, detail] = [body['code'], body['detail']].map(value => (typeof value === 'string' ? value : ''));
  if (status === 202) print(`ok   ${event}: 202 ${String(body['status'])}, webhook event ${String(body['id'])}`);
  else print(`FAIL ${event}: ${status} ${code ?? ''}: ${detail ?? ''}`);
  return status === 202 ? 0 : 1;
}

async function guarded(args: string[], print: Print, usage: string, run: () => Promise<number>): Promise<number> {
  if (args.includes('--help')) {
    print(usage);
    return 0;
  }
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) print(`${error.message}\n\n${usage}`);
    else if (error instanceof HubAwayError) print(`FAIL hub: ${error.message}`);
    else throw error;
    return 2;
  }
}

function secretOf({ secret, secretFile }: SignedOptions): string {
  return (
    secret ??
    readFile(secretFile ?? '')
      .toString('utf8')
      .trim()
  );
}

function readFile(path: string): Buffer {
  try {
    return fs.readFileSync(path);
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

/** Makes ids of one run new. */
function newRun(): string {
  return randomBytes(6).toString('hex');
}
