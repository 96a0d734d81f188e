import { Get, NotFoundException } from '@nestjs/common';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { ConsoleController } from './console-routes.js';

/** What is no page is told so as a page. The last of the console's controllers. */
@ConsoleController()
export class UnknownPageController {
  @Get('*path')
  @Audit({ kind: 'none', why: 'there is nothing' })
  @RequireScope('read')
  showNothing(): never {
    throw new NotFoundException();
  }
}
