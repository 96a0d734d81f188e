/** How often all connections are looked at. */
export const WATCH_TICK_MS = 250;

/** A connection to the database, as far as it is watched. */
export interface WatchedConnection {
  /** To which server: `host:port`. */
  readonly server: string;
  /** How long it may be silent while something is unanswered, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Then only the time counts since another connection to the same server has heard of it: a server that is frozen will answer. */
  readonly isPatient: boolean;
  /** Whether something has been sent that is not answered. */
  isUnanswered(): boolean;
  /** What has come so far: more of it is a sign of life. */
  bytesRead(): number;
  /** Nothing has come for too long. */
  giveUp(): void;
}

interface Silence {
  isSilent: boolean;
  ticks: number;
  bytesRead: number;
  /** Others have heard of the server since it fell silent. */
  isServerAlive: boolean;
}

/**
 * Finds connections at whose other end nobody answers: a server that is frozen, a network that swallows. One timer for all of them and
 * nothing for each statement. It counts ticks, not time: a process that was stopped itself reads first what has come meanwhile.
 */
export class AnswerWatch {
  private readonly silences = new Map<WatchedConnection, Silence>();
  /** Servers that have made a connection since the last look. */
  private readonly heard = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** One that was just made. */
  add(connection: WatchedConnection): void {
    this.silences.set(connection, { isSilent: false, ticks: 0, bytesRead: connection.bytesRead(), isServerAlive: false });
    this.heard.add(connection.server);
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
    for (const [connection, { bytesRead }] of this.silences) if (connection.bytesRead() !== bytesRead) this.heard.add(connection.server);
    for (const [connection, silence] of this.silences) {
      this.look(connection, silence);
      if (silence.ticks * WATCH_TICK_MS <= connection.answerTimeoutMs) continue;
      this.remove(connection);
      connection.giveUp();
    }
    this.heard.clear();
  }

  private look(connection: WatchedConnection, silence: Silence): void {
    const bytesRead = connection.bytesRead();
    const isSilent = connection.isUnanswered() && bytesRead === silence.bytesRead;
    silence.bytesRead = bytesRead;
    // What was heard at the first look at a silence may have come before it.
    silence.isServerAlive = isSilent && (silence.isServerAlive || (silence.isSilent && this.heard.has(connection.server)));
    silence.isSilent = isSilent;
    const isCounted = silence.isServerAlive || !connection.isPatient;
    silence.ticks = isSilent ? silence.ticks + (isCounted ? 1 : 0) : 0;
  }
}
