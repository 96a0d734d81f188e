import 'reflect-metadata';
import { Controller, Get, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** The plain thing: NestJS on Express, a route that answers `hello`, one that answers so many bytes, and nothing else. A process of its own, on PORT. */
class HelloController {
  private readonly texts: Record<string, string> = {};

  hello(): string {
    return 'hello';
  }

  bytes(count: string): string {
    return (this.texts[count] ??= 'x'.repeat(Number(count)));
  }
}

// As decorators: plain Node strips types, and knows no decorators yet.
Controller()(HelloController);
Get()(HelloController.prototype, 'hello', methodOf('hello'));
Get('bytes/:count')(HelloController.prototype, 'bytes', methodOf('bytes'));
Param('count')(HelloController.prototype, 'bytes', 0);

const app = await NestFactory.create({ module: HelloController, controllers: [HelloController] }, { logger: false });
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT']), '127.0.0.1');

function methodOf(name: 'hello' | 'bytes'): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(HelloController.prototype, name) ?? {};
}
