import { readArguments } from '../../src/conformance/arguments.js';
import { LIMITS, type Limits } from '../../src/conformance/checks/answers.js';
import { runConformance, type RunReport } from '../../src/conformance/run.js';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { aSandbox } from '../sandbox/a-sandbox.js';

export interface RunSetting {
  sandbox?: Partial<SandboxOptions>;
  /** After `--base-url` and the key. */
  args?: string[];
  limits?: Limits;
  auth?: 'basic' | 'header' | 'bearer';
}

export interface FinishedRun {
  report: RunReport;
  /** Ids of what the sandbox still has booked. */
  leftBooked: string[];
}

/** Conformance against a sandbox of its own, at the sandbox's time. */
export async function aRun({ sandbox: options = {}, args = [], limits = LIMITS, auth = 'bearer' }: RunSetting = {}): Promise<FinishedRun> {
  const { sandbox, clock } = await aSandbox(options);
  const { userId, apiKey } = sandbox.credentials;
  const given = ['--base-url', sandbox.baseUrl, '--user-id', userId, '--api-key', apiKey, '--auth', auth, ...args];
  try {
    const report = await runConformance(readArguments(given), { clock, limits });
    const leftBooked = sandbox.appointments().filter(({ status }) => status !== 'canceled');
    return { report, leftBooked: leftBooked.map(({ appointmentId }) => appointmentId) };
  } finally {
    await sandbox.close();
  }
}

export function failedClauses({ report }: FinishedRun): string[] {
  return report.results.filter(({ outcome }) => outcome === 'failed').map(({ clause }) => clause);
}
