import type { CorpusCase } from './corpus-cases.js';
import type { HubWebhooksClient } from './hub-webhooks.client.js';
import { verdictOf } from './verdict-rules.js';
import { reportCase, summed, type Print } from './webhook-report.js';

/** Sends each case, in order, and compares what the hub makes of it. `isApplied`: also those that take effect. */
export async function runCorpus(hub: HubWebhooksClient, cases: readonly CorpusCase[], isApplied: boolean, print: Print): Promise<number> {
  const results: boolean[] = [];
  for (const one of cases) {
    if (one.isReal && !isApplied) {
      print(`skip ${one.name}: it takes effect; --apply sends it (to a facility that is not live)`);
      continue;
    }
    const seen = one.isReal ? await delivered(hub, one) : verdictOf(await hub.dryRun(one.headers, one.body)).answer;
    const problem = seen === one.expected ? null : `${one.shows}: the hub says ${seen} instead of ${one.expected}`;
    results.push(reportCase(print, one.name, problem, `${one.shows}: ${seen}`));
  }
  return summed(print, results);
}

async function delivered(hub: HubWebhooksClient, { headers, body }: CorpusCase): Promise<string> {
  const answer = await hub.deliver(headers, body);
  const told = answer.body['status' in answer.body && answer.status === 202 ? 'status' : 'code'];
  return `${answer.status} ${typeof told === 'string' ? told : ''}`.trim();
}
