import { setTimeout as delay } from 'node:timers/promises';
import { DatabasePlace, type ServerSettings } from './database-place.js';
import type { HttpClient } from './http.js';
import type { Hub } from './hub.js';
import type { Processes, StartedProcess } from './processes.js';
import { signedPost, type Endpoint, type EventMix } from './webhook-events.js';
import { acceptedId, Wire } from './wire.js';

const LOOK_EVERY_MS = 200;
const CONNECTIONS = 64;

/** A hospital, and what happens there. */
export interface Source {
  endpoint: Endpoint;
  mix: EventMix;
}

/** A database that notes when each transaction was committed, a hub on it, and the webhooks that hospitals send there. */
export class WebhookPlace extends DatabasePlace {
  /** `hospitalUrl`: of the fake hospital. `countsStatements`: for a `StatementCount`. `name`: one for each database of a part. */
  static async openForWebhooks(
    processes: Processes,
    http: HttpClient,
    hospitalUrl: string,
    countsStatements = false,
    name = 'webhook',
  ): Promise<WebhookPlace> {
    const settings: ServerSettings = { track_commit_timestamp: 'on' };
    if (countsStatements) settings['shared_preload_libraries'] = 'pg_stat_statements';
    const place = new WebhookPlace(await DatabasePlace.begin(name, processes, http, hospitalUrl, settings));
    await place.migrate();
    return place;
  }

  /** Likewise, without. */
  static async openPlainly(name: string, processes: Processes, http: HttpClient, hospitalUrl: string): Promise<WebhookPlace> {
    const place = new WebhookPlace(await DatabasePlace.begin(name, processes, http, hospitalUrl));
    await place.migrate();
    return place;
  }

  /** The plain thing on the same database. */
  async startBare(): Promise<{ process: StartedProcess; port: number }> {
    const { rows } = await this.db.query<{ id: string }>('select id from facility limit 1');
    return this.startBareProgram('bare-inbox', { FACILITY_ID: rows[0]?.id ?? '' });
  }

  createEndpoint(hub: Hub): Promise<Endpoint> {
    return hub.createEndpoint(this.upstreamUrl);
  }

  /** One event of each after the other, by a few at once; all must be new. */
  async post(sources: readonly Source[], bodiesOf: (mix: EventMix) => string[], connections = CONNECTIONS): Promise<void> {
    const posts = sources.map(({ endpoint, mix }) => bodiesOf(mix).map(body => signedPost(endpoint, body)));
    const inTurn = Array.from({ length: posts[0]?.length ?? 0 }, (_, i) => posts.flatMap(ofOne => ofOne[i] ?? [])).flat();
    const wire = await Wire.open(this.port, connections);
    await wire.closedLoop(inTurn, acceptedId);
    wire.close();
  }

  /** Resolves when the hub has decided on all events but those of the bare server. */
  async untilApplied(whileWaiting: () => void = () => undefined): Promise<void> {
    for (;;) {
      const { rows } = await this.db.query(`select from webhook_event where outcome = 'pending' and body_sealed not like 'x%' limit 1`);
      if (rows.length === 0) return;
      whileWaiting();
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Until they are released, events are stored with their jobs as ever, and none is due. */
  async holdJobs(): Promise<void> {
    await this.db.query(
      `create or replace function bench_hold() returns trigger language plpgsql as 'begin new.start_after := now() + interval ''1 day''; return new; end'`,
    );
    await this.db.query(
      `create trigger bench_hold before insert on pgboss.job for each row when (new.name = 'webhook-apply') execute function bench_hold()`,
    );
  }

  async releaseJobs(): Promise<void> {
    await this.db.query('drop trigger bench_hold on pgboss.job');
    await this.db.query(`update pgboss.job set start_after = created_on where name = 'webhook-apply' and state = 'created'`);
    await this.db.query('vacuum analyze pgboss.job');
  }
}
