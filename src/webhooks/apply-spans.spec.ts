import type { HubSpan, SpanFacts, SpanMaker } from '../tracing/span.js';
import { Tracing } from '../tracing/tracing.js';
import { ApplySpansService } from './apply-spans.service.js';
import type { Decision } from './event-decision-rules.js';
import type { ReceivedEvent } from './received-events.service.js';

interface Made extends SpanFacts {
  name: string;
  failure: string | null;
  noted: Record<string, unknown>;
  isOver: boolean;
}

/** Keeps what it is told; the n-th span's context is `span n`. */
class KeptSpans implements SpanMaker {
  readonly made: Made[] = [];

  start(name: string, facts: SpanFacts): HubSpan {
    const made: Made = { name, ...facts, failure: null, noted: {}, isOver: false };
    const count = this.made.push(made);
    return {
      traceparent: `span ${count}`,
      rename: () => undefined,
      note: attributes => Object.assign(made.noted, attributes),
      fail: code => (made.failure = code),
      end: () => (made.isOver = true),
    };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const anEvent = (id: string, traceparent: string | null): ReceivedEvent => ({
  id,
  facilityId: 'F',
  traceparent,
  flags: [],
  receivedAt: new Date('2026-03-09T01:00:00Z'),
  heldUntil: null,
  parsed: { kind: 'rejected', reason: 'unknown-event', type: null, externalId: null, occurredAt: null, fields: [] },
  isRepeat: false,
  isNew: true,
  appointmentId: null,
});

const aDecision = (id: string, outcome: Decision['outcome']): Decision => ({
  id,
  type: 'appointmentCreated',
  outcome,
  reason: null,
  flags: [],
  occurredAt: null,
  appliedAt: null,
  appointmentId: null,
  contactId: null,
  changes: [],
  heldUntil: null,
  lookAgainAt: null,
  isToBeChecked: false,
});

describe('The spans of events that are applied', () => {
  let spans: KeptSpans;
  let service: ApplySpansService;

  beforeEach(() => {
    spans = new KeptSpans();
    service = new ApplySpansService(new Tracing(spans));
  });

  it('are each of the trace that its event came in with, and linked with that of the batch', async () => {
    const given: (string | null)[] = [];

    await service.around([anEvent('1', 'from 1'), anEvent('2', 'from 2'), anEvent('3', null)], events => {
      given.push(...events.map(event => event.traceparent));
      return Promise.resolve([aDecision('1', 'applied'), aDecision('2', 'held')]);
    });

    expect(given).toEqual(['span 2', 'span 3', 'span 4']);
    expect(spans.made).toMatchObject([
      { name: 'webhook apply batch', parent: null, links: ['from 1', 'from 2'], isOver: true },
      { name: 'webhook apply', parent: 'from 1', links: ['span 1'], noted: { 'hub.webhook.outcome': 'applied' }, isOver: true },
      { name: 'webhook apply', parent: 'from 2', links: ['span 1'], noted: { 'hub.webhook.outcome': 'held' }, isOver: true },
      { name: 'webhook apply', parent: null, links: ['span 1'], noted: {}, isOver: true },
    ]);
  });

  it('need no batch for one event', async () => {
    await service.around([anEvent('1', 'from 1')], () => Promise.resolve([aDecision('1', 'applied')]));

    expect(spans.made).toMatchObject([{ name: 'webhook apply', parent: 'from 1', links: [] }]);
  });

  it('all fail with their transaction, by a class, not a message', async () => {
    const failing = service.around([anEvent('1', 'from 1'), anEvent('2', 'from 2')], () =>
      Promise.reject(new TypeError('Testa Inventada')),
    );

    await expect(failing).rejects.toThrow(TypeError);
    expect(spans.made.map(({ failure, isOver }) => [failure, isOver])).toEqual(Array(3).fill(['TypeError', true]));
  });

  it('are none where nothing is traced', async () => {
    const events = [anEvent('1', 'from 1'), anEvent('2', null)];

    const given = await new ApplySpansService(new Tracing(null)).around(events, same => {
      expect(same).toBe(events);
      return Promise.resolve([]);
    });

    expect(given).toEqual([]);
  });
});
