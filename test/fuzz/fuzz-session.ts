import http from 'node:http';
import { Random } from '../../storm/random.js';
import type { Api } from '../support/api.js';
import { createFacility } from '../support/factories.js';
import type { FakeHospital } from '../support/fake-hospital.js';
import { fetchOpenApi, OpenApiRecorder } from '../support/openapi.js';
import { syncedCalendars } from '../support/synced-calendars.js';
import { webhookSender } from '../support/webhooks.js';
import { KnownIds } from './known-ids.js';
import { RequestPlan, type Kind, type PlannedRequest } from './request-plan.js';
import { send } from './wire.js';

export interface FuzzOptions {
  seed: number;
  requests: number;
  adminKey: string;
  now: () => Date;
}

/** Something that must not be, with the request that shows it. */
export interface Finding {
  what: string;
  index: number;
  request: string;
}

export interface FuzzResult {
  findings: Finding[];
  /** How many of each kind got each status. */
  statuses: Map<Kind, Map<number, number>>;
  /** Operations that were answered with a success. */
  succeeded: ReadonlySet<string>;
  /** Whether the hub is ready in the end. */
  isReady: boolean;
}

const SHOWN = 400;

/** Sends requests one after the other, each made out of the document and of what was answered before, and judges every answer. */
export async function fuzz(hub: Api, hospital: FakeHospital, { seed, requests, adminKey, now }: FuzzOptions): Promise<FuzzResult> {
  const document = await fetchOpenApi(hub);
  const recorder = new OpenApiRecorder(document);
  const { known, sender } = await openFacility(hub, hospital, now);
  const plan = new RequestPlan(document, known, { adminKey, ...sender }, new Random(seed));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const result: FuzzResult = { findings: [], statuses: new Map(), succeeded: new Set(), isReady: false };
  const succeeded = new Set<string>();
  for (let index = 0; index < requests; index++) {
    const planned = plan.next(now());
    const found = (what: string): void => {
      result.findings.push({ what: `${planned.route.operation.operationId ?? ''} ${what}`, index, request: shown(planned) });
    };
    const answer = await send(hub.url, agent, planned.request).catch((error: unknown) => String(error));
    if (typeof answer === 'string') {
      found(`gives no answer: ${answer}`);
      continue;
    }
    count(result.statuses, planned.kind, answer.status);
    const before = recorder.mismatches.length;
    // What a hostile path names may be no operation at all.
    const isElsewhere = planned.kind === 'hostile' && [400, 404, 415].includes(answer.status) && planned.rule.startsWith('path');
    if (!isElsewhere) recorder.record(planned.route.method, planned.route.path, answer);
    for (const mismatch of recorder.mismatches.slice(before)) found(mismatch);
    const isSuccess = answer.status >= 200 && answer.status < 300;
    if (answer.status >= 500) found(`fails with ${answer.status} ${String((answer.body as { code?: unknown } | undefined)?.code)}`);
    if (isSuccess && planned.isInvalid) found(`takes what is invalid: ${planned.kind}, ${planned.rule}`);
    if (!isSuccess) continue;
    succeeded.add(planned.route.operation.operationId ?? '');
    known.learn(planned.route.path, answer.body);
  }
  agent.destroy();
  const { status } = await fetch(`${hub.url}/health/ready`);
  return { ...result, succeeded, isReady: status === 200 };
}

/** Those of a kind together, the first request of each. */
export function grouped(findings: readonly Finding[]): string[] {
  const groups = Map.groupBy(findings, ({ what }) => what);
  return [...groups].map(([what, all]) => `${String(all.length)} × ${what}\n    #${String(all[0]?.index)} ${all[0]?.request ?? ''}`);
}

async function openFacility(
  hub: Api,
  hospital: FakeHospital,
  now: () => Date,
): Promise<{ known: KnownIds; sender: { webhookToken: string; webhookSecret: string } }> {
  const known = new KnownIds();
  const facilityId = await createFacility(hub, hospital, {
    name: 'Fuzzed Hospital (test)',
    notifications: { channels: [{ channel: 'log' }] },
  });
  const [calendar] = await syncedCalendars(hub, facilityId);
  const webhook = await webhookSender(hub, facilityId, now);
  const month = new Date(Date.UTC(now().getUTCFullYear(), now().getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
  known.add('facility', facilityId);
  known.add('calendar', calendar?.id ?? '');
  known.add('type', calendar?.appointmentTypes[0]?.id ?? '');
  known.add('start', `${month}-05T09:00:00+08:00`);
  known.add('baseUrl', hospital.baseUrl);
  known.add('origin', new URL(hospital.baseUrl).origin);
  return { known, sender: { webhookToken: webhook.url.split('/').at(-1) ?? '', webhookSecret: webhook.secret } };
}

function count(statuses: Map<Kind, Map<number, number>>, kind: Kind, status: number): void {
  const of = statuses.get(kind) ?? new Map<number, number>();
  statuses.set(kind, of.set(status, (of.get(status) ?? 0) + 1));
}

function shown({ kind, rule, request }: PlannedRequest): string {
  const { authorization: _, ...headers } = request.headers;
  const text = `${request.method} ${request.target} ${JSON.stringify(headers)} ${request.body ?? ''}`;
  return `(${kind}, ${rule}) ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}
