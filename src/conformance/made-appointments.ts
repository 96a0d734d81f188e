import { described, isRefusal, isSuccess, type Answer } from './http/answer.js';
import type { VendorClient, VendorRequest } from './http/vendor.client.js';
import { idField, listOf, objectOf } from './read/fields.js';

interface Made {
  id: string;
  isCanceled: boolean;
  /** Its cancel was rightly refused, as the cutoff had passed. */
  isPastCutoff: boolean;
}

/** What a run could not take back, as a person needs to know it. */
export interface Leftovers {
  leftBehind: string[];
  keptPastCutoff: string[];
}

/** What a run has booked, and has to take back. */
export class MadeAppointments {
  private readonly made: Made[] = [];
  /** References of bookings whose outcome is unknown. */
  private readonly unclear: string[] = [];

  remember(id: string): void {
    if (!this.made.some(made => made.id === id)) this.made.push({ id, isCanceled: false, isPastCutoff: false });
  }

  rememberUnclear(reference: string): void {
    this.unclear.push(reference);
  }

  noteCanceled(id: string): void {
    const known = this.made.find(made => made.id === id);
    if (known) known.isCanceled = true;
  }

  acceptKept(id: string): void {
    const known = this.made.find(made => made.id === id);
    if (known) known.isPastCutoff = true;
  }

  /** Cancels whatever is left. Returns what could not be canceled. */
  async takeBack(client: VendorClient): Promise<Leftovers> {
    const left: Leftovers = { leftBehind: [], keptPastCutoff: [] };
    for (const reference of this.unclear) {
      const answer = await client.send({ method: 'GET', path: `/appointments?external_reference=${reference}` }, true);
      if (!isSuccess(answer))
        left.leftBehind.push(`what came of the booking with external_reference ${reference} (its list: ${described(answer)})`);
      else for (const id of listedIds(answer)) this.remember(id);
    }
    for (const made of this.made.filter(({ isCanceled }) => !isCanceled)) {
      const answer = await client.send(cancelRequest(made.id), true);
      made.isCanceled = isSuccess(answer) || isAlreadyCanceled(answer);
      const isKept = made.isPastCutoff && isRefusal(answer);
      if (!made.isCanceled) left[isKept ? 'keptPastCutoff' : 'leftBehind'].push(`appointment ${made.id} (${described(answer)})`);
    }
    return left;
  }
}

export function appointmentIdOf(answer: Answer): string | null {
  return appointmentIdIn(objectOf(answer.body));
}

export function cancelRequest(id: string): VendorRequest {
  const body = { appointment_id: id, reason: 'Made by the conformance kit' };
  return { method: 'PUT', path: `/appointments/${encodeURIComponent(id)}/cancel`, body };
}

function listedIds(answer: Answer): string[] {
  return (listOf(answer.body) ?? []).map(item => appointmentIdIn(objectOf(item))).filter(id => id !== null);
}

function appointmentIdIn(appointment: ReturnType<typeof objectOf>): string | null {
  return idField(appointment, 'appointmentId', 'id');
}

/** By its code; a status alone may as well say that there is no such route, or that it is too late. */
function isAlreadyCanceled({ body }: Answer): boolean {
  return /already.?cancel/i.test(JSON.stringify(body ?? ''));
}
