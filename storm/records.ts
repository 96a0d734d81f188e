import pg from 'pg';
import { eventually } from '../test/support/eventually.js';
import type { FeedEntry } from './feed-follower.js';
import type { Hub } from './hub.js';
import type { AttemptRow, MessageRow } from './messages.js';

const SETTLED_WITHIN_MS = 90_000;

export interface EventRow {
  id: string;
  identity: string;
  outcome: string;
  reason: string | null;
  deliveries: number;
  appointmentId: string | null;
}

export interface TimelineRow {
  appointmentId: string;
  type: string;
  reference: string | null;
  /** It made the appointment, or changed its status, start or calendar. */
  isRevision: boolean;
}

export interface IdentityRow {
  kind: 'patient' | 'temporary';
  value: string;
  contactId: string;
}

/** As the API shows it. */
export interface AppointmentView {
  id: string;
  appointmentId: string | null;
  contactId: string;
  calendarId: string | null;
  start: string | null;
  status: string;
  queueNumber: string | null;
  reason: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  revision: number;
  needsReview: boolean;
}

export interface ContactView {
  id: string;
  name: string | null;
  dateOfBirth: string | null;
  needsReview: boolean;
}

/** All that is left of a storm. */
export interface Records {
  events: EventRow[];
  appointments: AppointmentView[];
  /** Those that were not merged into another. */
  contacts: ContactView[];
  identities: IdentityRow[];
  timeline: TimelineRow[];
  /** The hospital's calendar ids by the hub's. */
  calendars: Map<string, string>;
  /** As the platform has read it, in the midst of the storm. */
  feed: readonly FeedEntry[];
  /** As it is stored. */
  feedPositions: bigint[];
  /** `queue: state`, of those that are not completed. */
  openJobs: string[];
  deadLetters: string[];
  messages: MessageRow[];
  attempts: AttemptRow[];
}

/** Waits until the inbox has nothing left to do; whether it got there. */
export async function untilSettled(databaseUrl: string, signal: AbortSignal): Promise<boolean> {
  return withClient(databaseUrl, client =>
    eventually(
      'the inbox is worked off',
      async () => {
        signal.throwIfAborted();
        const { rows } = await client.query<{ open: number }>(
          `select (select count(*) from webhook_event where outcome = 'pending')::int
             + (select count(*) from notification
                where status = 'expected' or (status = 'sending' and verdict is distinct from 'outcome-unknown'))::int
             + (select count(*) from pgboss.job where name like 'webhook-%' and state in ('created', 'retry', 'active'))::int as open`,
        );
        return rows[0]?.open === 0;
      },
      SETTLED_WITHIN_MS,
    ).catch(() => {
      signal.throwIfAborted();
      return false;
    }),
  );
}

export async function readRecords(databaseUrl: string, hub: Hub, facilityId: string, feed: readonly FeedEntry[]): Promise<Records> {
  const fromSql = await withClient(databaseUrl, readTables);
  const { data: calendars } = (await hub.call('GET', `/facilities/${facilityId}/calendars?limit=200`)) as {
    data: { id: string; externalId: string }[];
  };
  const { contactIds, ...rest } = fromSql;
  return {
    ...rest,
    calendars: new Map(calendars.map(({ id, externalId }) => [id, externalId])),
    appointments: await readAppointments(hub, facilityId),
    contacts: await readContacts(hub, contactIds),
    feed,
  };
}

async function readTables(client: pg.Client): Promise<
  Pick<Records, 'events' | 'identities' | 'timeline' | 'feedPositions' | 'openJobs' | 'deadLetters' | 'messages' | 'attempts'> & {
    contactIds: string[];
  }
> {
  const rows = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => (await client.query<T>(sql)).rows;
  const state = (side: string): string => `e.${side} ->> 'status', e.${side} ->> 'start', e.${side} ->> 'calendarId'`;
  const jobs = await rows<{ job: string }>(
    `select name || ': ' || state as job from pgboss.job where name like 'webhook-%' and state <> 'completed'`,
  );
  const dead = await rows<{ id: string }>(
    `select id::text from pgboss.job where name = 'webhook-dead' union all select id::text from webhook_event where reason = 'dead-letter'`,
  );
  const contacts = await rows<{ id: string }>(`select id from contact where merged_into_id is null`);
  const feed = await rows<{ position: string }>(`select position from platform_event order by position`);
  return {
    events: await rows(`select id, identity, outcome, reason, deliveries, appointment_id as "appointmentId" from webhook_event`),
    identities: await rows(`select kind, value, contact_id as "contactId" from contact_identity`),
    timeline: await rows(
      `select e.appointment_id as "appointmentId", e.type, e.reference,
         e.before is null or (${state('before')}) is distinct from (${state('after')}) as "isRevision"
       from appointment_event e order by e.id`,
    ),
    openJobs: jobs.map(({ job }) => job),
    deadLetters: dead.map(({ id }) => id),
    contactIds: contacts.map(({ id }) => id),
    messages: await rows(`select id, status, verdict from notification`),
    attempts: await rows(`select id, notification_id as "notificationId" from notification_attempt`),
    feedPositions: feed.map(({ position }) => BigInt(position)),
  };
}

async function readAppointments(hub: Hub, facilityId: string): Promise<AppointmentView[]> {
  const all: AppointmentView[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await hub.call('GET', `/facilities/${facilityId}/appointments?limit=200${from}`);
    const { data, nextCursor } = page as { data: AppointmentView[]; nextCursor: string | null };
    all.push(...data);
    cursor = nextCursor;
  }
  return all;
}

async function readContacts(hub: Hub, ids: readonly string[]): Promise<ContactView[]> {
  const contacts: ContactView[] = [];
  for (const id of ids) contacts.push((await hub.call('GET', `/contacts/${id}`)) as ContactView);
  return contacts;
}

async function withClient<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return use(client).finally(() => client.end());
}
