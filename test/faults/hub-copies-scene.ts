import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { SELF_SIGNED } from '../schedulers/self-signed.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startFakeTwilio, type FakeTwilio } from '../support/fake-twilio.js';
import { createMigratedDatabase } from '../support/test-database.js';
import { buildHubs, type BuiltHub } from './built-hubs.js';
import { startTlsGate, type TlsGate } from './tls-gate.js';

/** The month after next: all of it lies ahead. */
export const MONTH = new Date(Date.now() + 45 * 86_400_000).toISOString().slice(0, 7);
export const CALENDAR = { id: 'cal', name: 'Dr. Before', appointmentTypes: [{ id: 'type', name: 'Consultation', duration: 15 }] };

/** Copies of the built hub on one database, hospitals, and an SMS provider behind TLS whose handshakes can be held up. */
export interface CopiesScene {
  copies: BuiltHub[];
  hospitals: FakeHospital[];
  twilio: FakeTwilio;
  gate: TlsGate;
  pool: pg.Pool;
  sql: <T extends object>(text: string, values?: unknown[]) => Promise<T[]>;
  close: () => Promise<void>;
}

export async function startCopiesScene(counts: { copies: number; hospitals: number }): Promise<CopiesScene> {
  const hubs = await buildHubs();
  const database = await createMigratedDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  const twilio = await startFakeTwilio();
  const gate = await startTlsGate(Number(new URL(twilio.baseUrl).port));
  const authority = path.join(hubs.dir, 'authority.pem');
  fs.writeFileSync(authority, SELF_SIGNED.cert);
  const hospitals = await Promise.all(Array.from({ length: counts.hospitals }, () => aHospital()));
  const outside = [...hospitals.map(({ host }) => host), gate.host];
  const env = { NODE_EXTRA_CA_CERTS: authority };
  const copies = await Promise.all(Array.from({ length: counts.copies }, () => hubs.start(database.url, outside, env)));
  return {
    copies,
    hospitals,
    twilio,
    gate,
    pool,
    sql: async <T extends object>(text: string, values: unknown[] = []) => (await pool.query<T>(text, values)).rows,
    close: async () => {
      await hubs.end();
      await gate.close();
      await twilio.close();
      await Promise.all(hospitals.map(hospital => hospital.close()));
      await pool.end();
      await database.drop();
    },
  };
}

async function aHospital(): Promise<FakeHospital> {
  const hospital = await startFakeHospital();
  hospital.on('GET /calendars', [CALENDAR]);
  hospital.on('GET /availability', [{ date: `${MONTH}-05`, slots: ['09:00', '10:00', '11:00'] }]);
  return hospital;
}
