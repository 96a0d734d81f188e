import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { answer, behave, type TwilioBehaviour } from './twilio-behaviour.js';
import { answerProblems, requestProblems } from './twilio-openapi.js';
import { errorAnswer, formError, listPage, newSid, resourceOf, type TwilioSms } from './twilio-resources.js';

export interface StatusReport {
  errorCode?: number;
  /** `http://127.0.0.1:port` of a hub that is not reached by the URL it gave. */
  via?: string;
  /** By whoever is not Twilio. */
  signature?: string;
}

/** Twilio's Messages at the network's edge: it refuses what the real one would, and keeps what it took. */
export interface FakeTwilio {
  /** Origin, for the settings. */
  baseUrl: string;
  /** `host:port`, for `upstreamAllowedHosts`. */
  host: string;
  accountSid: string;
  authToken: string;
  requests: { method: string; url: URL; headers: http.IncomingHttpHeaders; form: URLSearchParams }[];
  /** What it took, in order. */
  sent: TwilioSms[];
  /** Where requests or answers leave Twilio's OpenAPI document. */
  mismatches: string[];
  /** While true, what it takes is not listed: as where the list lags behind. */
  isListLagging: boolean;
  /** Of the requests to send that come next, one each. */
  next(...behaviours: TwilioBehaviour[]): void;
  /** Of every request to send to this address; null: as usual again. */
  at(address: string, behaviour: TwilioBehaviour | null): void;
  /** Of the requests for a list that come next. */
  nextLists(...behaviours: TwilioBehaviour[]): void;
  /** Something that was sent before. */
  add(sms: Partial<TwilioSms>): TwilioSms;
  /** Posts a status callback, signed as Twilio signs; `sms` keeps the status. In any order, as often as wanted. */
  report(sms: TwilioSms, status: string, report?: StatusReport): Promise<number>;
  close(): Promise<void>;
}

export async function startFakeTwilio(now: () => Date = () => new Date()): Promise<FakeTwilio> {
  const queued: { send: TwilioBehaviour[]; list: TwilioBehaviour[] } = { send: [], list: [] };
  const byAddress = new Map<string, TwilioBehaviour>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://twilio.test');
      const method = request.method ?? '';
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      twilio.requests.push({ method, url, headers: request.headers, form });
      const fields = method === 'POST' ? form : url.searchParams;
      twilio.mismatches.push(...requestProblems(method, url.pathname, request.headers['content-type'], fields));
      const refusal = refusalOf(twilio, request.headers, url);
      if (refusal !== null) answer(response, errorAnswer(refusal));
      else if (method === 'POST') take(twilio, form, queued.send.shift() ?? byAddress.get(form.get('To') ?? ''), response, now);
      else list(twilio, url, queued.list.shift(), response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const twilio: FakeTwilio = {
    baseUrl: `http://${host}`,
    host,
    accountSid: newSid('AC'),
    authToken: newSid(''),
    requests: [],
    sent: [],
    mismatches: [],
    isListLagging: false,
    next: (...behaviours) => {
      queued.send.push(...behaviours);
    },
    at: (address, behaviour) => {
      if (behaviour) byAddress.set(address, behaviour);
      else byAddress.delete(address);
    },
    nextLists: (...behaviours) => {
      queued.list.push(...behaviours);
    },
    add: sms => keep(twilio, new URLSearchParams(), { at: now(), ...sms }),
    report: (sms, status, report) => postReport(twilio, sms, status, report),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return twilio;
}

/** Basic, for this account and no other. */
function refusalOf(twilio: FakeTwilio, headers: http.IncomingHttpHeaders, url: URL): number | null {
  const credentials = Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64');
  if (headers.authorization !== `Basic ${credentials}`) return 20003;
  return url.pathname === `/2010-04-01/Accounts/${twilio.accountSid}/Messages.json` ? null : 20404;
}

function take(
  twilio: FakeTwilio,
  form: URLSearchParams,
  behaviour: TwilioBehaviour | undefined,
  response: http.ServerResponse,
  now: () => Date,
): void {
  const wrong = formError(form);
  if (wrong !== null) {
    answer(response, errorAnswer(wrong, form.get('To') ?? '', form.get('From') ?? ''));
    return;
  }
  const isTaken = !behaviour || !('isTaken' in behaviour) ? behaviour?.kind !== 'error' : behaviour.isTaken === true;
  const failure = behaviour?.kind === 'status' ? { status: behaviour.status, errorCode: behaviour.errorCode ?? null } : {};
  const sms = isTaken ? keep(twilio, form, { at: now(), ...failure }) : null;
  const body = sms && resourceOf(sms, twilio.accountSid);
  if (body) twilio.mismatches.push(...answerProblems('POST', 201, body).map(problem => `201: ${problem}`));
  behave(response, behaviour, { status: 201, body: body ?? {} }, form);
}

function list(twilio: FakeTwilio, url: URL, behaviour: TwilioBehaviour | undefined, response: http.ServerResponse): void {
  const body = listPage(
    twilio.sent.filter(sms => sms.isListed || !twilio.isListLagging),
    url,
    twilio.accountSid,
  );
  twilio.mismatches.push(...answerProblems('GET', 200, body).map(problem => `200: ${problem}`));
  behave(response, behaviour, { status: 200, body: behaviour?.kind === 'next' ? { ...body, next_page_uri: behaviour.uri } : body });
}

function keep(twilio: FakeTwilio, form: URLSearchParams, fields: Partial<TwilioSms> & { at: Date }): TwilioSms {
  const messagingServiceSid = form.get('MessagingServiceSid');
  const sms: TwilioSms = {
    sid: newSid('SM'),
    to: form.get('To') ?? '',
    from: form.get('From'),
    messagingServiceSid,
    body: form.get('Body') ?? '',
    status: messagingServiceSid ? 'accepted' : 'queued',
    errorCode: null,
    sentAt: null,
    statusCallback: form.get('StatusCallback'),
    direction: 'outbound-api',
    isListed: !twilio.isListLagging,
    ...fields,
  };
  twilio.sent.push(sms);
  return sms;
}

async function postReport(
  twilio: FakeTwilio,
  sms: TwilioSms,
  status: string,
  { errorCode, via, signature }: StatusReport = {},
): Promise<number> {
  if (sms.statusCallback === null) throw new Error('No status callback was asked for.');
  Object.assign(sms, { status, errorCode: errorCode ?? null });
  const parameters: Record<string, string> = {
    AccountSid: twilio.accountSid,
    ApiVersion: '2010-04-01',
    ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
    From: sms.from ?? '',
    MessageSid: sms.sid,
    MessageStatus: status,
    SmsSid: sms.sid,
    SmsStatus: status,
    To: sms.to,
  };
  const signed = getExpectedTwilioSignature(twilio.authToken, sms.statusCallback, parameters);
  const url = new URL(sms.statusCallback);
  const response = await fetch(via === undefined ? url : via + url.pathname + url.search, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', 'x-twilio-signature': signature ?? signed },
    body: new URLSearchParams(parameters).toString(),
  });
  await response.arrayBuffer();
  return response.status;
}
