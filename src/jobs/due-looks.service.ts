import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { asWorker } from '../database/worker-context.js';

const TICK_MS = 1_000;

/** Work that falls due by the clock, as rows say: of the hub's own, a retry's time, or what a process that died has left. */
export interface DueWork {
  /** SQL: whether some is due. `$1`: now, by the hub's clock. It is asked each second: by an index, whatever is in the table. */
  condition: string;
  /** Takes what is due. Never throws; while an earlier one runs, it may do nothing. */
  begin: () => void;
}

/**
 * Looks each second, in every copy of the hub, for all that has fallen due: one statement for all kinds of work, and none of their own
 * while nothing is. What this copy itself has written, or is told of, need not wait for it.
 */
@Injectable()
export class DueLooks implements OnModuleDestroy {
  private readonly logger = new Logger(DueLooks.name);
  private readonly works: DueWork[] = [];
  private readonly rounds = new OneAtATime(() => this.look());
  private statement: PreparedStatement<{ due: boolean[] }> | undefined;
  private hasFailed = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Before the application is up. */
  add(work: DueWork): void {
    this.works.push(work);
  }

  /** What is asked, in SQL; `$1`: now. */
  get question(): string {
    return `select array[${this.works.map(({ condition }) => condition).join(',\n')}] as due from (select $1::timestamptz) as present`;
  }

  /** While one tick runs, another joins it. Never throws. */
  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async look(): Promise<void> {
    this.statement ??= new PreparedStatement('look-what-is-due', this.question);
    const { statement } = this;
    try {
      const [found] = await asWorker(this.orm.em, () => statement.run(this.em, [this.clock.now()]));
      this.begin(this.works.filter((_, at) => found?.due[at] === true));
      this.hasFailed = false;
    } catch (error) {
      // Once, not each second that the database is away.
      if (!this.hasFailed) this.logger.error({ msg: 'It could not be seen what is due', ...unexpectedFailure(error) });
      this.hasFailed = true;
      // Where one kind of work cannot be asked for, the others go on.
      this.begin(this.works);
    }
  }

  private begin(works: readonly DueWork[]): void {
    if (this.rounds.isStopping) return;
    for (const { begin } of works) begin();
  }
}
