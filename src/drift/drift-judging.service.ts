import { Injectable } from '@nestjs/common';
import type { Comparison } from './drift-beginning.js';
import { DriftComparing } from './drift-comparing.service.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import type { RunOutcome } from './drift-outcome.js';
import { DriftRunRepository } from './drift-run.repository.js';
import type { UntrustedCode } from './drift-state.js';
import { windowAt } from './drift-window-rules.js';
import { HospitalListing, type Listing } from './hospital-listing.service.js';
import { distrust } from './list-trust-rules.js';

type Listed = Extract<Listing, { kind: 'listed' }>;

const NOTHING = { listed: 0, compared: 0, skipped: 0, code: null, message: null, differences: [], listSize: null };

const WHY: Record<Exclude<UntrustedCode, 'list-partial' | 'list-filter-ignored'>, string> = {
  'list-empty': 'The hospital listed nothing, or nothing of one calendar, where it had appointments.',
  'list-smaller': 'The hospital listed over 20 % fewer appointments than before.',
  'list-lacks-known': 'The list lacks over 20 % of the appointments that the hospital has confirmed.',
};

/** Reads what a hospital lists, asks whether that can be relied on, and what it differs in. */
@Injectable()
export class DriftJudging {
  constructor(
    private readonly listing: HospitalListing,
    private readonly comparing: DriftComparing,
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
  ) {}

  /** Never throws for what the hospital does. */
  async outcomeOf(comparison: Comparison): Promise<RunOutcome> {
    const { facility, references, window, signal } = comparison;
    const listing = await this.listing.readAll(facility, references, window, signal);
    switch (listing.kind) {
      case 'not-supported':
        return { ...NOTHING, status: 'not-supported' };
      case 'failed':
        return { ...NOTHING, status: 'failed', code: listing.code, message: listing.message };
      case 'partial':
        return { ...NOTHING, status: 'untrusted', code: listing.code, message: listing.message, listed: listing.listed };
      case 'listed':
        return this.judge(comparison, listing);
    }
  }

  private async judge(comparison: Comparison, { rows, size: listSize }: Listed): Promise<RunOutcome> {
    const { differences, lacking, known, compared, skipped } = await this.comparing.compare(comparison, rows, listSize);
    const counts = { listed: rows.length, compared, listSize };
    // What a person has been told of already, or has decided about, is no sign that this list is broken.
    const told = await this.findings.missingAppointmentIds(comparison.facility.id);
    const untold = lacking.filter(({ id }) => !told.has(id)).length;
    const code = await this.distrusted(comparison, listSize, known - (lacking.length - untold), untold);
    // What such a list lacks proves nothing, and the hospital is not to be asked for hundreds one by one.
    if (code) return { ...counts, status: 'untrusted', code, message: WHY[code], skipped: skipped + lacking.length, differences };
    const looked = await this.comparing.lookUp(comparison, lacking);
    const all = [...differences, ...looked.differences];
    return { ...counts, status: 'succeeded', code: null, message: null, skipped: skipped + looked.skipped, differences: all };
  }

  private async distrusted(
    { run, facility, window }: Comparison,
    listed: Listed['size'],
    known: number,
    lacking: number,
  ): Promise<ReturnType<typeof distrust>> {
    const last = await this.runs.findLastSucceeded(facility.id, facility.offersChangedAt);
    const before = last?.listSize ? { listed: last.listSize, window: windowAt(last.startedAt) } : null;
    return distrust({ listed, window, before, known, lacking, isSmallerExpected: run.isSmallerExpected });
  }
}
