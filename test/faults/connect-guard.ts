import { Socket } from 'node:net';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** What has been tried since the guard stands; `undo` takes it away. */
export interface ConnectGuard {
  refused: readonly string[];
  undo(): void;
}

/**
 * From now on this process connects to nothing but loopback and sockets of the file system: everything else is noted and refused
 * before a name is looked up or a packet leaves, whatever the code under test does.
 */
export function guardConnects(onRefused: (host: string) => void = () => undefined): ConnectGuard {
  const connect = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect') ?? {};
  const refused: string[] = [];
  Object.defineProperty(Socket.prototype, 'connect', {
    ...connect,
    value(this: Socket, ...args: unknown[]): Socket {
      const host = hostOf(args);
      if (host !== null && !LOOPBACK.has(host)) {
        refused.push(host);
        onRefused(host);
        throw new Error(`Nothing here may connect to ${host}`);
      }
      return Reflect.apply(connect.value as (...given: unknown[]) => Socket, this, args);
    },
  });
  return { refused, undo: () => void Object.defineProperty(Socket.prototype, 'connect', connect) };
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or the options in an array, as `net` itself calls it. null: a file's. */
function hostOf(args: readonly unknown[]): string | null {
  const [first, second] = args.flat();
  if (typeof first === 'string') return /^\d+$/.test(first) ? nameOf(second) : null;
  if (typeof first === 'number') return nameOf(second);
  const { path, host } = first as { path?: unknown; host?: unknown };
  // Of a connection over TCP the agents of Node leave it empty, in one way or another.
  return typeof path === 'string' && path !== '' ? null : nameOf(host);
}

function nameOf(host: unknown): string {
  return typeof host === 'string' ? host : 'localhost';
}
