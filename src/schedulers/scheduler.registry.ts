import { Injectable } from '@nestjs/common';
import { BotmdScheduler } from './botmd/botmd.scheduler.js';
import type { Scheduler } from './scheduler.js';

/** The upstream dialects that the hub speaks. */
export type ConnectorName = 'botmd';

/** Finds the connector that a facility's settings name. A second one is one class and one line. */
@Injectable()
export class SchedulerRegistry {
  private readonly connectors: Record<ConnectorName, Scheduler>;

  constructor(botmd: BotmdScheduler) {
    this.connectors = { botmd };
  }

  for(connector: ConnectorName): Scheduler {
    return this.connectors[connector];
  }
}
