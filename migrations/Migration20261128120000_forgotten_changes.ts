import { Migration } from '@mikro-orm/migrations';

const IS_PENDING_AND_ENDED = `a."id" = o."appointment_id" and a."pending_change" ->> 'attemptId' = o."attempt_id"::text
  and o."kind" <> 'book' and o."ended_at" is not null`;

/**
 * Changes that were pending for ever. A look that another had overtaken ended some that it had not settled: their outcome is looked for again,
 * and those whose time is over are not sent again, but a person's. Others were a person's already, who had looked for another reason, which
 * left them pending: they are asked once more.
 */
export class Migration20261128120000_forgotten_changes extends Migration {
  override name = 'Migration20261128120000_forgotten_changes';

  override up(): void | Promise<void> {
    this.addSql(
      `update "appointment" a set "needs_review" = true, "review_reason" = 'change-outcome-unknown', "updated_at" = now(), "version" = a."version" + 1
       from "unknown_outcome" o where ${IS_PENDING_AND_ENDED} and o."ended_by" = 'needs-review' and not a."needs_review";`,
    );
    this.addSql(
      `update "unknown_outcome" o set "ended_at" = null, "ended_by" = null, "queued_at" = null, "next_look_at" = now()
       from "appointment" a where ${IS_PENDING_AND_ENDED} and o."ended_by" <> 'needs-review';`,
    );
  }

  override down(): void | Promise<void> {
    // What is looked for again may be so in any version.
    this.addSql(`select;`);
  }
}
