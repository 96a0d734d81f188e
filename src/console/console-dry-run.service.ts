import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { RateLimits } from '../limits/rate-limits.service.js';
import { DryRunService } from '../webhooks/dry-run.service.js';
import type { DryRunDto } from '../webhooks/webhook.dto.js';
import type { DryRunForm } from './console-forms.dto.js';
import { pastedRequest } from './pasted-request-rules.js';

/** What would become of a pasted request: the API's own dry run. */
@Injectable()
export class ConsoleDryRun {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly dryRuns: DryRunService,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /** Of what the body may have been, the first that its signature holds for, else the first. Throws `FacilityNotFoundError`, `RateLimitedError`. */
  async run(caller: Caller, facilityId: string, form: DryRunForm): Promise<DryRunDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const { refusal } = this.limits.take([{ limit: 'dry-run', key: facilityId }], this.clock.now());
    if (refusal) throw refusal;
    const now = form.receivedAt === undefined ? this.clock.now() : instantOf(form.receivedAt, 'receivedAt');
    const { headers, bodies } = pastedRequest(form.headers, form.body);
    let first: DryRunDto | undefined;
    for (const rawBody of bodies) {
      const answer = await this.dryRuns.run({ facility, headers, rawBody, now });
      if (answer.signature.ok) return answer;
      first ??= answer;
    }
    if (!first) throw new Error('A pasted request without a body');
    return first;
  }
}
