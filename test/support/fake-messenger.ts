import {
  hexHmacSha256,
  jsonObject,
  parsedBody,
  postCallback,
  startFakeProvider,
  type FakeProvider,
  type ProviderRequest,
  type ProviderVerdict,
} from './fake-provider.js';

/** What Meta has sent to a person. */
export interface MessengerMessage {
  messageId: string;
  psid: string;
  messagingType: string;
  tag: string | null;
  /** null: it was a template. */
  text: string | null;
  template: { name: string; language: string; parameters: Record<string, string> } | null;
  metadata: string | null;
}

export interface FakeMessenger extends FakeProvider<MessengerMessage> {
  pageAccessToken: string;
  appSecret: string;
  /** By PSID: when the person last wrote to the page, by Meta's memory; null: the window was never open. */
  people: Map<string, { lastWroteAt: Date | null }>;
  /** The page's approved templates by `name/language`: the names of their parameters. */
  templates: Map<string, string[]>;
  /** Whether tags pass: no longer, since 27 April 2026. */
  takesTags: boolean;
  /** Meta's own clock. */
  now: () => Date;
  /** Bodies of callbacks, as bytes to be signed. */
  delivery(psid: string, watermark: Date, messageIds?: string[]): string;
  read(psid: string, watermark: Date, at: Date): string;
  echo(message: MessengerMessage, at: Date): string;
  /** Posts a body with its signature; the status that comes back. */
  callBack(url: string, body: string): Promise<number>;
  /** Asks as Meta does before it uses a callback URL. */
  challenge(url: string, verifyToken: string): Promise<{ status: number; text: string }>;
}

const PAGE_ID = '1909458034523498';
const WINDOW_MS = 24 * 60 * 60_000;

/** Meta's Send API as documented at https://developers.facebook.com/docs/messenger-platform/reference/send-api, as far as the hub uses it. */
export async function startFakeMessenger(
  pageAccessToken = 'invented-page-token',
  appSecret = 'invented-app-secret',
): Promise<FakeMessenger> {
  const state: Pick<FakeMessenger, 'pageAccessToken' | 'people' | 'templates' | 'takesTags' | 'now'> = {
    pageAccessToken,
    people: new Map(),
    templates: new Map(),
    takesTags: false,
    now: () => new Date(),
  };
  let count = 0;
  const provider = await startFakeProvider<MessengerMessage>({
    addressOf: ({ body }) => recipientOf(jsonObject(parsedBody(body))),
    judge: request => {
      const asked = judgeRequest(request, state);
      if ('error' in asked) return asked.error;
      count++;
      const messageId = `m_Invented-${count}_${asked.psid}`;
      return { taken: { ...asked, messageId }, status: 200, text: JSON.stringify({ recipient_id: asked.psid, message_id: messageId }) };
    },
  });
  return Object.assign(state, provider, {
    appSecret,
    delivery: (psid: string, watermark: Date, mids?: string[]) =>
      callback({ sender: { id: psid }, recipient: { id: PAGE_ID }, delivery: { ...(mids && { mids }), watermark: watermark.getTime() } }),
    read: (psid: string, watermark: Date, at: Date) =>
      callback({
        sender: { id: psid },
        recipient: { id: PAGE_ID },
        timestamp: at.getTime(),
        read: { watermark: watermark.getTime() },
      }),
    echo: ({ psid, messageId: mid, metadata, text }: MessengerMessage, at: Date) =>
      callback({
        sender: { id: PAGE_ID },
        recipient: { id: psid },
        timestamp: at.getTime(),
        message: {
          mid,
          is_echo: true,
          app_id: 1_517_776_481_860_111,
          ...(metadata !== null && { metadata }),
          ...(text !== null && { text }),
        },
      }),
    callBack: async (url: string, body: string) =>
      postCallback(url, body, { 'X-Hub-Signature-256': `sha256=${await hexHmacSha256(appSecret, body)}` }),
    challenge: async (url: string, verifyToken: string) => {
      const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': '1158201444' });
      const response = await fetch(`${url}?${query.toString()}`);
      return { status: response.status, text: await response.text() };
    },
  });
}

type Asked = Omit<MessengerMessage, 'messageId'> | { error: ProviderVerdict<MessengerMessage> };

function judgeRequest(
  request: ProviderRequest,
  {
    pageAccessToken,
    people,
    templates,
    takesTags,
    now,
  }: Pick<FakeMessenger, 'pageAccessToken' | 'people' | 'templates' | 'takesTags' | 'now'>,
): Asked {
  if (request.method !== 'POST' || !/^\/v\d{2}\.0\/me\/messages$/.test(request.path))
    return fault(404, 2500, null, 'Unknown path components');
  if (request.headers.authorization !== `Bearer ${pageAccessToken}`) return fault(401, 190, null, 'Invalid OAuth access token.');
  const parsed = parsedBody(request.body);
  if (parsed === undefined || !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return fault(400, 100, null, 'Param recipient must be a JSON object.');
  const body = jsonObject(parsed);
  const psid = recipientOf(body);
  const person = psid === null ? undefined : people.get(psid);
  if (psid === null || !person) return fault(400, 100, 2018001, 'No matching user found');
  const { messaging_type: messagingType, tag = null } = body;
  if (typeof messagingType !== 'string' || (tag !== null && typeof tag !== 'string')) return fault(400, 100, null, 'Invalid parameter');
  const message = jsonObject(body['message']);
  const { text = null, metadata = null } = message;
  if (metadata !== null && (typeof metadata !== 'string' || metadata.length > 1_000)) return fault(400, 100, null, 'Length of metadata');
  const asked = { psid, messagingType, tag, metadata };
  if (messagingType === 'UTILITY') {
    const template = approvedTemplate(jsonObject(message['template']), templates);
    return template && text === null ? { ...asked, text: null, template } : fault(400, 100, null, 'Template is not available');
  }
  if (typeof text !== 'string' || text === '' || text.length >= 2_000)
    return fault(400, 100, null, 'Length of param message[text] must be less than 2000');
  if (messagingType === 'MESSAGE_TAG') {
    if (!takesTags || tag !== 'CONFIRMED_EVENT_UPDATE') return fault(400, 100, null, 'This message tag is not supported');
    return { ...asked, text, template: null };
  }
  if (messagingType !== 'RESPONSE' && messagingType !== 'UPDATE') return fault(400, 100, null, 'Invalid messaging_type');
  const isOpen = person.lastWroteAt !== null && now().getTime() - person.lastWroteAt.getTime() < WINDOW_MS;
  return isOpen ? { ...asked, text, template: null } : fault(400, 10, 2018278, 'This message is sent outside of allowed window.');
}

/** With exactly the parameters it was approved with, none empty; null: there is no such template. */
function approvedTemplate(asked: Record<string, unknown>, templates: FakeMessenger['templates']): MessengerMessage['template'] {
  const { name, components } = asked;
  const { code: language } = jsonObject(asked['language']);
  if (typeof name !== 'string' || typeof language !== 'string' || !Array.isArray(components)) return null;
  const wanted = templates.get(`${name}/${language}`);
  const list = components
    .map(jsonObject)
    .flatMap(c => (c['type'] === 'body' && Array.isArray(c['parameters']) ? (c['parameters'] as unknown[]) : []));
  const parameters: Record<string, string> = {};
  for (const { type, parameter_name: key, text } of list.map(jsonObject)) {
    if (type !== 'text' || typeof key !== 'string' || typeof text !== 'string' || text === '') return null;
    parameters[key] = text;
  }
  const isExact = wanted?.length === list.length && wanted.every(key => key in parameters);
  return isExact ? { name, language, parameters } : null;
}

function recipientOf(body: Record<string, unknown>): string | null {
  const { id } = jsonObject(body['recipient']);
  return typeof id === 'string' ? id : null;
}

function fault(status: number, code: number, subcode: number | null, message: string): { error: ProviderVerdict<MessengerMessage> } {
  const error = {
    message: `(#${code}) ${message}`,
    type: 'OAuthException',
    code,
    ...(subcode !== null && { error_subcode: subcode }),
    fbtrace_id: 'BLBz/WZt8dN',
  };
  return { error: { taken: null, status, text: JSON.stringify({ error }) } };
}

function callback(event: object): string {
  return JSON.stringify({ object: 'page', entry: [{ id: PAGE_ID, time: 1_458_668_856_500, messaging: [event] }] });
}
