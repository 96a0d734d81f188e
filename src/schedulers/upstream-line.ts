import type { Agent, AgentOptions } from 'node:http';
import { isIP, type Socket } from 'node:net';

/**
 * How long a connection may wait for its request: a server that hears nothing closes it some time, and one that is closed just
 * as the request leaves makes the outcome unknown.
 */
const LONGEST_WAIT_MS = 1_000;

type CreateConnection = Agent['createConnection'];
type Take = NonNullable<Parameters<CreateConnection>[1]>;

/** The request was ready to be sent after its deadline. */
class TooLateError extends Error {
  /** As of a connection that did not come about: nothing was sent. */
  readonly code = 'ETIMEDOUT';
}

interface Opened {
  socket: Socket;
  /** For TLS: after the handshake. */
  isReady: boolean;
}

/**
 * One write's way to an upstream: a connection of its own. On a reused one that the server is just closing the outcome would be
 * unknown, and only on a fresh one is "never connected" a proof that nothing was sent.
 *
 * It may be opened before there is anything to send: until a request is made with `agents`, nothing of one is on the wire. What
 * failed, was closed or spoken on meanwhile is not used; the request gets another. It gets one only when that is ready, and only before
 * its deadline: a process that was stopped while it connected sends nothing when it wakes.
 */
export class UpstreamLine {
  private readonly create: CreateConnection;
  private waiting: Opened | undefined;
  private carrying: Opened | undefined;
  private isLate = (): boolean => false;
  private isHandedOver = false;

  constructor(
    private readonly url: URL,
    private readonly agent: Agent & { options?: AgentOptions },
  ) {
    this.create = agent.createConnection.bind(agent);
    agent.createConnection = (options, take) => {
      this.carrying = this.takeWaiting() ?? this.open(options);
      if (take && this.carrying) this.handOver(this.carrying, take);
      return undefined;
    };
  }

  /** What axios takes. The agent is of the URL's scheme: it refuses the other. */
  get agents(): { httpAgent: Agent; httpsAgent: Agent } {
    return { httpAgent: this.agent, httpsAgent: this.agent };
  }

  /** Whether bytes of the request may have left. */
  get mayHaveSent(): boolean {
    return this.isHandedOver;
  }

  /** Nothing is sent once `isLate`. */
  sendsUntil(isLate: () => boolean): void {
    this.isLate = isLate;
  }

  leadsTo(url: URL): boolean {
    return url.origin === this.url.origin;
  }

  /** Whether what was opened ahead could still carry a request. */
  get isOpen(): boolean {
    const socket = this.waiting?.socket;
    return socket !== undefined && socket.readable && socket.writable && socket.readableLength === 0;
  }

  /** Begins to connect, ahead of the request. */
  connect(): void {
    const host = this.url.hostname.replace(/^\[|\]$/g, '');
    const port = this.url.port === '' ? (this.isTls ? 443 : 80) : Number(this.url.port);
    // As the agent does it: for TLS with the name that the certificate must hold.
    const target = this.isTls ? { host, port, servername: isIP(host) === 0 ? host : '' } : { host, port };
    this.waiting = this.open({ ...this.agent.options, ...target });
    const socket = this.waiting?.socket;
    socket?.on('error', () => undefined);
    socket?.setTimeout(LONGEST_WAIT_MS, () => socket.destroy());
  }

  /** Closes what is open, used or not. */
  close(): void {
    this.waiting?.socket.destroy();
    this.carrying?.socket.destroy();
    this.agent.destroy();
  }

  private get isTls(): boolean {
    return this.url.protocol === 'https:';
  }

  private open(options: Parameters<CreateConnection>[0]): Opened | undefined {
    const socket = this.create(options) as Socket | null | undefined;
    if (!socket) return undefined;
    const opened = { socket, isReady: false };
    socket.once(this.isTls ? 'secureConnect' : 'connect', () => {
      opened.isReady = true;
    });
    return opened;
  }

  /** What the request is written to, at once. */
  private handOver(opened: Opened, take: Take): void {
    const { socket } = opened;
    const fail = (error: Error): void => {
      take(error, socket);
    };
    const handOver = (): void => {
      socket.off('error', fail);
      if (this.isLate()) {
        socket.destroy();
        fail(new TooLateError());
        return;
      }
      this.isHandedOver = true;
      take(null, socket);
    };
    socket.once('error', fail);
    if (opened.isReady) handOver();
    else socket.once(this.isTls ? 'secureConnect' : 'connect', handOver);
  }

  /** What was opened ahead, if a request can still go out on it. */
  private takeWaiting(): Opened | undefined {
    const { waiting, isOpen } = this;
    this.waiting = undefined;
    if (!isOpen) {
      waiting?.socket.destroy();
      return undefined;
    }
    waiting?.socket.removeAllListeners('timeout').setTimeout(0);
    return waiting;
  }
}
