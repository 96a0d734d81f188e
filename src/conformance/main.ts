import { conformanceCommand } from './command.js';

/** `npm run conformance -- …`; a second Ctrl-C ends it without cleaning up. */
const stopper = new AbortController();
process.once('SIGINT', () => {
  process.stderr.write('\nStopping: what was booked is being canceled. Once more to leave it.\n');
  stopper.abort();
  process.once('SIGINT', () => process.exit(130));
});
process.once('SIGTERM', () => {
  stopper.abort();
});

process.exitCode = await conformanceCommand(process.argv.slice(2), {
  print: text => process.stdout.write(`${text}\n`),
  complain: text => process.stderr.write(`${text}\n`),
  signal: stopper.signal,
});
