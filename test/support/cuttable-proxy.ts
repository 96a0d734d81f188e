import net, { type AddressInfo } from 'node:net';

/** Stands before a TCP server, and can be cut: then all connections are reset, and new ones too. Or it swallows: then nobody hears of anything. */
export interface CuttableProxy {
  port: number;
  cut: () => void;
  /** From now on all bytes vanish, both ways, and no connection is closed. Those of that time stay deaf for ever. */
  swallow: () => void;
  /** New connections pass again. */
  mend: () => void;
  /** New connections go to another port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

type State = 'well' | 'cut' | 'swallowing';

export async function startCuttableProxy(host: string, port: number): Promise<CuttableProxy> {
  const sockets = new Set<net.Socket>();
  let state: State = 'well';
  let target = port;
  const server = net.createServer(near => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const keep = (socket: net.Socket): void => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    };
    keep(near);
    if (state === 'swallowing') {
      near.resume();
      return;
    }
    const far = net.connect(target, host);
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    swallow: () => {
      state = 'swallowing';
      for (const socket of sockets) socket.unpipe().removeAllListeners('close').resume();
      for (const socket of sockets) socket.on('close', () => sockets.delete(socket));
    },
    mend: () => {
      state = 'well';
    },
    leadTo: other => {
      target = other;
    },
    close: () => {
      cut();
      return new Promise(resolve => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
