import { startFailure } from './start-failure.js';

const failing = (code: string, message: string, more: object = {}): Error => Object.assign(new Error(message), { code, ...more });

describe('startFailure', () => {
  it.each([
    ['a full disk', failing('ENOSPC', 'ENOSPC: no space left on device, write'), 'the disk is full'],
    ['a full disk, told by PostgreSQL', failing('53100', 'could not extend file "base/5/2610"'), 'the disk is full'],
    ['a folder of somebody else', failing('EACCES', 'EACCES: permission denied', { path: '/data/keys.json' }), 'may not write there'],
    ['a file in the way', failing('EEXIST', 'EEXIST: file already exists', { path: '/data' }), 'a file is in the way'],
  ])('names the data folder for %s', (_, error, why) => {
    const message = startFailure(error, '/data');

    expect(message).toContain('/data (DATA_DIR) cannot be written to');
    expect(message).toContain(why);
    expect(message).toContain(error.message);
  });

  it.each([
    ['another place that cannot be written', failing('EACCES', 'EACCES: mkdir /var/tmp/x', { path: '/var/tmp/x' })],
    ['an error with another code', failing('ECONNREFUSED', 'connect ECONNREFUSED')],
    ['an error without a code', new Error('The configuration is wrong')],
  ])('leaves %s as it is', (_, error) => {
    expect(startFailure(error, '/data')).toBe(error.message);
  });
});
