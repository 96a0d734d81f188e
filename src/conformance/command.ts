import { Clock } from '../common/clock.js';
import { isError } from '../common/is-error.js';
import { readArguments, USAGE, UsageError, type RunOptions } from './arguments.js';
import { writeReports } from './report/report-files.js';
import { hasFailed, lineOf, summaryOf } from './report/report-text.js';
import { runConformance } from './run.js';

export interface Terminal {
  print: (text: string) => void;
  complain: (text: string) => void;
  signal: AbortSignal;
}

/** `npm run conformance`. Returns the exit code: 0 nothing failed, 1 something did, 2 wrong usage. Never prints the key. */
export async function conformanceCommand(args: string[], { print, complain, signal }: Terminal): Promise<number> {
  if (args.includes('--help') || args.length === 0) {
    print(USAGE);
    return args.length === 0 ? 2 : 0;
  }
  let options: RunOptions;
  try {
    options = readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  // A vendor's answer may hold the key, and a message what was answered.
  const hidden = (text: string): string => text.replaceAll(options.auth.apiKey, '(the key)');
  print(`Conformance of ${options.baseUrl.href}${options.isSafe ? ', reading only' : ''}`);
  const tell = (result: Parameters<typeof lineOf>[0]): void => {
    print(hidden(lineOf(result)));
  };
  const run = await runConformance(options, { clock: new Clock(), tell, signal });
  const report = JSON.parse(hidden(JSON.stringify(run))) as typeof run;
  print(summaryOf(report));
  try {
    for (const file of writeReports(report, options.report)) print(`Report: ${file}`);
  } catch (error) {
    complain(`The report could not be written: ${isError(error) ? error.message : String(error)}`);
    return 2;
  }
  return hasFailed(report) ? 1 : 0;
}
