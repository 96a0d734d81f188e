import { SetMetadata } from '@nestjs/common';

export const AUDIT_METADATA = 'hub:audit';

/** How a route is kept in the audit log. All are, unless they say otherwise. */
export type AuditMode =
  /** It shows nothing of a patient and changes nothing; `why` in a few words. */
  | { kind: 'none'; why: string }
  /** An `id` in its answers is a contact's. */
  | { kind: 'contacts' }
  /** Only where its answer tells of somebody: it is asked all the time. */
  | { kind: 'if-shown' }
  /** Its body's `reason` is why. */
  | { kind: 'reasoned' }
  /** The hospital is waited for meanwhile: the entry is made at once, beside the work. */
  | { kind: 'begun-first' };

export const Audit = (mode: AuditMode): MethodDecorator & ClassDecorator => SetMetadata(AUDIT_METADATA, mode);
