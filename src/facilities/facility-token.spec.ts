import { createSecretKey } from 'node:crypto';
import { BlindIndex } from '../crypto/blind-index.js';
import { facilityIdOfToken, facilityToken } from './facility-token.js';

const index = new BlindIndex(createSecretKey(Buffer.alloc(32, 7)));
const FACILITY = '11111111-2222-7333-8444-555555555555';
/** The id's 16 bytes, and the first 16 of the HMAC-SHA256 over `FACILITY|digest:webhook-token|FACILITY`, made by another program. */
const TOKEN = 'ERERESIiczOERFVVVVVVVd7nOpAK4LP_Yr1Y_h2pI24';

describe('facilityToken', () => {
  it('stays what vendors have been told', () => {
    expect(facilityToken(index, 'webhook-token', FACILITY)).toBe(TOKEN);
  });

  it('leads back to its facility', () => {
    expect(facilityIdOfToken(index, 'webhook-token', TOKEN)).toBe(FACILITY);
  });

  it('is another for another purpose, facility or key', () => {
    const others = [
      facilityToken(index, 'provider-callback', FACILITY),
      facilityToken(index, 'webhook-token', FACILITY.replace(/5$/, '6')),
      facilityToken(new BlindIndex(createSecretKey(Buffer.alloc(32, 8))), 'webhook-token', FACILITY),
    ];

    expect(new Set([TOKEN, ...others]).size).toBe(4);
    expect(others.map(token => facilityIdOfToken(index, 'webhook-token', token))).toEqual([null, FACILITY.replace(/5$/, '6'), null]);
  });

  it('leads nowhere with any character of it changed', () => {
    const changed = [...TOKEN].map((character, at) => TOKEN.slice(0, at) + (character === 'A' ? 'B' : 'A') + TOKEN.slice(at + 1));

    expect(changed.map(token => facilityIdOfToken(index, 'webhook-token', token)).filter(id => id !== null)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['cut short', TOKEN.slice(0, -1)],
    ['longer', `${TOKEN}A`],
    ['after something else', `A${TOKEN}`],
    ['with a line end', `${TOKEN}\n`],
    ['in the other base64', TOKEN.replace('_', '/')],
    // The last character has two bits that no byte takes.
    ['the same bytes, written otherwise', TOKEN.replace(/4$/, '5')],
    ['the id alone', FACILITY],
  ])('leads nowhere: %s', (_, token) => {
    expect(facilityIdOfToken(index, 'webhook-token', token)).toBeNull();
  });
});
