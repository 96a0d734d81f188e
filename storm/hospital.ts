import { startFakeHospital } from '../test/support/fake-hospital.js';
import { CALENDARS } from './model.js';

/** The scheduling system whose staff send the webhooks: it has calendars, and nothing else. */
export interface Hospital {
  baseUrl: string;
  host: string;
  close(): Promise<void>;
}

export async function startHospital(): Promise<Hospital> {
  const hospital = await startFakeHospital();
  hospital.on(
    'GET /calendars',
    CALENDARS.map(id => ({ id, name: `Invented ${id}`, timezone: 'Asia/Manila' })),
  );
  return hospital;
}
