import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';

const TRIES = 3;
const PAUSE_MS = 150;

/** Writes down what a hospital answered, though the database may stumble: the answer is worth a few tries. */
@Injectable()
export class OutcomeNotes {
  private readonly logger = new Logger(OutcomeNotes.name);

  /** The result of `write`, a whole transaction; null when it could not be done. Then the attempt's row stays open. */
  async write<T>(appointmentId: string, write: () => Promise<T>): Promise<T | null> {
    for (let tried = 1; ; tried++) {
      try {
        return await write();
      } catch (error) {
        if (tried >= TRIES) {
          const cause = error instanceof Error && 'code' in error ? error.code : undefined;
          this.logger.error({
            msg: 'The outcome of a call to the hospital could not be stored: it stays unknown',
            appointmentId,
            error: error instanceof Error ? error.constructor.name : typeof error,
            cause,
          });
          return null;
        }
        await delay(PAUSE_MS * tried);
      }
    }
  }
}
