import { once } from 'node:events';
import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

interface Response {
  status: number;
  text: string;
}

interface Waiting {
  resolve: (response: Response) => void;
  reject: (error: Error) => void;
}

/** A kept connection over which requests go out as bytes that were made before: next to nothing of the measured time is the loader's. */
export class WireConnection {
  private readonly socket: net.Socket;
  private received: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.read();
    });
    socket.on('close', () => this.waiting?.reject(new Error('The connection was closed before the answer.')));
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<WireConnection> {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new WireConnection(socket);
  }

  /** One at a time. */
  send(request: Buffer): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private read(): void {
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0 || !this.waiting) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (Number.isNaN(length)) throw new Error(`An answer without a length: ${head}`);
    const end = headEnd + HEAD_END.length + length;
    if (this.received.length < end) return;
    const response = { status: Number(head.slice(9, 12)), text: this.received.toString('utf8', headEnd + HEAD_END.length, end) };
    this.received = this.received.subarray(end);
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(response);
  }
}

/** Several connections to one port, the free ones for whoever comes next. */
export class Wire {
  private readonly connections: WireConnection[];
  private readonly free: WireConnection[];
  private readonly queue: ((connection: WireConnection) => void)[] = [];

  private constructor(connections: WireConnection[]) {
    this.connections = connections;
    this.free = [...connections];
  }

  static async open(port: number, connections: number): Promise<Wire> {
    return new Wire(await Promise.all(Array.from({ length: connections }, () => WireConnection.open(port))));
  }

  /** Each connection sends its next request as soon as the last one is answered. */
  async closedLoop(requests: readonly Buffer[], check: (response: Response) => void): Promise<{ tookMs: number; latenciesMs: number[] }> {
    const left = requests.values();
    const latenciesMs: number[] = [];
    const start = performance.now();
    await Promise.all(
      this.connections.map(async connection => {
        for (const request of left) {
          const sent = performance.now();
          check(await connection.send(request));
          latenciesMs.push(performance.now() - sent);
        }
      }),
    );
    return { tookMs: performance.now() - start, latenciesMs };
  }

  /** Waits for a free connection; the one that was used longest ago, so that none is closed for being idle. */
  async send(request: Buffer): Promise<Response> {
    const connection = this.free.shift() ?? (await new Promise<WireConnection>(resolve => this.queue.push(resolve)));
    try {
      return await connection.send(request);
    } finally {
      const next = this.queue.shift();
      if (next) next(connection);
      else this.free.push(connection);
    }
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}

/** Throws unless it is 202 for an event that was not seen before. Answers the event's id. */
export function acceptedId({ status, text }: Response): string {
  const receipt = status === 202 ? (JSON.parse(text) as { id: string; status: string }) : null;
  if (receipt?.status !== 'accepted') throw new Error(`A webhook was answered ${status}: ${text.slice(0, 300)}`);
  return receipt.id;
}
