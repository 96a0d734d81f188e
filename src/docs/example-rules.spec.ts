import type { OpenAPIObject } from '@nestjs/swagger';
import { freshKey, withExamples } from './example-rules.js';
import { INVENTED } from './example-values.js';

const documentOf = (operation: Record<string, unknown>): OpenAPIObject => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1' },
  paths: { '/test': { get: { responses: {}, ...operation } } },
});
const parameterOf = (operationId: string, parameter: Record<string, unknown>): unknown =>
  (withExamples(documentOf({ operationId, parameters: [parameter] }), INVENTED).paths['/test']?.get?.parameters ?? [])[0];

describe('withExamples', () => {
  it.each([
    ['a facility', 'getFacility', 'facilityId', INVENTED.facilityId],
    ['an appointment', 'getAppointment', 'id', INVENTED.appointmentId],
    ['another one to be canceled', 'cancelAppointment', 'id', INVENTED.canceledAppointmentId],
    ['what only an answer gives', 'giveUpSlotHold', 'holdId', '01999c5e-0000-7000-8000-000000000006'],
  ])('names %s', (_what, operationId, name, example) => {
    expect(parameterOf(operationId, { name, in: 'path', required: true, schema: { type: 'string' } })).toMatchObject({ example });
  });

  it('fills in the month that is needed in place of the one of the code', () => {
    const month = { name: 'month', in: 'query', required: true, schema: { type: 'string', example: '1999-01' } };

    expect(parameterOf('getAvailability', month)).toEqual({ ...month, schema: { type: 'string' }, example: INVENTED.month });
  });

  it('only tells of a filter that may be left out', () => {
    const filter = { name: 'reason', in: 'query', required: false, description: 'Why.', schema: { type: 'string', example: 'late' } };

    expect(parameterOf('listWebhookEvents', filter)).toEqual({
      ...filter,
      description: 'Why. For instance `late`.',
      schema: { type: 'string' },
    });
  });

  it('can be done again with other values, and leaves the first document as it was', () => {
    const document = withExamples(
      documentOf({ operationId: 'getFacility', parameters: [{ name: 'facilityId', in: 'path', required: true }] }),
      INVENTED,
    );

    const again = withExamples(document, { ...INVENTED, facilityId: 'other' });

    expect(document.paths['/test']?.get?.parameters).toMatchObject([{ example: INVENTED.facilityId }]);
    expect(again.paths['/test']?.get?.parameters).toMatchObject([{ example: 'other' }]);
  });
});

describe('freshKey', () => {
  const example = (parameterOf('bookAppointment', { name: 'Idempotency-Key', in: 'header', required: true }) as { example: string })
    .example;
  // As the page has it: by its text alone.
  const inPage = (0, eval)(`(${freshKey.toString()})`) as typeof freshKey;
  const keyOf = (key: string): unknown =>
    (inPage({ headers: { 'Idempotency-Key': key } }) as { headers: Record<string, string> }).headers['Idempotency-Key'];

  it('puts a new key in place of the example, another one each time', () => {
    expect([keyOf(example), keyOf(example)]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(keyOf(example)).not.toBe(keyOf(example));
  });

  it('leaves a key that somebody has typed, and a request without one', () => {
    expect(keyOf('mine')).toBe('mine');
    expect(inPage({ headers: {} })).toEqual({ headers: {} });
    expect(inPage({})).toEqual({});
  });
});
