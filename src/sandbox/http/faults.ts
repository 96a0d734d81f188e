import { setTimeout as delay } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import { isWebhookFault, WEBHOOK_FAULTS, webhookFault } from '../webhooks/webhook-fault.js';

/** What may go wrong with one answer or its webhooks: asked for by the header `X-Sandbox-Fault`, or by the setting for all calls. */
const FAULTS = ['hang', 'half-body', 'html', 'status', 'latency', ...WEBHOOK_FAULTS] as const;

type FaultName = (typeof FAULTS)[number];

interface Fault {
  name: FaultName;
  /** The status, or milliseconds. */
  value: number;
}

const MAX_LATENCY_MS = 60_000;
const HEADER = 'X-Sandbox-Fault';

/** For messages. */
export const FAULT_VALUES = 'status=503, latency=2000, hang, half-body, html, duplicates, lost-echo or echo-first';

/** One of `FAULT_VALUES`; null for anything else. */
export function readFault(text: string): Fault | null {
  const [given = '', value = ''] = text.trim().split('=');
  const name = FAULTS.find(fault => fault === given);
  if (name === undefined) return null;
  const number = Number(value);
  const isFit =
    name === 'status' ? number >= 400 && number <= 599 : name === 'latency' ? number > 0 && number <= MAX_LATENCY_MS : value === '';
  return isFit && Number.isInteger(number) ? { name, value: number } : null;
}

/** Under the API alone: staff act undisturbed, save that their webhooks may be duplicated too. What cannot be read is answered with 400, so that no test passes for a slip of the pen. */
export function injectFaults(standing: string | null) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const wanted = request.get(HEADER) ?? standing;
    const fault = wanted === null ? null : readFault(wanted);
    const isOfWebhooks = fault !== null && isWebhookFault(fault.name);
    if (wanted === null || (!isOfWebhooks && !request.path.startsWith('/api/'))) {
      next();
      return;
    }
    if (fault === null) {
      response.status(400).json({ code: 'invalid_request', message: `${HEADER} must be ${FAULT_VALUES}.` });
      return;
    }
    await inject(fault, response, next);
  };
}

async function inject({ name, value }: Fault, response: Response, next: NextFunction): Promise<void> {
  switch (name) {
    case 'status':
      response.status(value).json({ code: 'internal_error', message: 'A fault that was asked for.' });
      return;
    case 'latency':
      await delay(value, undefined, { ref: false });
      next();
      return;
    case 'hang':
      return;
    case 'html':
      response.type('html').send('<!doctype html><title>Sign in</title>');
      return;
    case 'half-body': {
      // The call is carried out; its answer breaks off.
      const { json } = response;
      response.json = body => {
        response.json = json;
        const text = JSON.stringify(body);
        response.type('json').setHeader('Content-Length', Buffer.byteLength(text));
        response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
        return response;
      };
      next();
      return;
    }
    case 'duplicates':
    case 'lost-echo':
    case 'echo-first':
      webhookFault.run(name, next);
  }
}
