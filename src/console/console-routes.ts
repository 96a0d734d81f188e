import { applyDecorators, Controller, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ForConsole } from '../auth/auth.decorators.js';
import { ConsoleErrorFilter } from './console-error.filter.js';

/** A controller of pages: known by the session, its errors pages too, and none of them in the API's document. */
export const ConsoleController = (path = ''): ClassDecorator =>
  applyDecorators(
    Controller(path === '' ? 'console' : `console/${path}`),
    ForConsole(),
    UseFilters(ConsoleErrorFilter),
    ApiExcludeController(),
  );
