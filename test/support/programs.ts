import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { eventually } from './eventually.js';

const END_MS = 15_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that was started, and what it has said so far. */
export interface Program {
  output(): string;
  /** Resolves when the output holds `text`; fails with all of it at the deadline, or when the program ends before. */
  says(text: string, deadlineMs?: number): Promise<void>;
  /** How it ended, all of its output read. */
  exit(deadlineMs?: number): Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
  /** Of the program and all that it has started in its own process group. */
  signalAll(signal: NodeJS.Signals): void;
}

/** Starts programs in `cwd`, and ends what still runs of them. Nothing of the test's own environment reaches them but the path. */
export class Programs {
  private readonly cwd: string;
  private readonly started: ChildProcess[] = [];

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  start(command: string, args: string[], env: Record<string, string> = {}): Program {
    const { HOME = '/', PATH = '' } = process.env;
    const folders = PATH.split(':').filter(folder => !folder.endsWith('node_modules/.bin'));
    const child = spawn(command, args, {
      cwd: this.cwd,
      env: { HOME, PATH: folders.join(':'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.started.push(child);
    return programOf(child);
  }

  /** Of the Node that runs the tests. What it compiles is kept: the next one starts sooner. */
  node(args: string[], env: Record<string, string> = {}): Program {
    return this.start(process.execPath, ['--enable-source-maps', ...args], {
      NODE_COMPILE_CACHE: process.env['TEST_COMPILED_DIR'] ?? path.join(this.cwd, 'compiled'),
      ...env,
    });
  }

  async end(): Promise<void> {
    for (const child of this.started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      killGroup(child, 'SIGKILL');
      await eventually('a program that was killed is gone', () => child.exitCode !== null || child.signalCode !== null);
    }
  }
}

function programOf(child: ChildProcess): Program {
  let output = '';
  let end: Exit | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.on('close', (code, signal) => {
    end = { code, signal };
  });
  child.on('error', error => {
    output += error.message;
    end = { code: null, signal: null };
  });
  return {
    output: () => output,
    says: async (text, deadlineMs = 60_000) => {
      await eventually(
        `"${text}" is said`,
        () => {
          if (end && !output.includes(text))
            throw new Error(`Ended with ${String(end.code ?? end.signal)} instead of saying "${text}": ${output}`);
          return output.includes(text);
        },
        deadlineMs,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output}`);
      });
    },
    exit: (deadlineMs = END_MS) => eventually(`the program ends (${output})`, () => end, deadlineMs),
    signal: signal => {
      child.kill(signal);
    },
    signalAll: signal => {
      killGroup(child, signal);
    },
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
