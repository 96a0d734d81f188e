import http from 'node:http';
import pg from 'pg';

/** The plain thing: `node:http`, and one prepared `select` of an appointment by its primary key. A process of its own, on PORT. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });

async function find(id: string): Promise<string> {
  const { rows } = await pool.query({ name: 'find', text: 'select * from appointment where id = $1', values: [id] });
  return JSON.stringify(rows[0] ?? null);
}

const server = http.createServer((request, response) => {
  const id = (request.url ?? '').slice('/appointments/'.length);
  const found = id === '' ? Promise.resolve('') : find(id);
  found.then(
    answer => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer);
    },
    () => response.writeHead(503, { 'content-length': 0 }).end(),
  );
});

server.listen(Number(process.env['PORT']), '127.0.0.1');
