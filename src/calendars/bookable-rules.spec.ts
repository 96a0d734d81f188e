import { listBookables, lookUp, type Catalogue, type CatalogueCalendar, type CatalogueOffering } from './bookable-rules.js';

const facility = { id: 'f', timezone: 'Asia/Manila' };

function anOffering(appointmentTypeId: string, overrides: Partial<CatalogueOffering> = {}): CatalogueOffering {
  return {
    appointmentTypeId,
    appointmentTypeExternalId: `ext-${appointmentTypeId}`,
    name: 'Test type',
    durationMinutes: 30,
    isDefault: false,
    isRemoved: false,
    ...overrides,
  };
}

function aCalendar(id: string, overrides: Partial<CatalogueCalendar> = {}): CatalogueCalendar {
  return {
    id,
    externalId: `ext-${id}`,
    name: 'Test calendar',
    timezone: null,
    enabled: true,
    isRemoved: false,
    offerings: [anOffering('consult')],
    ...overrides,
  };
}

function catalogueOf(...calendars: CatalogueCalendar[]): Catalogue {
  return new Map(calendars.map(calendar => [calendar.id, calendar]));
}

describe('lookUp', () => {
  it('says all that a call to the hospital needs', () => {
    const calendar = aCalendar('a', { timezone: 'Asia/Tokyo', offerings: [anOffering('consult', { durationMinutes: 20 })] });

    expect(lookUp(catalogueOf(calendar), facility, 'a', 'consult')).toEqual({
      bookable: {
        facilityId: 'f',
        calendarId: 'a',
        calendarExternalId: 'ext-a',
        appointmentTypeId: 'consult',
        appointmentTypeExternalId: 'ext-consult',
        durationMinutes: 20,
        timezone: 'Asia/Tokyo',
      },
      reason: null,
    });
  });

  it.each<[string, Partial<CatalogueCalendar>, string | null]>([
    ['there', {}, null],
    ['disabled', { enabled: false }, 'calendar-disabled'],
    ['removed', { isRemoved: true }, 'calendar-removed'],
    ['removed and disabled', { isRemoved: true, enabled: false }, 'calendar-removed'],
    ['no longer offering the type', { offerings: [anOffering('consult', { isRemoved: true })] }, 'type-not-offered'],
    ['not offering the type, and disabled', { offerings: [], enabled: false }, 'calendar-disabled'],
    ['never offering the type, as another does', { offerings: [anOffering('scan')] }, 'type-not-offered'],
  ])('tells of a calendar that is %s', (_, overrides, reason) => {
    const catalogue = catalogueOf(aCalendar('a', overrides), aCalendar('other'));

    expect(lookUp(catalogue, facility, 'a', 'consult')).toMatchObject({
      bookable: { calendarId: 'a', appointmentTypeId: 'consult', timezone: 'Asia/Manila' },
      reason,
    });
  });

  it.each([
    ['nowhere', 'consult', 'calendar'],
    ['a', 'nothing', 'appointment-type'],
    ['nowhere', 'nothing', 'calendar'],
  ])('misses what is unknown: calendar %s, type %s', (calendarId, typeId, missing) => {
    expect(lookUp(catalogueOf(aCalendar('a')), facility, calendarId, typeId)).toEqual({ bookable: null, missing });
  });
});

describe('listBookables', () => {
  const catalogue = catalogueOf(
    aCalendar('a', { offerings: [anOffering('own', { isDefault: true, isRemoved: true }), anOffering('consult'), anOffering('scan')] }),
    aCalendar('b', { offerings: [anOffering('b-default', { isDefault: true, appointmentTypeExternalId: null })] }),
    aCalendar('disabled', { enabled: false }),
    aCalendar('removed', { isRemoved: true }),
    aCalendar('nothing', { offerings: [anOffering('consult', { isRemoved: true })] }),
  );

  it.each([
    [{}, ['a consult', 'b b-default']],
    [{ appointmentTypeId: 'scan' }, ['a scan']],
    [{ appointmentTypeId: 'consult' }, ['a consult']],
    [{ calendarId: 'b' }, ['b b-default']],
    [{ calendarId: 'b', appointmentTypeId: 'scan' }, []],
    [{ calendarId: 'disabled' }, []],
    [{ appointmentTypeId: 'own' }, []],
  ])('lists by %j', (filter, expected) => {
    expect(listBookables(catalogue, facility, filter).map(b => `${b.calendarId} ${b.appointmentTypeId}`)).toEqual(expected);
  });
});
