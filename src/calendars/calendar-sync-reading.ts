import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Gathered } from '../common/gathered.js';
import { FacilitiesService, type CalledFacility } from '../facilities/facilities.service.js';
import type { CalendarsAnswer } from '../schedulers/scheduler.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import { listDigest, ofVersion } from './same-list-rules.js';
import { SchedulerConnections } from './scheduler-connections.js';

/** Runs that begin together, at most. */
const TOGETHER = 100;

/** One run, as its job names it. */
export interface RunId {
  facilityId: string;
  id: string;
}

/** What the hospital is asked with. */
interface Question {
  /** As it was when the hospital was asked. */
  facility: CalledFacility;
  /** The entity tag that is sent. */
  etag: string | null;
  /** Of the list as it was last applied; null: it is not known, or was applied with other settings. */
  appliedDigest: string | null;
  /** When this reading began, which the run's row says as long as no other has begun: the fence. */
  startedAt: Date;
}

/** The hospital's whole list, or that it is the one that was applied last; and what it was asked with. */
export interface Reading extends Pick<Question, 'facility' | 'startedAt'> {
  /** null: nothing has changed. */
  calendars: Extract<CalendarsAnswer, { kind: 'calendars' }>['calendars'] | null;
  /** Both of the list as it is now. */
  etag: string | null;
  digest: string | null;
}

/** Asks the hospital for its whole list, outside of any transaction. */
@Injectable()
export class CalendarSyncReading {
  private readonly beginnings = new Gathered<RunId, Question | null>(runs => this.beginAll(runs), TOGETHER);

  constructor(
    private readonly facilities: FacilitiesService,
    private readonly syncs: CalendarSyncRepository,
    private readonly connections: SchedulerConnections,
    private readonly clock: Clock,
  ) {}

  /** null when the run is finished already. Throws `FacilityInactiveError`. */
  async begin(run: RunId): Promise<Question | null> {
    const question = await this.beginnings.ask(run);
    if (question) this.facilities.assertActive(question.facility);
    return question;
  }

  /** Throws `UpstreamError`. */
  async read({ facility, etag, appliedDigest, startedAt }: Question): Promise<Reading> {
    const { scheduler, connection } = this.connections.opened(facility, this.facilities.openKey(facility));
    const answer = await scheduler.listCalendars(connection, etag);
    if (answer.kind === 'not-modified') return { facility, startedAt, calendars: null, etag, digest: appliedDigest };
    const digest = listDigest(answer.calendars);
    return { facility, startedAt, calendars: digest === appliedDigest ? null : answer.calendars, etag: answer.etag, digest };
  }

  private async beginAll(runs: RunId[]): Promise<(Question | null)[]> {
    const startedAt = this.clock.now();
    const [begun, facilities] = await Promise.all([
      this.syncs.begin(runs, startedAt),
      this.facilities.findToCall(runs.map(run => run.facilityId)),
    ]);
    const applied = new Map(begun.map(run => [run.id, run]));
    return runs.map(run => {
      const [last, facility] = [applied.get(run.id), facilities.get(run.facilityId)];
      if (!last || !facility) return null;
      const { version } = facility;
      return { facility, startedAt, etag: ofVersion(last.etag, version), appliedDigest: ofVersion(last.listDigest, version) };
    });
  }
}
