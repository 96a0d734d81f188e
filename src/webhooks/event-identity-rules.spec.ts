import { eventIdentity } from './event-identity-rules.js';

const FROM_BYTES = { identity: 'body:digest', isFromBytes: true };

describe('eventIdentity', () => {
  it('is the signed webhook-id, whatever the body says', () => {
    expect(eventIdentity('standard-webhooks', 'msg_1', { event_id: 'e-1' }, 'digest')).toEqual({
      identity: 'id:msg_1',
      isFromBytes: false,
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['event_id', { event_id: 'e-1' }, 'event:e-1'],
    ['eventId', { eventId: 'e-1' }, 'event:e-1'],
    ['one under data', { data: { event_id: 'e-1' } }, 'event:e-1'],
    ['the camel-case one under data', { data: { eventId: 'e-1' } }, 'event:e-1'],
    ['the outer one first', { eventId: 'outer', data: { event_id: 'inner' } }, 'event:outer'],
    ['a number', { event_id: 42 }, 'event:42'],
    ['zero', { event_id: 0 }, 'event:0'],
    ['the text without the space around it', { event_id: ' e-1\n' }, 'event:e-1'],
    ['200 characters', { event_id: 'x'.repeat(200) }, `event:${'x'.repeat(200)}`],
    ['the next, where the first is empty', { event_id: '', eventId: 'e-2' }, 'event:e-2'],
  ])('is of hmac-sha256 %s', (_, object, identity) => {
    expect(eventIdentity('hmac-sha256', null, object, 'digest')).toEqual({ identity, isFromBytes: false });
  });

  it.each<[string, Record<string, unknown>]>([
    ['there is none', {}],
    ['there is a bare id, which is the appointment', { id: 'apt-1', data: { id: 'apt-1' } }],
    ['it is empty', { event_id: '  ' }],
    ['it is null', { event_id: null }],
    ['it is an object', { event_id: { a: 1 } }],
    ['it is a list', { event_id: ['e-1'] }],
    ['it is a fraction', { event_id: 1.5 }],
    ['it is a number that lost digits', { event_id: 2 ** 53 }],
    ['it is too long', { event_id: 'x'.repeat(201) }],
    ['it is unprintable', { event_id: 'e\u00001' }],
    ['it is half a character', { event_id: 'e\ud800' }],
    ['data is a list', { data: [{ event_id: 'e-1' }] }],
    ['data is a text', { data: 'event_id' }],
    ['data is null', { data: null }],
  ])('is the bytes, where %s', (_, object) => {
    expect(eventIdentity('hmac-sha256', null, object, 'digest')).toEqual(FROM_BYTES);
  });

  it('takes no header of hmac-sha256, which does not sign it', () => {
    expect(eventIdentity('hmac-sha256', 'msg_1', {}, 'digest')).toEqual(FROM_BYTES);
  });
});
