import { nationalIdKey, type ContactDetails } from './contact-details.js';
import type { IdentityKind } from './contact-identity.entity.js';
import type { Candidate, GivenPerson } from './contact-match.js';

/** A contact as the matching sees it. */
export function candidateOf(
  contactId: string,
  details: ContactDetails,
  identities: readonly { kind: IdentityKind; value: string }[],
): Candidate {
  const { name, dateOfBirth, phone, nationalId } = details;
  const valuesOf = (kind: IdentityKind): string[] => identities.filter(identity => identity.kind === kind).map(identity => identity.value);
  return {
    contactId,
    name,
    dateOfBirth,
    phone,
    nationalId: nationalIdKey(nationalId),
    patientId: valuesOf('patient').at(-1) ?? null,
    temporaryPatientIds: valuesOf('temporary'),
  };
}

/** What was said of somebody, as the matching sees it. */
export function personOf(
  details: Pick<ContactDetails, 'name' | 'dateOfBirth' | 'phone' | 'nationalId'>,
  ids: { patientId: string | null; temporaryPatientId: string | null },
): GivenPerson {
  const { name, dateOfBirth, phone, nationalId } = details;
  return {
    name,
    dateOfBirth,
    phone,
    nationalId: nationalIdKey(nationalId),
    patientId: ids.patientId,
    temporaryPatientId: ids.temporaryPatientId,
  };
}
