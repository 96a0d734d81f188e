import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import net, { type AddressInfo } from 'node:net';

/** When, seen from a statement on its way to the server. `before`: it never gets there; `soon`: a little after. */
export type When = 'before' | 'after' | 'soon';

interface Aim {
  statement: string;
  when: When;
  strike: () => void;
}

const SOON_MS = 80;

/** The way of one copy of the hub to PostgreSQL: it can be blocked, and it sees which prepared statement is on its way. */
export class DatabaseLink {
  readonly port: number;
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();
  private readonly aims = new Set<Aim>();
  private blockedUntil: Promise<void> | null = null;

  private constructor(server: net.Server, host: string, port: number) {
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', near => {
      this.keep(near);
      // Nothing of a client that connects while the way is blocked gets through, not even that.
      void this.whenOpen().then(() => this.join(near, net.connect(port, host)));
    });
  }

  static async open(databaseUrl: string): Promise<DatabaseLink> {
    const { hostname, port } = new URL(databaseUrl);
    const server = net.createServer({ pauseOnConnect: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseLink(server, hostname, Number(port));
  }

  /** The same database by this way. */
  urlOf(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Nothing passes for so long, either way, not even that somebody has hung up; then it does, as when a cable was put back. */
  async swallow(forMs: number): Promise<void> {
    const promise = delay(forMs, undefined, { ref: false });
    this.blockedUntil = promise;
    for (const socket of this.sockets) socket.pause();
    await promise;
    if (this.blockedUntil !== promise) return;
    this.blockedUntil = null;
    for (const socket of this.sockets) socket.resume();
  }

  /** Strikes once, in the turn in which that statement comes by. Answers how to call it off. */
  atStatement(statement: string, when: When, strike: () => void): () => void {
    const aim = { statement, when, strike };
    this.aims.add(aim);
    return () => this.aims.delete(aim);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async whenOpen(): Promise<void> {
    while (this.blockedUntil) await this.blockedUntil;
  }

  private keep(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private join(near: net.Socket, far: net.Socket): void {
    far.setNoDelay(true);
    this.keep(far);
    near.on('data', (chunk: Buffer) => {
      if (this.passes(chunk)) pass(chunk, near, far);
    });
    far.on('data', (chunk: Buffer) => pass(chunk, far, near));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('drain', () => {
        if (!this.blockedUntil) other.resume();
      });
      one.on('close', () => void this.whenOpen().then(() => other.destroy()));
    }
    if (near.destroyed) far.destroy();
    else if (!this.blockedUntil) near.resume();
  }

  /** Whether the bytes go on to the server. */
  private passes(chunk: Buffer): boolean {
    for (const aim of this.aims) {
      if (!chunk.includes(aim.statement)) continue;
      this.aims.delete(aim);
      switch (aim.when) {
        case 'before':
          aim.strike();
          return false;
        case 'after':
          // In the next turn: in this one they are handed to the operating system.
          setImmediate(aim.strike);
          break;
        case 'soon':
          setTimeout(aim.strike, SOON_MS);
      }
    }
    return true;
  }
}

function pass(chunk: Buffer, from: net.Socket, to: net.Socket): void {
  if (!to.write(chunk)) from.pause();
}
