/** How often all connections are looked at. */
export const WATCH_TICK_MS = 250;

/** A connection to the database, as far as it is watched. */
export interface WatchedConnection {
  /** How long it may be silent while something is unanswered, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Whether something has been sent that is not answered. */
  isUnanswered(): boolean;
  /** What has come so far: more of it is a sign of life. */
  bytesRead(): number;
  /** Nothing has come for too long. */
  giveUp(): void;
}

interface Silence {
  ticks: number;
  bytesRead: number;
}

/**
 * Finds connections at whose other end nobody answers: a server that is frozen, a network that swallows. One timer for all of them and
 * nothing for each statement. It counts ticks, not time: a process that was stopped itself reads first what has come meanwhile.
 */
export class AnswerWatch {
  private readonly silences = new Map<WatchedConnection, Silence>();
  private timer: NodeJS.Timeout | undefined;

  add(connection: WatchedConnection): void {
    this.silences.set(connection, { ticks: 0, bytesRead: connection.bytesRead() });
    this.timer ??= setInterval(() => {
      this.tick();
    }, WATCH_TICK_MS).unref();
  }

  remove(connection: WatchedConnection): void {
    this.silences.delete(connection);
    if (this.silences.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One look at all. */
  tick(): void {
    for (const [connection, silence] of this.silences) {
      const bytesRead = connection.bytesRead();
      const isSilent = connection.isUnanswered() && bytesRead === silence.bytesRead;
      silence.ticks = isSilent ? silence.ticks + 1 : 0;
      silence.bytesRead = bytesRead;
      if (silence.ticks * WATCH_TICK_MS <= connection.answerTimeoutMs) continue;
      this.remove(connection);
      connection.giveUp();
    }
  }
}
