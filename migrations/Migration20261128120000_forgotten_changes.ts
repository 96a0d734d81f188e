import { Migration } from '@mikro-orm/migrations';

/**
 * A look that another had overtaken ended a change it had not settled: nobody looked for its outcome any more, though the appointment still
 * waits for it. It is looked for again.
 */
export class Migration20261128120000_forgotten_changes extends Migration {
  override name = 'Migration20261128120000_forgotten_changes';

  override up(): void | Promise<void> {
    this.addSql(
      `update "unknown_outcome" o
       set "ended_at" = null, "ended_by" = null, "queued_at" = null, "next_look_at" = now(), "until_at" = greatest(o."until_at", now() + interval '15 minutes')
       from "appointment" a
       where a."id" = o."appointment_id" and a."pending_change" ->> 'attemptId' = o."attempt_id"::text
         and o."kind" <> 'book' and o."ended_at" is not null and o."ended_by" <> 'needs-review';`,
    );
  }

  override down(): void | Promise<void> {
    // What is looked for again may be so in any version.
    this.addSql(`select;`);
  }
}
