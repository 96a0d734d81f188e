import { Clock } from '../common/clock.js';
import { conformanceCommand } from './command.js';
import { sendEventCommand, webhooksCommand } from './webhooks/command.js';

/** What a vendor does with webhooks, by the first word; without one their API is examined. */
const WEBHOOK_COMMANDS = new Map([
  ['webhooks', webhooksCommand],
  ['send-event', sendEventCommand],
]);

/** `npm run conformance -- …` */
async function run([word = '', ...others]: string[]): Promise<number> {
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const webhookCommand = WEBHOOK_COMMANDS.get(word);
  if (webhookCommand) {
    const clock = new Clock();
    return webhookCommand(others, { print, now: () => clock.now() });
  }
  const complain = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  return conformanceCommand(process.argv.slice(2), { print, complain, signal: stopSignal() });
}

/** A second Ctrl-C ends the run without cleaning up. */
function stopSignal(): AbortSignal {
  const stopper = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping: what was booked is being canceled. Once more to leave it.\n');
    stopper.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  process.once('SIGTERM', () => {
    stopper.abort();
  });
  return stopper.signal;
}

process.exitCode = await run(process.argv.slice(2));
