import { EntityManager } from '@mikro-orm/core';
import type { EntityManager as SqlEntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../../src/database/worker-context.js';
import type { ContactResolution, EventContacts } from '../../src/contacts/event-contacts.js';
import { CONTACT_ROWS, EventContactsService } from '../../src/contacts/event-contacts.service.js';
import type { ReportedPatient } from '../../src/contacts/reported-patient.js';
import { PreparedStatement } from '../../src/database/prepared-statement.js';
import { RowUnit } from '../../src/database/row-unit.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import type { TestHub } from '../support/hub.js';

export const CALLER = { keyId: 'test', scopes: ['admin' as const], facilityIds: null };

export type Resolved = ContactResolution & { kind: 'contact' };

/** A patient of whom an event tells only what the test says. */
export function told(patient: Partial<ReportedPatient>): ReportedPatient {
  const nothing = { name: null, dateOfBirth: null, phone: null, email: null, gender: null, nationalId: null };
  return { ...nothing, patientId: null, temporaryPatientId: null, ...patient };
}

/** As a job: one transaction with an identity map of its own. */
export function inTransaction<T>(hub: TestHub, work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
  const em = hub.app.get<SqlEntityManager>(EntityManager);
  return asWorker(em, () => em.transactional(inner => work(inner)));
}

/** Opens the contacts of one batch, lets `work` apply it, and commits. */
export function batch<T>(
  hub: TestHub,
  facilityId: string,
  patients: readonly ReportedPatient[],
  contactIds: readonly string[],
  work: (contacts: EventContacts) => T | Promise<T>,
): Promise<T> {
  return inTransaction(hub, async em => {
    const facility = await hub.app.get(FacilitiesService).get(CALLER, facilityId);
    const rows = new RowUnit(em, CONTACT_ROWS);
    const result = await work(await hub.app.get(EventContactsService).open(em, rows, facility, patients, contactIds));
    await rows.write();
    return result;
  });
}

/** The statements about contacts that `work` makes: MikroORM's, and the prepared ones, which it does not log. */
export async function statementsOf(hub: TestHub, work: () => Promise<unknown>): Promise<string[]> {
  const logger = hub.app.get<SqlEntityManager>(EntityManager).config.getLogger();
  const logQuery = logger.logQuery.bind(logger);
  const made: string[] = [];
  logger.logQuery = context => made.push(context.query ?? '');
  const prepared = Reflect.get(PreparedStatement.prototype, 'run') as PreparedStatement['run'];
  PreparedStatement.prototype.run = function (em, values) {
    made.push(String(Reflect.get(this, 'text')));
    return prepared.call(this, em, values);
  };
  try {
    await work();
  } finally {
    PreparedStatement.prototype.run = prepared;
    logger.logQuery = logQuery;
  }
  // The hub sends messages and chains its audit log meanwhile.
  return made.filter(text => /contact|channel|pg_advisory/.test(text) && !/notification|audit_entry/.test(text));
}

export function asContact(resolution: ContactResolution): Resolved {
  if (resolution.kind === 'held') throw new Error(`It is held: ${resolution.reason}`);
  return resolution;
}
