import type { AppointmentStatus } from './appointment-state.js';

/** What a list is narrowed to. */
export interface AppointmentFilter {
  /** Of a contact that was merged it is the kept one. */
  contactId: string | undefined;
  /** Either of the hospital's ids: on the appointment itself, or on its contact. */
  patientId: string | undefined;
  temporaryPatientId: string | undefined;
  externalId: string | undefined;
  status: AppointmentStatus | undefined;
  from: Date | undefined;
  to: Date | undefined;
  needsReview: boolean | undefined;
}

/** A statement whose text, and so whose name, depends on what is asked for, not on the values. */
interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

interface PageParts {
  facilityId: string;
  filter: AppointmentFilter;
  /** The id that the page begins below; null: it is the first. */
  before: string | null;
  count: number;
}

interface ContactPageParts {
  /** null: all. */
  facilityIds: readonly string[] | null;
  contactId: string;
  before: string | null;
  count: number;
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * One after the other, by their ids: `limit 1` keeps PostgreSQL from joining in another way, whatever it has planned for. Merges are never
 * circular; `union` would see to it that they end all the same.
 */
const NEXT_KEPT = `select next.id, next.facility_id, next.merged_into_id from kept
  cross join lateral (
    select c.id, c.facility_id, c.merged_into_id from contact c where c.facility_id = kept.facility_id and c.id = kept.merged_into_id limit 1
  ) as next`;

/** Newest first. `columns`: of an appointment `r`. */
export function pageText(columns: string, { facilityId, filter, before, count }: PageParts): Statement {
  const values: unknown[] = [facilityId, before ?? LAST_ID, count];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const { contactId, patientId, temporaryPatientId, externalId, status, needsReview, from, to } = filter;
  const ids = [
    ...(patientId === undefined ? [] : idsOf('patient', 'patient_id', given(patientId))),
    ...(temporaryPatientId === undefined ? [] : idsOf('temporary', 'temporary_patient_id', given(temporaryPatientId))),
  ];
  const conditions = [
    ...(contactId === undefined ? [] : [`r.contact_id = (${keptOf(given(contactId))})`]),
    // The ways to a patient's appointments have an index each; whether a plain "or" uses them is left to an estimate.
    ...(ids.length === 0 ? [] : [`r.id = any(array(${ids.join(' union ')}))`]),
    ...(externalId === undefined ? [] : [`r.external_id = ${given(externalId)}`]),
    ...(status === undefined ? [] : [`r.status = ${given(status)}`]),
    ...(needsReview === undefined ? [] : [needsReview ? 'r.needs_review' : 'not r.needs_review']),
    ...(from ? [`r.start_at >= ${given(from)}`] : []),
    ...(to ? [`r.start_at < ${given(to)}`] : []),
  ];
  return {
    name: `appointments-${nameOf(filter)}`,
    text: `select ${columns} from appointment r
      where ${['r.facility_id = $1', 'r.id < $2', ...conditions].join(' and ')} order by r.id desc limit $3`,
    values,
  };
}

/** A digit for each part of the filter, whatever order they were given in: PostgreSQL keeps 63 characters of a statement's name. */
function nameOf({ contactId, patientId, temporaryPatientId, externalId, status, needsReview, from, to }: AppointmentFilter): string {
  const ids = [contactId, patientId, temporaryPatientId, externalId];
  const needs = [needsReview === true ? true : undefined, needsReview === false ? true : undefined];
  return [...ids, status, ...needs, from, to].map(value => (value === undefined ? '0' : '1')).join('');
}

/** Likewise; a row without an appointment where the contact has none, and no row where there is no such contact. */
export function pageOfContactText(columns: string, { facilityIds, contactId, before, count }: ContactPageParts): Statement {
  const isBound = facilityIds !== null;
  return {
    name: isBound ? 'appointments-of-contact' : 'appointments-of-any-contact',
    text: `with recursive kept as (
        select id, facility_id, merged_into_id from contact where id = $1 and ${isBound ? 'facility_id = any($4::uuid[])' : 'true'}
        union ${NEXT_KEPT}
      )
      select kept.facility_id as contact_facility_id, r.* from kept
      left join lateral (
        select ${columns} from appointment r
        where r.facility_id = kept.facility_id and r.contact_id = kept.id and r.id < $2 order by r.id desc limit $3
      ) as r on true
      where kept.merged_into_id is null order by r.id desc`,
    values: [contactId, before ?? LAST_ID, count, ...(isBound ? [facilityIds] : [])],
  };
}

/** An id that no contact has is asked for as it is. */
function keptOf(id: string): string {
  return `with recursive kept as (
      select id, facility_id, merged_into_id from contact where facility_id = $1 and id = ${id} union ${NEXT_KEPT}
    )
    select coalesce((select id from kept where merged_into_id is null), ${id}::uuid)`;
}

function idsOf(kind: 'patient' | 'temporary', column: string, value: string): string[] {
  return [
    `select id from appointment where facility_id = $1 and ${column} = ${value}`,
    `select id from appointment where facility_id = $1
       and contact_id = any(array(select contact_id from contact_identity where facility_id = $1 and kind = '${kind}' and value = ${value}))`,
  ];
}
