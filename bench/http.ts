import http from 'node:http';

export interface Answer {
  status: number;
  text: string;
}

export interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Plain `node:http` over kept connections: what the client itself costs is small, and the same for all that is compared. */
export class HttpClient {
  private readonly agent: http.Agent;

  constructor(maxConnections = 256) {
    // Idle connections are let go before the server does so, just as a request leaves.
    this.agent = new http.Agent({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections, timeout: 2_000 });
  }

  send(url: string, { method = 'GET', headers = {}, body }: Request = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const typed = payload === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, agent: this.agent, headers: typed, timeout: 15_000 }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
        response.on('error', reject);
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${url}: no answer within 15 s`)));
      request.on('error', reject);
      request.end(payload);
    });
  }

  /** The answer's body read as JSON. Throws for any status but 2xx. */
  async json(url: string, request: Request = {}): Promise<unknown> {
    const { status, text } = await this.send(url, request);
    if (status < 200 || status > 299) throw new Error(`${request.method ?? 'GET'} ${url} answered ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  close(): void {
    this.agent.destroy();
  }
}
