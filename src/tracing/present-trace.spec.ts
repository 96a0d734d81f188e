import { inRequestTrace, inTrace, presentTraceparent, traceFields } from './present-trace.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

describe('The present trace', () => {
  it('is none outside of all', () => {
    expect([presentTraceparent(), traceFields()]).toEqual([null, {}]);
  });

  it('is that of a job, and its lines have the id', async () => {
    await inTrace(TRACEPARENT, async () => {
      await Promise.resolve();

      expect([presentTraceparent(), traceFields()]).toEqual([TRACEPARENT, { requestId: TRACE_ID }]);
    });
  });

  it('is that of a request, whose lines have the id anyway', () => {
    inRequestTrace(TRACEPARENT, () => {
      expect([presentTraceparent(), traceFields()]).toEqual([TRACEPARENT, {}]);
    });
  });

  it('stays what it is where nothing is traced', () => {
    inTrace(TRACEPARENT, () => {
      expect(inTrace(null, presentTraceparent)).toBe(TRACEPARENT);
    });
    expect(inRequestTrace(null, presentTraceparent)).toBeNull();
  });
});
