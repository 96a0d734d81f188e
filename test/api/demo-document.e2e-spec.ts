import { freshKey } from '../../src/docs/example-rules.js';
import { TAGS } from '../../src/docs/journeys.js';
import { startDemo, type RunningDemo } from '../support/demo.js';
import { ADMIN_KEY, type Answer } from '../support/hub.js';
import { fetchOpenApi, OpenApiRecorder, routesOf, type OpenApi, type Route } from '../support/openapi.js';
import { signed } from '../support/webhooks.js';

const JOURNEYS = TAGS.map(({ name }) => name).filter(name => /^Journey|^Permanent/.test(name));
const REST = TAGS.map(({ name }) => name).filter(name => !JOURNEYS.includes(name));
/** There is nothing in the demo to be shown by it, and the answer says so; what is taken away is not there for the next. */
const WITHOUT_OBJECT: Record<string, number[]> = {
  undoContactMerge: [404],
  repairDrift: [404],
  receiveProviderCallback: [404],
  verifyMessengerCallback: [404],
  // Their appointments are still to come.
  eraseContact: [409],
  // The newest event may be one that was applied, or one that may be looked at anew.
  replayWebhookEvent: [202, 409],
};
const LAST = ['eraseContact', 'deactivateFacility'];

/** Sends what Swagger UI would: each example as it stands, the ids of earlier answers where the document says so. */
class Visitor {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly demo: RunningDemo,
    private readonly key: string,
  ) {}

  async execute(route: Route): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const body of bodiesOf(route)) answers.push(await this.send(route, body));
    const [answer] = answers;
    if (answer) this.answers.set(route.operation.operationId ?? '', answer);
    return answers;
  }

  private async send(route: Route, body: unknown): Promise<Answer> {
    const { path, query, headers } = this.filled(route);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const isSigned = route.operation.operationId === 'receiveWebhook';
    const signature = isSigned ? signed(await this.secret(), `msg_${text?.length ?? 0}`, this.demo.clock.now(), text ?? '') : {};
    const request = {
      method: route.method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...signature,
      },
      ...(text === undefined ? {} : { body: text }),
    };
    const response = await fetch(
      `${this.demo.hub.url}${path}${query.size > 0 ? `?${query.toString()}` : ''}`,
      freshKey(request) as RequestInit,
    );
    const answered = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answered) : answered || undefined };
  }

  private filled({ path, operation }: Route): { path: string; query: URLSearchParams; headers: Record<string, string> } {
    const filled = { path, query: new URLSearchParams(), headers: {} as Record<string, string> };
    for (const parameter of operation.parameters ?? []) {
      const example = this.answered(parameter.description) ?? parameter.example;
      if (example === undefined) continue;
      const value = example as string;
      if (parameter.in === 'path') filled.path = filled.path.replace(`{${parameter.name}}`, encodeURIComponent(value));
      else if (parameter.in === 'query') filled.query.set(parameter.name, value);
      else filled.headers[parameter.name] = value;
    }
    return filled;
  }

  private answered(description = ''): string | undefined {
    const [, operationId = ''] = /^From the answer of (\w+)\./.exec(description) ?? [];
    return (this.answers.get(operationId)?.body as { id?: string } | undefined)?.id;
  }

  private async secret(): Promise<string> {
    const { body } = await this.demo.hub.call('POST', `/facilities/${this.demo.facilityId}/webhook-secret`);
    return (body as { secret: string }).secret;
  }
}

/** Every example of the operation's body; one without a body is sent once. */
function bodiesOf({ operation }: Route): unknown[] {
  const media = operation.requestBody?.content['application/json'];
  if (!media) return [undefined];
  return media.examples ? Object.values(media.examples).map(({ value }) => value) : [media.example];
}

describe('The document of a hub that runs its demo', () => {
  let demo: RunningDemo;

  beforeAll(async () => {
    demo = await startDemo();
  }, 120_000);
  afterAll(() => demo.close());

  /** Each status that is another than it should be. */
  const walk = async (key: string, document: OpenApi, routes: readonly Route[]): Promise<string[]> => {
    const visitor = new Visitor(demo, key);
    const recorder = new OpenApiRecorder(document);
    const wrong: string[] = [];
    for (const route of routes) {
      const id = route.operation.operationId ?? '';
      for (const answer of await visitor.execute(route)) {
        recorder.record(route.method, route.path, answer);
        const isRight = WITHOUT_OBJECT[id]?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300);
        if (!isRight) wrong.push(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
    return [...wrong, ...recorder.mismatches];
  };
  const taggedWith = (document: OpenApi, tag: string): Route[] =>
    routesOf(document).filter(({ operation }) => operation.tags?.includes(tag));

  it.each(JOURNEYS)('has for %s examples that work as they are, step by step, with the demo key', async tag => {
    const document = await fetchOpenApi(demo.hub);
    const routes = taggedWith(document, tag);

    expect(routes.length).toBeGreaterThan(3);
    expect(await walk(demo.demoKey, document, routes)).toEqual([]);
  });

  it.each(REST)('has for %s examples that work with the key of the admin', async tag => {
    const document = await fetchOpenApi(demo.hub);
    const routes = taggedWith(document, tag).filter(({ operation }) => !LAST.includes(operation.operationId ?? ''));

    expect(await walk(ADMIN_KEY, document, routes)).toEqual([]);
  });

  it('has examples that fit their schemas, and names the demo facility wherever one is needed', async () => {
    const document = await fetchOpenApi(demo.hub);
    const recorder = new OpenApiRecorder(document);

    const media = routesOf(document).flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}));
    const wrong = media.flatMap(({ schema = {}, example, examples = {} }) =>
      [...Object.values(examples).map(({ value }) => value), ...(example === undefined ? [] : [example])].flatMap(value =>
        recorder.problems(schema, value),
      ),
    );
    const facilities = routesOf(document).flatMap(
      ({ operation }) => operation.parameters?.filter(p => p.name === 'facilityId' && p.required) ?? [],
    );

    expect(wrong).toEqual([]);
    expect(new Set(facilities.map(({ example }) => example))).toEqual(new Set([demo.facilityId]));
  });

  it('has other free slots each time that it is asked for, once they are taken', async () => {
    const before = await fetchOpenApi(demo.hub);
    const [book] = routesOf(before).filter(({ operation }) => operation.operationId === 'bookAppointment');
    await new Visitor(demo, demo.demoKey).execute(book as Route);

    expect(await walk(demo.demoKey, before, [book as Route])).toEqual([
      expect.stringContaining('bookAppointment: 409'),
      expect.stringContaining('bookAppointment: 409'),
    ]);
    const after = await fetchOpenApi(demo.hub);
    expect(
      await walk(
        demo.demoKey,
        after,
        routesOf(after).filter(({ operation }) => operation.operationId === 'bookAppointment'),
      ),
    ).toEqual([]);
  });

  it.each(LAST)('has for %s, which takes away, an example that works', async id => {
    const document = await fetchOpenApi(demo.hub);

    expect(
      await walk(
        ADMIN_KEY,
        document,
        routesOf(document).filter(({ operation }) => operation.operationId === id),
      ),
    ).toEqual([]);
  });
});
