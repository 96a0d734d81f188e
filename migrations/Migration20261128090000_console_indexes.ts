import { Migration } from '@mikro-orm/migrations';

/**
 * For pages over all facilities. What is rare is found by facility, and events that somebody should look at by their time; each index but
 * the last takes the place of one of the same rows, and none holds events that were simply applied: the inbox pays nothing more for them.
 */
export class Migration20261128090000_console_indexes extends Migration {
  override name = 'Migration20261128090000_console_indexes';

  override up(): void | Promise<void> {
    this.addSql(`drop index "webhook_event_dead_index";`);
    this.addSql(`create index "webhook_event_dead_index" on "webhook_event" ("facility_id", "id") where "reason" = 'dead-letter';`);
    this.addSql(`drop index "webhook_event_pending_index";`);
    this.addSql(`create index "webhook_event_pending_index" on "webhook_event" ("id") where "outcome" = 'pending';`);
    this.addSql(`drop index "notification_open_index";`);
    this.addSql(
      `create index "notification_open_index" on "notification" ("facility_id", "deadline_at") where "status" in ('expected', 'sending');`,
    );
    this.addSql(
      `create index "webhook_event_odd_index" on "webhook_event" ("outcome", "id") where "outcome" in ('superseded', 'held', 'rejected');`,
    );
    this.addSql(`create index "facility_name_index" on "facility" ("id", "name");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "facility_name_index";`);
    this.addSql(`drop index "webhook_event_odd_index";`);
    this.addSql(`drop index "notification_open_index";`);
    this.addSql(`create index "notification_open_index" on "notification" ("deadline_at") where "status" in ('expected', 'sending');`);
    this.addSql(`drop index "webhook_event_pending_index";`);
    this.addSql(`create index "webhook_event_pending_index" on "webhook_event" ("received_at") where "outcome" = 'pending';`);
    this.addSql(`drop index "webhook_event_dead_index";`);
    this.addSql(`create index "webhook_event_dead_index" on "webhook_event" ("received_at") where "reason" = 'dead-letter';`);
  }
}
