import { Injectable, Logger } from '@nestjs/common';
import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import { ComparedAppointments } from '../appointments/compared-appointments.service.js';
import { isId } from '../common/ids.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { differenceOf, missingUpstream, type Difference } from './difference-rules.js';
import type { Comparison } from './drift-beginning.js';
import { compare, type DriftAnswer } from './drift-diff.js';
import { HospitalListing } from './hospital-listing.service.js';
import type { ListSize } from './list-trust-rules.js';
import type { ListedRow } from './listed-row.js';

/** Beyond so many a run asks no more for single appointments: what it has not asked about it does not call missing. */
const MOST_LOOKUPS = 200;

/** Compares the hospital's list, as it was read, with the hub's own records as they are after that. */
@Injectable()
export class DriftComparing {
  private readonly logger = new Logger(DriftComparing.name);

  constructor(
    private readonly appointments: ComparedAppointments,
    private readonly listing: HospitalListing,
  ) {}

  async compare({ run, facility, references, window }: Comparison, rows: readonly ListedRow[], size: ListSize): Promise<DriftAnswer> {
    const ours = await this.appointments.read(facility.id, {
      window,
      externalIds: rows.map(row => row.externalId),
      ids: rows.flatMap(({ reference }) => (reference !== null && isId(reference) ? [reference] : [])),
    });
    const calendarIds = new Set(references.present().flatMap(({ id, externalId }) => (Object.hasOwn(size, externalId) ? [id] : [])));
    const externalIdOf = references.externalIdOf.bind(references);
    return compare({ ours, theirs: rows, readAt: run.startedAt, window, calendarIds, externalIdOf });
  }

  /**
   * What became of those that the list lacks: the hospital is asked for each, for it may have moved out of what was listed. `skipped`: how
   * many could not be asked for.
   */
  async lookUp(comparison: Comparison, lacking: readonly ComparedAppointment[]): Promise<{ differences: Difference[]; skipped: number }> {
    const differences: Difference[] = [];
    for (const [index, ours] of lacking.entries()) {
      comparison.signal.throwIfAborted();
      if (index === MOST_LOOKUPS) return { differences, skipped: lacking.length - index };
      try {
        const difference = await this.lookUpOne(comparison, ours);
        if (difference) differences.push(difference);
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        this.logger.warn({
          msg: 'A hospital stopped telling of single appointments',
          facilityId: comparison.facility.id,
          code: error.code,
        });
        return { differences, skipped: lacking.length - index };
      }
    }
    return { differences, skipped: 0 };
  }

  private async lookUpOne({ facility, references }: Comparison, ours: ComparedAppointment): Promise<Difference | null> {
    const externalIdOf = references.externalIdOf.bind(references);
    const row = await this.listing.findOurs(facility, references, ours);
    if (row === null) return missingUpstream(ours, externalIdOf);
    const difference = differenceOf(ours, row, externalIdOf);
    return difference === 'stale' ? null : difference;
  }
}
