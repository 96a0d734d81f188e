import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CALENDARS } from './model.js';

/** The scheduling system whose staff send the webhooks: it has calendars, and nothing else. */
export interface Hospital {
  baseUrl: string;
  host: string;
  close(): void;
}

export async function startHospital(): Promise<Hospital> {
  const calendars = JSON.stringify(CALENDARS.map(id => ({ id, name: `Invented ${id}`, timezone: 'Asia/Manila' })));
  const server = http.createServer((request, response) => {
    const isKnown = request.url === '/api/v1/calendars';
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(isKnown ? calendars : '{"code":"not_found"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${host}/api/v1`,
    host,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
