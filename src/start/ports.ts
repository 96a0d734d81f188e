import net from 'node:net';

/** Fails with a clear error when a port cannot be listened on; before anything else is started. */
export async function assertPortFree(port: number, variable: string, host?: string): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(explain(error, port, variable), { cause: error }));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () =>
      server.close(() => {
        resolve();
      }),
    );
  });
}

function explain(error: NodeJS.ErrnoException, port: number, variable: string): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use by another process (is the hub running already?). Stop it, or set ${variable} to a free port.`;
  if (error.code === 'EACCES') return `This user may not listen on port ${port}. Set ${variable} to a port from 1024 on.`;
  return `Port ${port} (${variable}) cannot be listened on: ${error.code ?? error.message}.`;
}
