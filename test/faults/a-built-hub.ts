import path from 'node:path';
import { startBookingHospital, type BookingHospital } from '../support/booking-hospital.js';
import { createFacility } from '../support/factories.js';
import { startFakeTwilio, type FakeTwilio } from '../support/fake-twilio.js';
import { makeBuiltCopy } from '../support/fresh-copy.js';
import { syncedCalendars } from '../support/synced-calendars.js';
import { createMigratedDatabase } from '../support/test-database.js';
import { startThreeCopies, type ThreeCopies } from '../support/three-copies.js';

/** What the built hub, three copies of it, works with in a test. */
export interface BuiltScene extends ThreeCopies {
  hospital: BookingHospital;
  twilio: FakeTwilio;
  databaseUrl: string;
  facilityId: string;
  /** The one calendar and its one type. */
  place: { calendarId: string; appointmentTypeId: string };
}

/** A facility at a hospital with `slots` starts, its calendar synced. */
export async function startBuiltScene(options: { slots: number; settings?: Record<string, string> }): Promise<BuiltScene> {
  const build = await makeBuiltCopy();
  const database = await createMigratedDatabase();
  const hospital = await startBookingHospital({ slots: options.slots, hasList: true });
  const twilio = await startFakeTwilio();
  const end = async (): Promise<void> => {
    await twilio.close();
    await hospital.close();
    await database.drop();
    build.remove();
  };
  try {
    const copies = await startThreeCopies({
      build: build.dir,
      folder: path.join(build.dir, 'run'),
      databaseUrl: database.url,
      isMigrated: true,
      outside: [hospital.host, twilio.host],
      settings: options.settings ?? {},
    });
    const facilityId = await createFacility(copies.api, hospital);
    const [calendar] = await syncedCalendars(copies.api, facilityId);
    const place = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    const close = async (): Promise<void> => {
      await copies.close();
      await end();
    };
    return { ...copies, hospital, twilio, databaseUrl: database.url, facilityId, place, close };
  } catch (error) {
    await end();
    throw error;
  }
}
