import { isIP, Socket, type LookupFunction } from 'node:net';

/** What names lead to, at the n-th question. */
export type Resolver = (hostname: string, asked: number) => readonly string[];

interface Target {
  host?: string;
  port?: number | string;
  lookup?: LookupFunction;
}

/** The ways out of this process, in the test's hands: no packet leaves, and no name is asked for, whatever the code under test does. */
export interface NoWayOut {
  /** The addresses that would have been connected to. */
  readonly reached: string[];
  /** The names that the resolver was asked for. */
  readonly asked: string[];
  resolver: Resolver;
  /** Whether a connection asks for all addresses of its name, as Node does unless it is told another way. */
  asksForAll: boolean;
  lookup: LookupFunction;
  clear(): void;
  undo(): void;
}

/**
 * From now on a connection goes to a server of the test's own, as `isOurs` knows it, or nowhere: it resolves its name as it was told
 * to, is noted with each address that it would have tried, and fails as a refused one does. Called before the code under test is
 * loaded: the system's resolver is taken away, too.
 */
export function takeWaysOut(isOurs: (host: string, port: number) => boolean): NoWayOut {
  const dns = process.getBuiltinModule('node:dns');
  const kept = { connect: Object.getOwnPropertyDescriptor(Socket.prototype, 'connect') ?? {}, lookup: dns.lookup };
  const ways: NoWayOut = {
    reached: [],
    asked: [],
    resolver: () => [],
    asksForAll: true,
    lookup: (hostname, options, callback) => {
      ways.asked.push(hostname);
      const found = ways.resolver(hostname, ways.asked.length).map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
      const [first] = found;
      if (options.all) callback(null, found);
      else callback(null, first?.address ?? '', first?.family);
    },
    clear: () => {
      ways.reached.length = 0;
      ways.asked.length = 0;
    },
    undo: () => {
      Object.defineProperty(Socket.prototype, 'connect', kept.connect);
      dns.lookup = kept.lookup;
    },
  };
  const fails = (socket: Socket, error: Error): void => void setImmediate(() => socket.destroy(error));
  const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  dns.lookup = ((hostname: string, ...rest: unknown[]) => {
    // An address, of a server that is about to listen: nobody is asked.
    if (isIP(hostname) !== 0) return Reflect.apply(kept.lookup, dns, [hostname, ...rest]);
    ways.reached.push(`the system's resolver, for ${hostname}`);
    (rest.at(-1) as (error: Error) => void)(refused());
  }) as typeof dns.lookup;
  Object.defineProperty(Socket.prototype, 'connect', {
    ...kept.connect,
    value(this: Socket, ...args: unknown[]): Socket {
      const { host = 'localhost', port, lookup } = targetOf(args);
      if (isOurs(host, Number(port))) return Reflect.apply(kept.connect.value as (...given: unknown[]) => Socket, this, args);
      const reach = (addresses: readonly string[]): void => {
        ways.reached.push(...addresses);
        fails(this, refused());
      };
      if (isIP(host) !== 0) reach([host]);
      else if (!lookup) reach([`${host}, without a lookup`]);
      else
        lookup(host, { all: ways.asksForAll }, (error, found) => {
          if (error) fails(this, error);
          else reach(typeof found === 'string' ? [found] : found.map(({ address }) => address));
        });
      return this;
    },
  });
  return ways;
}

/** `connect(options)`, the options in an array, as `net` itself calls it, or `connect(port, host)`. */
function targetOf(args: readonly unknown[]): Target {
  const [first, second] = args.flat();
  return typeof first === 'object' && first !== null ? first : { port: Number(first), host: String(second) };
}
