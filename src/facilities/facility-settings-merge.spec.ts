import { InvalidFieldError } from '../common/domain-error.js';
import {
  DEFAULT_POLICY,
  DEFAULT_TYPE,
  DEFAULT_WEBHOOK,
  mergeDefaultType,
  mergePolicy,
  mergeScheduler,
  mergeWebhook,
} from './facility-settings-merge.js';
import type { SchedulerSettings } from './facility.settings.js';

const PRESENT: SchedulerSettings = {
  connector: 'botmd',
  baseUrl: 'https://his.example/api/v1',
  auth: { scheme: 'basic', userId: 'hub', headerName: null, expiresAt: '2027-01-01T00:00:00Z' },
  idempotentCreate: true,
};

describe('mergePolicy', () => {
  const present = { mode: 'call', cutoffMinutes: 120, phone: '+63 2 8000 0000' } as const;

  it.each([
    ['nothing', undefined, present],
    ['an empty object', {}, present],
    ['the cutoff alone', { cutoffMinutes: 0 }, { ...present, cutoffMinutes: 0 }],
    ['the phone cleared', { phone: null }, { ...present, phone: null }],
    ['undefined members', { mode: undefined, phone: undefined }, present],
    ['all', { mode: 'allowed', cutoffMinutes: 5, phone: '1' } as const, { mode: 'allowed', cutoffMinutes: 5, phone: '1' }],
  ])('merges %s', (_, change, merged) => {
    expect(mergePolicy(present, change)).toEqual(merged);
  });

  it('begins with: allowed until the start', () => {
    expect(mergePolicy(DEFAULT_POLICY, undefined)).toEqual({ mode: 'allowed', cutoffMinutes: 0, phone: null });
  });
});

describe('mergeDefaultType', () => {
  it.each([
    ['nothing', undefined, DEFAULT_TYPE],
    ['the name', { name: 'Visit' }, { name: 'Visit', durationMinutes: 30 }],
    ['the duration', { durationMinutes: 15 }, { name: 'Appointment', durationMinutes: 15 }],
  ])('merges %s', (_, change, merged) => {
    expect(mergeDefaultType(DEFAULT_TYPE, change)).toEqual(merged);
  });
});

describe('mergeWebhook', () => {
  const plain = { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' } as const;

  it.each([
    ['nothing', plain, undefined, plain],
    ['an empty object', plain, {}, plain],
    ['another header', plain, { headerName: 'X-Other' }, { ...plain, headerName: 'X-Other' }],
    ['the header cleared, which has its default then', plain, { headerName: null }, { ...plain, headerName: 'X-Signature' }],
    [
      'hmac-sha256, whose header has a default',
      DEFAULT_WEBHOOK,
      { scheme: 'hmac-sha256' } as const,
      { ...plain, headerName: 'X-Signature' },
    ],
    ['standard-webhooks, which has its own headers', plain, { scheme: 'standard-webhooks' } as const, DEFAULT_WEBHOOK],
    ['a header for standard-webhooks, which has its own', DEFAULT_WEBHOOK, { headerName: 'X-Left-Over' }, DEFAULT_WEBHOOK],
  ])('merges %s', (_, present, change, merged) => {
    expect(mergeWebhook(present, change)).toEqual(merged);
  });
});

describe('mergeScheduler', () => {
  it.each([
    ['nothing', {}, PRESENT],
    ['the base URL', { baseUrl: 'https://new.example' }, { ...PRESENT, baseUrl: 'https://new.example' }],
    ['idempotentCreate', { idempotentCreate: false }, { ...PRESENT, idempotentCreate: false }],
    ['the expiry cleared', { auth: { expiresAt: null } }, { ...PRESENT, auth: { ...PRESENT.auth, expiresAt: null } }],
    ['the user alone', { auth: { userId: 'other' } }, { ...PRESENT, auth: { ...PRESENT.auth, userId: 'other' } }],
    [
      'another scheme, whose header has its default, and drops the user',
      { auth: { scheme: 'header' } } as const,
      { ...PRESENT, auth: { ...PRESENT.auth, scheme: 'header', userId: null, headerName: 'X-API-Key' } },
    ],
    [
      'bearer, which has neither user nor header',
      { auth: { scheme: 'bearer', userId: 'left over', headerName: 'X-Left-Over' } } as const,
      { ...PRESENT, auth: { ...PRESENT.auth, scheme: 'bearer', userId: null, headerName: null } },
    ],
  ])('merges %s', (_, change, merged) => {
    expect(mergeScheduler(PRESENT, change)).toEqual(merged);
  });

  it('keeps a header name, and puts the default in the place of one that is cleared', () => {
    const present = mergeScheduler(PRESENT, { auth: { scheme: 'header', headerName: 'X-Key' } });

    expect(mergeScheduler(present, { auth: { expiresAt: null } }).auth.headerName).toBe('X-Key');
    expect(mergeScheduler(present, { auth: { headerName: null } }).auth.headerName).toBe('X-API-Key');
  });

  it.each([
    ['a new facility without one', null, { auth: { scheme: 'basic' } } as const],
    [
      'a change to basic without one',
      { ...PRESENT, auth: { ...PRESENT.auth, scheme: 'bearer', userId: null } } as const,
      { auth: { scheme: 'basic' } } as const,
    ],
    ['clearing it', PRESENT, { auth: { userId: null } }],
  ])('asks for the user name of basic: %s', (_, present, change) => {
    expect(() => mergeScheduler(present, change)).toThrow(InvalidFieldError);
    expect(() => mergeScheduler(present, change)).toThrow('scheduler.auth.userId is needed');
  });

  it('never holds the key', () => {
    expect(JSON.stringify(mergeScheduler(null, { auth: { scheme: 'bearer', apiKey: 'planted-key' } as object }))).not.toContain(
      'planted-key',
    );
  });
});
