import { etagToSend, keptEtag } from './sync-etag-rules.js';

describe('the entity tag of the list', () => {
  it.each(['"abc"', 'W/"a b c"', '""'])('is sent as it came while the settings are the same: %s', etag => {
    expect(etagToSend(keptEtag(etag, 7), 7)).toBe(etag);
  });

  it('is not sent after a change of the settings', () => {
    expect(etagToSend(keptEtag('"abc"', 7), 8)).toBeNull();
  });

  it.each([null, keptEtag(null, 7), '', '"abc"', '7'])('is not sent where none is kept: %s', kept => {
    expect(etagToSend(kept, 7)).toBeNull();
  });
});
