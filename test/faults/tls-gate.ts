import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { SELF_SIGNED } from '../schedulers/self-signed.js';

/** TLS before a plain server, whose handshake can be held up: the client is connected, and cannot send yet. */
export interface TlsGate {
  /** `localhost:port`. */
  host: string;
  /** From now on no handshake goes on. */
  hold: () => void;
  /** Those that are held go on, and new ones at once. */
  release: () => void;
  /** How many are held. */
  held: () => number;
  close: () => Promise<void>;
}

/** Before `port` of this machine. */
export async function startTlsGate(port: number): Promise<TlsGate> {
  let isHeld = false;
  const waiting: net.Socket[] = [];
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const opened = tls.createServer(SELF_SIGNED, near => {
    const far = net.connect(port, '127.0.0.1');
    keep(far);
    near.on('error', () => undefined).pipe(far);
    far.pipe(near);
  });
  opened.on('tlsClientError', () => undefined);
  const server = net.createServer({ pauseOnConnect: true }, socket => {
    keep(socket);
    if (isHeld) waiting.push(socket);
    else opened.emit('connection', socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      for (const socket of waiting.splice(0)) opened.emit('connection', socket);
    },
    held: () => waiting.length,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
