import { Clock } from '../common/clock.js';
import { ClinicDirectory } from './clinic/clinic-directory.js';
import { demoClinic } from './clinic/demo-clinic.js';
import { SeededDefects } from './defects/seeded-defects.js';
import { NumericIds } from './http/numeric-ids.js';
import { CallCounts } from './http/call-counts.js';
import { Credentials, generateCredentials } from './records/credentials.js';
import { HospitalRecords } from './records/hospital-records.js';
import { emptyState } from './records/hospital-state.js';
import { RandomIds } from './records/random-ids.js';
import { readStateFile, StateFile } from './records/state-file.js';
import type { SandboxOptions } from './sandbox-options.js';
import { SandboxSettings } from './sandbox-settings.js';
import type { Hospital } from './sandbox.module.js';
import { DeliveryAttempts } from './webhooks/delivery-attempts.js';
import { WebhookOutbox } from './webhooks/webhook-outbox.js';
import { RETRY_DELAYS_MS, WebhookSender } from './webhooks/webhook-sender.js';

/** The hospital as its state file left it, or a new one. A new key is kept before anyone is told it: it is marked here, written above. */
export function openHospital(options: SandboxOptions): Hospital {
  const kept = (options.stateFile === undefined ? null : readStateFile(options.stateFile)) ?? emptyState();
  const ids = new RandomIds(options.seed ?? null);
  const { scheme = 'basic', headerName = 'X-API-Key', ...given } = options.auth ?? {};
  const { userId, apiKey } = { ...(kept.credentials ?? generateCredentials(ids)), ...given };
  const { dialect = 'snake', latencyMs = 0, calendarsPerPage = 5, defects = [], slowMs = 4_500, log = () => undefined } = options;
  const clock = options.clock ?? new Clock();
  const directory = new ClinicDirectory(options.clinic ?? demoClinic);
  const records = new HospitalRecords(kept);
  const outbox = new WebhookOutbox(dialect, directory, { ...kept.webhooks, echo: options.echo ?? kept.webhooks.echo });
  const sender = new WebhookSender(outbox, new DeliveryAttempts(outbox, records, clock, log), options.retryDelaysMs ?? RETRY_DELAYS_MS);
  records.tell(event => {
    sender.announce(event);
  });
  if (options.stateFile !== undefined) {
    const file = new StateFile(options.stateFile, () => ({
      version: 1,
      credentials: { userId, apiKey },
      ...records.state(),
      webhooks: outbox.state(),
    }));
    const hasNewKey = kept.credentials?.userId !== userId || kept.credentials.apiKey !== apiKey;
    if (hasNewKey) file.markChanged();
    records.keepWith(file);
  }
  return {
    clock,
    directory,
    records,
    ids,
    credentials: new Credentials(scheme, userId, apiKey, headerName),
    settings: new SandboxSettings(
      dialect,
      latencyMs,
      calendarsPerPage,
      log,
      new SeededDefects(defects, slowMs),
      new NumericIds(directory, records),
    ),
    calls: new CallCounts(),
    outbox,
    sender,
  };
}
