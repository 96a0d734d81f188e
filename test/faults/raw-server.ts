import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readRequests, type RawRequest } from './raw-http.js';

const LISTEN_AGAIN_MS = 20;
const TRIES = 250;

/** Listens on one loopback port, hands over each request with its socket, and can turn connections away. */
export class RawServer {
  private readonly onRequest: (request: RawRequest, socket: Socket) => void;
  private readonly onConnection: (socket: Socket) => void;
  private readonly sockets = new Set<Socket>();
  private server: net.Server | undefined;
  private port = 0;
  /** How many want it so at present. */
  private refusals = 0;
  private resets = 0;

  constructor(onRequest: (request: RawRequest, socket: Socket) => void, onConnection: (socket: Socket) => void) {
    this.onRequest = onRequest;
    this.onConnection = onConnection;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** On the port that it had. Somebody's outgoing connection may sit on it for a moment. */
  async listen(): Promise<void> {
    for (let left = TRIES; ; left -= 1) {
      const server = net.createServer({ noDelay: true }, socket => {
        this.accept(socket);
      });
      try {
        server.listen(this.port, '127.0.0.1');
        await once(server, 'listening');
        this.server = server;
        this.port = (server.address() as AddressInfo).port;
        return;
      } catch (error) {
        if (left === 0) throw error;
        await delay(LISTEN_AGAIN_MS);
      }
    }
  }

  /** Whoever connects while `during` runs is refused. */
  async refusing<T>(during: () => Promise<T>): Promise<T> {
    if (this.refusals++ === 0) this.server?.close();
    this.breakOff();
    try {
      return await during();
    } finally {
      if (--this.refusals === 0) await this.listen();
    }
  }

  /** Likewise, reset as soon as it is there, nothing of it read. */
  async resettingUnread<T>(during: () => Promise<T>): Promise<T> {
    this.resets++;
    this.breakOff();
    try {
      return await during();
    } finally {
      this.resets--;
    }
  }

  /** Ends all connections, whatever is under way on them. */
  breakOff(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    const closed = once(server, 'close');
    server.close();
    this.breakOff();
    await closed;
  }

  private accept(socket: Socket): void {
    socket.on('error', () => undefined);
    this.onConnection(socket);
    if (this.resets > 0) socket.resetAndDestroy();
    if (socket.destroyed) return;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    readRequests(socket, request => {
      this.onRequest(request, socket);
    });
  }
}
