import type { HubAnswer } from './hub-webhooks.client.js';
import { verdictOf } from './verdict-rules.js';

export type Print = (line: string) => void;

/** Prints, whatever the lines hold, none of the secrets. */
export function withoutSecrets(print: Print, secrets: readonly string[]): Print {
  const parts = secrets.flatMap(secret => [secret, secret.replace(/^whsec_/, '')]).filter(part => part.length >= 4);
  return line => {
    print(parts.reduce((text, part) => text.replaceAll(part, '***'), line));
  };
}

/** One line for the webhook, and what the hub says of it below. True: it would be taken. */
export function reportVerdict(print: Print, name: string, answer: HubAnswer): boolean {
  const { ok, answer: short, lines } = verdictOf(answer);
  print(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${short}`);
  for (const line of lines) print(`     ${line}`);
  return ok;
}

/** Of many: one line each, what went wrong below. */
export function reportCase(print: Print, name: string, problem: string | null, shows: string): boolean {
  print(problem === null ? `ok   ${name}: ${shows}` : `FAIL ${name}: ${problem}`);
  return problem === null;
}

/** The exit code, and the sum in a line. */
export function summed(print: Print, results: readonly boolean[]): number {
  const failed = results.filter(isGood => !isGood).length;
  print(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
