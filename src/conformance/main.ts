// `npm run conformance -- webhooks …`, `npm run conformance -- send-event …`: a vendor's webhooks, held against a hub.
import { Clock } from '../common/clock.js';
import { sendEventCommand, webhooksCommand } from './webhooks/command.js';

const [command = '', ...args] = process.argv.slice(2);
const clock = new Clock();
const context = {
  print: (line: string): void => {
    console.log(line);
  },
  now: (): Date => clock.now(),
};
const commands: Record<string, typeof webhooksCommand> = { webhooks: webhooksCommand, 'send-event': sendEventCommand };
const run = commands[command];
if (run) {
  process.exitCode = await run(args, context);
} else {
  console.error('npm run conformance -- webhooks … or send-event …: without options each says what it takes.');
  process.exitCode = 2;
}
