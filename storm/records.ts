import pg from 'pg';
import type { Copies } from './copies.js';
import type { FeedEntry } from './feed-follower.js';

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
  /** It is the first of its appointment. */
  isFirst: boolean;
  /** It changed the appointment's status, start or calendar. */
  isChange: boolean;
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
  pendingChange: object | null;
  needsReview: boolean;
  reviewReason: string | null;
}

export interface ContactView {
  id: string;
  name: string | null;
  dateOfBirth: string | null;
  needsReview: boolean;
}

/** All that is left of a storm at one facility. */
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
}

export async function readRecords(databaseUrl: string, copies: Copies, facilityId: string, feed: readonly FeedEntry[]): Promise<Records> {
  const fromSql = await withClient(databaseUrl, client => readTables(client, facilityId));
  const { data: calendars } = (await copies.call('GET', `/facilities/${facilityId}/calendars?limit=200`)) as {
    data: { id: string; externalId: string }[];
  };
  const { contactIds, ...rest } = fromSql;
  return {
    ...rest,
    calendars: new Map(calendars.map(({ id, externalId }) => [id, externalId])),
    appointments: await readAppointments(copies, facilityId),
    contacts: await readContacts(copies, contactIds),
    feed,
  };
}

type FromTables = Pick<Records, 'events' | 'identities' | 'timeline' | 'feedPositions'> & { contactIds: string[] };

async function readTables(client: pg.Client, facilityId: string): Promise<FromTables> {
  const rows = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => (await client.query<T>(sql, [facilityId])).rows;
  const state = (side: string): string => `e.${side} ->> 'status', e.${side} ->> 'start', e.${side} ->> 'calendarId'`;
  const contacts = await rows<{ id: string }>(`select id from contact where facility_id = $1 and merged_into_id is null`);
  const feed = await rows<{ position: string }>(`select position from platform_event where facility_id = $1 order by position`);
  return {
    events: await rows(
      `select id, identity, outcome, reason, deliveries, appointment_id as "appointmentId" from webhook_event where facility_id = $1`,
    ),
    identities: await rows(`select kind, value, contact_id as "contactId" from contact_identity where facility_id = $1`),
    timeline: await rows(
      `select e.appointment_id as "appointmentId", e.type, e.reference, e.before is null as "isFirst",
         e.before is not null and (${state('before')}) is distinct from (${state('after')}) as "isChange"
       from appointment_event e where e.facility_id = $1 order by e.id`,
    ),
    contactIds: contacts.map(({ id }) => id),
    feedPositions: feed.map(({ position }) => BigInt(position)),
  };
}

async function readAppointments(copies: Copies, facilityId: string): Promise<AppointmentView[]> {
  const all: AppointmentView[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await copies.call('GET', `/facilities/${facilityId}/appointments?limit=200${from}`);
    const { data, nextCursor } = page as { data: AppointmentView[]; nextCursor: string | null };
    all.push(...data);
    cursor = nextCursor;
  }
  return all;
}

async function readContacts(copies: Copies, ids: readonly string[]): Promise<ContactView[]> {
  const contacts: ContactView[] = [];
  for (const id of ids) contacts.push((await copies.call('GET', `/contacts/${id}`)) as ContactView);
  return contacts;
}

export async function withClient<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return use(client).finally(() => client.end());
}
