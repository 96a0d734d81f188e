import type { OpenAPIObject } from '@nestjs/swagger';
import { TAGS } from './journeys.js';
import { tagJourneys } from './tag-rules.js';

const documentOf = (...ids: string[]): OpenAPIObject => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1' },
  paths: Object.fromEntries(ids.map(operationId => [`/${operationId}`, { get: { operationId, tags: ['Old'], responses: {} } }])),
});

describe('tagJourneys', () => {
  it('puts paths in the order of the steps, and what no journey names last', () => {
    const { paths } = tagJourneys(documentOf('newest', 'explainAppointment', 'cancelAppointment', 'searchContacts'));

    expect(Object.keys(paths)).toEqual(['/searchContacts', '/cancelAppointment', '/explainAppointment', '/newest']);
  });

  it('replaces the tags by those of the journeys', () => {
    const { paths, tags } = tagJourneys(documentOf('searchContacts', 'newest'));

    expect(paths['/searchContacts']?.get?.tags).toEqual(['Journey 2: cancel', 'Journey 3: reschedule']);
    expect(paths['/newest']?.get?.tags).toEqual([]);
    expect(tags).toEqual(TAGS);
  });
});
