import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service.js';
import { DriftRunService } from './drift-run.service.js';

/** So many hospitals may be slow at once, before a healthy one of this copy waits. One that hangs is left after 10 s. */
const CONCURRENCY = 4;

@Injectable()
export class DriftJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly runs: DriftRunService,
  ) {}

  onModuleInit(): void {
    this.jobs.work('drift-compare', CONCURRENCY, ({ facilityId, driftRunId }, signal) =>
      this.runs.run({ facilityId, id: driftRunId }, signal),
    );
  }
}
