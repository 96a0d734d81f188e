import net, { type AddressInfo } from 'node:net';
import { assertPortFree } from './ports.js';

describe('assertPortFree', () => {
  it('names the port and the variable of one that is in use, and lets it pass once it is free', async () => {
    const server = net.createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    await expect(assertPortFree(port, 'SANDBOX_PORT', '127.0.0.1')).rejects.toThrow(
      `Port ${port} is in use by another process (is the hub running already?). Stop it, or set SANDBOX_PORT to a free port.`,
    );
    await new Promise(resolve => server.close(resolve));
    await expect(assertPortFree(port, 'SANDBOX_PORT', '127.0.0.1')).resolves.toBeUndefined();
  });

  it('lets 0 pass: it takes a free one', async () => {
    await expect(assertPortFree(0, 'PORT')).resolves.toBeUndefined();
  });
});
