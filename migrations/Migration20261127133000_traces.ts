import { Migration } from '@mikro-orm/migrations';

/** The trace that an event came in with, and that of what a message tells of, where traces are made. */
export class Migration20261127133000_traces extends Migration {
  override name = 'Migration20261127133000_traces';

  override up(): void | Promise<void> {
    this.addSql(`alter table "webhook_event" add "traceparent" text null;`);
    this.addSql(`alter table "notification" add "traceparent" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "notification" drop column "traceparent";`);
    this.addSql(`alter table "webhook_event" drop column "traceparent";`);
  }
}
