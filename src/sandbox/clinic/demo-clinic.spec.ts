import { ClinicDirectory } from './clinic-directory.js';
import { demoClinic } from './demo-clinic.js';
import { offeredSlots } from './slot-offer.js';

describe('the demo clinic', () => {
  const directory = new ClinicDirectory(demoClinic);

  it('names no calendar and no type twice', () => {
    const ids = [...demoClinic.calendars, ...demoClinic.appointmentTypes].map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(demoClinic.calendars.map(calendar => [calendar.id, calendar] as const))(
    '%s offers each of its types within a fortnight',
    (id, calendar) => {
      const typeIds = calendar.appointmentTypeIds.length === 0 ? [null] : calendar.appointmentTypeIds;

      const slots = typeIds.map(
        typeId => offeredSlots(directory.getOffer(id, typeId), '2026-10', Date.parse('2026-10-16T00:00:00Z'), []).length,
      );

      expect(Math.min(...slots)).toBeGreaterThan(0);
    },
  );
});
