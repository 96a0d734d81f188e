import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../../src/common/clock.js';
import { readArguments } from '../../src/conformance/arguments.js';
import { conformanceCommand } from '../../src/conformance/command.js';
import { runConformance } from '../../src/conformance/run.js';

const KEY = 'invented-key-4711';

describe('a run against a server that', () => {
  let server: Server;

  async function argumentsFor(listener: RequestListener): Promise<string[]> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return ['--base-url', `http://127.0.0.1:${port}/api/v1`, '--api-key', KEY];
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each<[string, RequestListener]>([
    ['answers HTML', (_request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>')],
    ['redirects', (_request, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
    ['hangs up', request => request.socket.destroy()],
    ['breaks off', (_request, response) => response.writeHead(200, { 'Content-Length': 100 }).write('[', () => response.destroy())],
    ['answers 3 MiB', (_request, response) => response.end(`["${'x'.repeat(3 * 1024 * 1024)}"]`)],
    ['never answers', () => undefined],
    ['never ends', (_request, response) => response.write('[')],
    ['answers with nothing but null', (_request, response) => response.end('null')],
    ['nests without end', (_request, response) => response.end(`${'{"data":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
  ])('%s ends, with failures', async (_title, listener) => {
    const options = readArguments(await argumentsFor(listener));

    const { results } = await runConformance(options, { clock: new Clock(), deadlineMs: 150 });

    expect(results.find(({ clause }) => clause === 'CAL-1')?.outcome).not.toBe('passed');
    expect(results.some(({ outcome }) => outcome === 'failed')).toBe(true);
  });

  it('echoes the key and commands to the terminal shows neither', async () => {
    const args = await argumentsFor((request, response) => {
      const name = `${request.headers.authorization ?? ''}\u001b[2J`;
      response.end(JSON.stringify([{ id: name, name, timezone: name, appointment_types: [{ name }] }]));
    });
    const printed: string[] = [];
    const tell = (text: string): void => void printed.push(text);

    const code = await conformanceCommand(args, { print: tell, complain: tell, signal: new AbortController().signal });

    expect(code).toBe(1);
    expect(printed.join('\n')).not.toContain(KEY);
    expect(printed.join('\n')).not.toContain('\u001b');
  });
});
