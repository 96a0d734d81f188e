import { readFileSync } from 'node:fs';
import 'reflect-metadata';
import { Controller, Get, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** An answer that was seen, to be given as it is. In the process's folder. */
const SEEN = 'seen.json';

/** The plain thing: NestJS on Express, a route that answers `hello`, one that gives an answer which was seen, and nothing else. A process of its own, on PORT. */
class HelloController {
  private answer: { headers: Record<string, string>; text: string } | undefined;

  hello(): string {
    return 'hello';
  }

  seen(response: { set(headers: Record<string, string>): void }): string {
    this.answer ??= JSON.parse(readFileSync(SEEN, 'utf8')) as { headers: Record<string, string>; text: string };
    response.set(this.answer.headers);
    return this.answer.text;
  }
}

// As decorators: plain Node strips types, and knows no decorators yet.
Controller()(HelloController);
Get()(HelloController.prototype, 'hello', methodOf('hello'));
Get('seen')(HelloController.prototype, 'seen', methodOf('seen'));
Res({ passthrough: true })(HelloController.prototype, 'seen', 0);

const app = await NestFactory.create({ module: HelloController, controllers: [HelloController] }, { logger: false });
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT']), '127.0.0.1');

function methodOf(name: 'hello' | 'seen'): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(HelloController.prototype, name) ?? {};
}
