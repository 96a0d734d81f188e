import http from 'node:http';
import pg from 'pg';
import { v7 as newId } from 'uuid';

/** The plain thing: `node:http`, and one statement that inserts the row which the hub keeps of a webhook. A process of its own, on PORT. */
const FACILITY_ID = process.env['FACILITY_ID'];
/** As sealed by the hub: format and key id, then base64url of 12 bytes, the body and 16 bytes. */
const sealedLength = (bytes: number): number => 'v1.k1.'.length + Math.ceil(((bytes + 28) * 4) / 3);
const TEXT = 'x'.repeat(300_000);

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

async function store(body: Buffer): Promise<string> {
  const id = newId();
  await pool.query(
    `insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, outcome, flags, changes)
     values ($1, $2, $3, $4, $5, $6, 1, 'pending', '{}', '[]')`,
    [id, FACILITY_ID, `msg_${id}`, TEXT.slice(0, 43), TEXT.slice(0, sealedLength(body.length)), new Date()],
  );
  return id;
}

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') {
      response.end();
      return;
    }
    store(Buffer.concat(chunks)).then(
      id => {
        const answer = JSON.stringify({ id, status: 'accepted' });
        response.writeHead(202, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer);
      },
      () => response.writeHead(503, { 'content-length': 0 }).end(),
    );
  });
});

server.listen(Number(process.env['PORT']), '127.0.0.1');
