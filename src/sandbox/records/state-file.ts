import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseState, type HospitalState } from './hospital-state.js';

/**
 * Keeps the hospital's state in one file. A write is whole or not at all (temporary file, fsync, rename), and changes that come while one
 * is under way share the next: 500 bookings at once cost a handful of writes, not 500.
 */
export class StateFile {
  private isUnsaved = false;
  private writing: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | null = null;

  /** `snapshot` gives the state as it is at that moment. */
  constructor(
    private readonly path: string,
    private readonly snapshot: () => HospitalState,
  ) {}

  markChanged(): void {
    this.isUnsaved = true;
  }

  /** Resolves when all that was marked before this call is on the disk. Rejects when it could not be written; the next call tries again. */
  settled(): Promise<void> {
    if (!this.isUnsaved) return this.writing;
    this.waiting ??= this.writing
      .catch(() => undefined)
      .then(() => {
        this.waiting = null;
        this.writing = this.write();
        return this.writing;
      });
    return this.waiting;
  }

  private async write(): Promise<void> {
    this.isUnsaved = false;
    try {
      await replaceFile(this.path, JSON.stringify(this.snapshot()));
    } catch (error) {
      this.isUnsaved = true;
      throw error;
    }
  }
}

/** The kept state, or null where there is no file yet. Throws `BrokenStateFileError`. */
export function readStateFile(path: string): HospitalState | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return null;
    throw new Error(`The sandbox's state file ${path} cannot be read.`, { cause: error });
  }
  return parseState(text, path);
}

/** By its code, not its class: jest's realms have an `Error` each. */
function isMissingFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** It holds a key and patients' data: readable by its owner alone. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporaryPath = `${path}.tmp`;
  const file = await open(temporaryPath, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporaryPath, path);
  await syncFolder(dirname(path));
}

/** Without it a power cut (not a SIGKILL) may undo the rename. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
