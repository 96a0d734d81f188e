import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedRequest } from '../auth/auth.decorators.js';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { ChainedEntry } from './audit-chain-rules.js';
import { NO_FACILITY, type AuditPhase } from './audit-entry.entity.js';
import { AuditTrail } from './audit-trail.service.js';
import type { AuditMode } from './audit.decorators.js';
import { patientsIn, subjectOf, uuidOf, type ShownPatients } from './audited-act-rules.js';

/** Why somebody looks, in their own words: optional, kept sealed. */
export const REASON_HEADER = 'audit-reason';
const LONGEST_REASON = 200;

/** A call with an API key, as the log sees it. */
export interface Act {
  caller: Caller;
  action: string;
  mode: AuditMode | null;
  facilityId: string | null;
  subjectId: string | null;
  requestId: string;
  reason: string | null;
  response: Response;
}

/** Makes the log's entries of what is called, and what it answers. */
@Injectable()
export class AuditRecords {
  constructor(
    private readonly trail: AuditTrail,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  actOf(request: Request & AuthenticatedRequest & { id?: unknown }, caller: Caller, action: string, mode: AuditMode | null): Act {
    const reason = reasonOf(request, mode);
    return {
      caller,
      action,
      mode,
      facilityId: facilityOf(request.params, caller),
      subjectId: subjectOf(request.params),
      requestId: typeof request.id === 'string' ? request.id : '',
      reason: typeof reason === 'string' && reason.trim() !== '' ? reason.trim().slice(0, LONGEST_REASON) : null,
      response: request.res as Response,
    };
  }

  /** Call what is returned before anything is answered: resolves once the entry is committed. */
  begun(act: Act): () => Promise<void> {
    return this.trail.recordBeside([this.entryOf(act, 'begun', null, { facilityId: act.facilityId ?? NO_FACILITY, contactIds: [] })]);
  }

  answered(act: Act, status: number, answer: unknown): Promise<void> {
    return this.trail.record(this.entriesOf(act, status, answer));
  }

  answeredLater(act: Act, status: number, answer: unknown): void {
    this.trail.recordLater(this.entriesOf(act, status, answer));
  }

  /** One for each facility whose patients the answer shows; one where it shows none. */
  private entriesOf(act: Act, status: number, answer: unknown): ChainedEntry[] {
    const parts = patientsIn(answer, act.facilityId, act.mode?.kind === 'contacts');
    const shown = parts.length > 0 ? parts : [{ facilityId: NO_FACILITY, contactIds: [] }];
    const told = act.mode?.kind === 'if-shown' ? shown.filter(({ contactIds }) => contactIds.length > 0) : shown;
    return told.map(part => this.entryOf(act, 'answered', status, part));
  }

  private entryOf(act: Act, phase: AuditPhase, status: number | null, { facilityId, contactIds }: ShownPatients): ChainedEntry {
    const at = this.clock.now();
    const id = newId(at);
    const place = { table: 'audit_entry', column: 'reason_sealed', facilityId, rowId: id };
    return {
      id,
      facilityId,
      at: at.toISOString(),
      actorId: act.caller.keyId,
      action: act.action,
      phase,
      status,
      subjectId: act.subjectId,
      contactIds,
      requestId: act.requestId,
      reasonSealed: this.cipher.sealOptional(act.reason, place),
    };
  }
}

/** The API's callers say it in a header, or where they are asked for it in the body; the console's forms have a field. */
function reasonOf({ headers, formToken, body }: Request & AuthenticatedRequest, mode: AuditMode | null): unknown {
  const isAsked = formToken !== undefined || mode?.kind === 'reasoned';
  const isGiven = isAsked && typeof body === 'object' && body !== null && 'reason' in body;
  return isGiven ? (body as { reason: unknown }).reason : headers[REASON_HEADER];
}

/** Where the key acts: never in the log of a facility that it may not touch, whatever its URL says (`subjectId` keeps that). */
function facilityOf(params: Record<string, unknown>, caller: Caller): string | null {
  const named = uuidOf(params['facilityId']);
  return named !== null && mayTouch(caller, named) ? named : onlyFacilityOf(caller);
}

function onlyFacilityOf({ facilityIds }: Caller): string | null {
  return facilityIds?.length === 1 ? (facilityIds[0] ?? null) : null;
}
