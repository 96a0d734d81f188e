import type { ApiClient } from './api-client.js';
import { FrontDesk } from './front-desk.js';
import { book } from './journey-1.js';
import { cancel } from './journey-2.js';
import { reschedule } from './journey-3.js';
import { adminSync } from './journey-4.js';
import { checkIn } from './journey-5.js';
import { permanentPatient } from './permanent-patient.js';
import { setUp } from './setting.js';

/**
 * Plays the mission's flows; throws `JourneyFailedError` at the first that fails. Those that staff begin need a hospital whose staff can be
 * played: without one (null) they are skipped, and `hub` says so.
 */
export async function playJourneys(hub: ApiClient, hospital: ApiClient | null, now: Date): Promise<void> {
  const setting = await setUp(hub);
  const first = await book(hub, setting, now);
  const second = await reschedule(hub, setting, first, now);
  await cancel(hub, second);
  if (!hospital) {
    hub.heading('Journeys 4, 5 and the permanent patient id: skipped');
    hub.say('No sandbox hospital is known whose staff could be played: set SANDBOX_URL and SANDBOX_API_KEY, or use the hub of npm start.');
    return;
  }
  const desk = new FrontDesk(hub, hospital, setting, now);
  await desk.mustTellTheHub();
  await adminSync(hub, desk);
  await checkIn(hub, desk);
  await permanentPatient(hub, desk);
}
