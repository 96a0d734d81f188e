import { TestClock } from '../../test/support/test-clock.js';
import { HospitalGate, type GateListener } from './hospital-gate.js';
import type { HospitalLimits } from './scheduler.options.js';
import type { UpstreamFailureCode } from './scheduler.js';
import type { UpstreamReply } from './upstream-reply.js';

const LIMITS: HospitalLimits = { failuresToOpen: 3, probeAfterMs: 5_000, readPlaces: 2, writePlaces: 1, queuePlaces: 1, queueMs: 50 };

const WELL = answered(200);
const LOST = failed('upstream-connection-lost');

function answered(status: number, retryAfterSeconds: number | null = null): UpstreamReply {
  return { kind: 'answered', status, body: { kind: 'empty' }, etag: null, link: null, retryAfterSeconds };
}

function failed(code: UpstreamFailureCode): UpstreamReply {
  return { kind: 'failed', code, isSurelyUnsent: false, status: null, detail: 'x' };
}

interface Setting {
  clock: TestClock;
  gate: HospitalGate;
  heard: string[];
  /** One read; whether it was really sent. */
  read: (reply: UpstreamReply) => Promise<{ reply: UpstreamReply; wasSent: boolean }>;
}

function aGate(limits: Partial<HospitalLimits> = {}): Setting {
  const clock = new TestClock('2026-03-09T01:00:00Z');
  const heard: string[] = [];
  const listener: GateListener = {
    stateChanged: () => heard.push('state'),
    failed: (call, { code }) => heard.push(`${call} ${code}`),
    paused: until => heard.push(`paused until ${until.toISOString()}`),
    heldBack: code => heard.push(`held back ${code}`),
    ended: () => undefined,
  };
  const gate = new HospitalGate(clock, { ...LIMITS, ...limits }, listener);
  const read: Setting['read'] = async reply => {
    let wasSent = false;
    const got = await gate.run('read', 'availability', 3_000, () => {
      wasSent = true;
      return Promise.resolve(reply);
    });
    return { reply: got, wasSent };
  };
  return { clock, gate, heard, read };
}

/** A call that is answered when the test says. */
function aCall(): { send: () => Promise<UpstreamReply>; answer: (reply: UpstreamReply) => void; isSent: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<UpstreamReply>();
  let isSent = false;
  return { send: () => ((isSent = true), promise), answer: resolve, isSent: () => isSent };
}

const times = async (count: number, does: () => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < count; i++) await does();
};

describe('A hospital that fails', () => {
  it('is left alone after several failures in a row, and one call at a time shows whether it is back', async () => {
    const { clock, gate, heard, read } = aGate();
    await times(3, () => read(LOST));

    const refused = await read(WELL);
    clock.advance(4_999);
    const still = await read(WELL);
    clock.advance(1);
    const probe = await read(LOST);
    const again = await read(WELL);
    clock.advance(5_000);
    const back = await read(WELL);

    expect(refused).toMatchObject({
      wasSent: false,
      reply: { kind: 'failed', code: 'upstream-circuit-open', isSurelyUnsent: true, retryAfterSeconds: 5 },
    });
    expect(still).toMatchObject({ wasSent: false, reply: { retryAfterSeconds: 1 } });
    expect([probe.wasSent, again.wasSent, back.wasSent]).toEqual([true, false, true]);
    expect(gate.view()).toMatchObject({ state: 'closed', nextProbeAt: null });
    expect(heard.filter(what => what === 'state')).toHaveLength(6);
  });

  it('is not left alone while some calls succeed', async () => {
    const { gate, read } = aGate();

    for (let i = 0; i < 5; i++) {
      await times(2, () => read(LOST));
      await read(WELL);
    }

    expect(gate.view().state).toBe('closed');
  });

  it('is not judged by what says nothing of it', async () => {
    const { gate, read } = aGate();
    await times(2, () => read(LOST));

    await times(5, () => read(answered(408)));
    const before = gate.view().state;
    await read(LOST);

    expect([before, gate.view().state]).toEqual(['closed', 'open']);
  });

  it('gets one probe at a time: others are refused while it is on its way', async () => {
    const { clock, gate, read } = aGate();
    await times(3, () => read(LOST));
    clock.advance(5_000);
    const probe = aCall();

    const probing = gate.run('read', 'calendars', 3_000, probe.send);
    const other = await read(WELL);
    const write = await gate.run('write', 'book', 3_000, () => Promise.resolve(WELL));
    probe.answer(WELL);
    await probing;

    expect(other).toMatchObject({ wasSent: false, reply: { code: 'upstream-circuit-open' } });
    expect(write).toMatchObject({ code: 'upstream-circuit-open', isSurelyUnsent: true });
    expect(await read(WELL)).toMatchObject({ wasSent: true });
  });

  it('shows since when it is away, and when it is asked next', async () => {
    const { clock, gate, read } = aGate();
    await read(WELL);
    clock.advance(60_000);
    await times(3, () => read(LOST));

    expect(gate.view()).toMatchObject({
      state: 'open',
      since: new Date('2026-03-09T01:01:00Z'),
      nextProbeAt: new Date('2026-03-09T01:01:05Z'),
      lastSuccessAt: new Date('2026-03-09T01:00:00Z'),
    });
  });
});

describe('A hospital that asks not to be called', () => {
  it.each([429, 503])('by %i is not, until then', async status => {
    const { clock, gate, heard, read } = aGate();
    await read(answered(status, 120));

    clock.advance(119_001);
    const refused = await read(WELL);
    const pausedUntil = gate.view().pausedUntil;
    clock.advance(999);
    const asked = await read(WELL);

    expect(refused).toMatchObject({
      wasSent: false,
      reply: { code: 'upstream-rate-limited', isSurelyUnsent: true, retryAfterSeconds: 1 },
    });
    expect(pausedUntil).toEqual(new Date('2026-03-09T01:02:00Z'));
    expect(asked.wasSent).toBe(true);
    expect(heard).toContain('paused until 2026-03-09T01:02:00.000Z');
  });

  it('is believed for the longest time that it named', async () => {
    const { clock, gate, read } = aGate();
    await read(answered(429, 60));

    gate.pauseUntil(new Date('2026-03-09T01:00:10Z'));
    clock.advance(59_000);

    expect((await read(WELL)).wasSent).toBe(false);
  });
});

describe('The places of a hospital', () => {
  it('are as many as set, a few more calls wait, and one that waits too long is not made', async () => {
    const { gate } = aGate();
    const [first, second, third] = [aCall(), aCall(), aCall()];
    const running = [first, second].map(call => gate.run('read', 'availability', 3_000, call.send));

    const waiting = gate.run('read', 'availability', 3_000, third.send);
    const tooMany = await gate.run('read', 'availability', 3_000, () => Promise.resolve(WELL));
    const view = gate.view();
    const gaveUp = await waiting;
    first.answer(WELL);
    second.answer(WELL);
    await Promise.all(running);

    expect(tooMany).toMatchObject({ code: 'upstream-busy', isSurelyUnsent: true, retryAfterSeconds: 2 });
    expect(view).toMatchObject({ readsInFlight: 2, writesInFlight: 0, waiting: 1 });
    expect(gaveUp).toMatchObject({ code: 'upstream-busy', isSurelyUnsent: true });
    expect(third.isSent()).toBe(false);
    expect(await gate.run('read', 'availability', 3_000, () => Promise.resolve(WELL))).toEqual(WELL);
  });

  it('go to who waits when one is free, with what is left of its time', async () => {
    const { gate } = aGate({ queueMs: 2_000 });
    const calls = [aCall(), aCall()];
    const running = calls.map(call => gate.run('read', 'availability', 3_000, call.send));
    let leftMs = 0;

    const waiting = gate.run('read', 'availability', 3_000, left => {
      leftMs = left;
      return Promise.resolve(WELL);
    });
    calls[0]?.answer(WELL);

    expect(await waiting).toEqual(WELL);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThan(3_000);
    calls[1]?.answer(WELL);
    await Promise.all(running);
  });

  it('of reads are not those of writes', async () => {
    const { gate } = aGate();
    const reads = [aCall(), aCall()];
    const running = reads.map(call => gate.run('read', 'availability', 3_000, call.send));

    expect(await gate.run('write', 'book', 3_000, () => Promise.resolve(WELL))).toEqual(WELL);
    for (const call of reads) call.answer(WELL);
    await Promise.all(running);
  });

  it('are not waited for where no time would be left for the call', async () => {
    const { gate } = aGate();
    const call = aCall();
    const running = gate.run('write', 'book', 3_000, call.send);

    expect(await gate.run('write', 'book', 300, () => Promise.resolve(WELL))).toMatchObject({ code: 'upstream-busy' });
    call.answer(WELL);
    await running;
  });

  it('are left by who waits once the hospital is found to be away', async () => {
    const { gate } = aGate({ failuresToOpen: 1, writePlaces: 1, queueMs: 2_000 });
    const [first, late] = [aCall(), aCall()];
    const running = gate.run('write', 'book', 3_000, first.send);
    const waiting = gate.run('write', 'book', 3_000, late.send);

    first.answer(LOST);
    await running;

    expect(await waiting).toMatchObject({ code: 'upstream-circuit-open', isSurelyUnsent: true });
    expect(late.isSent()).toBe(false);
  });
});
