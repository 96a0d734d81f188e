import { createParamDecorator, StreamableFile, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { AuthenticatedRequest } from '../auth/auth.decorators.js';
import { hasScope, type Caller } from '../auth/scope.js';
import type { Html } from './html.js';

/** Whose data a page shows, for the audit log. */
export interface Shown {
  facilityId: string;
  contactId?: string | null;
}

/** A page as a controller answers it: streamed as it is, while the audit log reads whose data it shows. */
export class ConsolePage extends StreamableFile {
  readonly data: readonly Shown[];

  constructor({ text }: Html, shown: readonly Shown[] = []) {
    const bytes = Buffer.from(text, 'utf8');
    super(bytes, { type: 'text/html; charset=utf-8', length: bytes.length });
    this.data = shown;
  }
}

/** Where a form that did something leads: to a page that can be loaded again. */
export interface Done extends Shown {
  url: string;
  statusCode: 303;
}

/** `notice`: a key of `NOTICES`, shown there. */
export function doneAt(path: string, notice: string, shown: Shown): Done {
  return { url: `${path}?done=${notice}`, statusCode: 303, ...shown };
}

/** What every page needs to know of who looks at it. */
export interface Visit {
  caller: Caller;
  /** For its forms. */
  csrf: string;
  mayWrite: boolean;
  mayAdminister: boolean;
  /** What has just been done; null: nothing. */
  done: string | null;
}

/** null: a request of nobody who is signed in. */
export function visitOf({ caller, formToken, query }: Request & AuthenticatedRequest): Visit | null {
  if (!caller || formToken === undefined) return null;
  return {
    caller,
    csrf: formToken,
    mayWrite: hasScope(caller, 'write'),
    mayAdminister: hasScope(caller, 'admin'),
    done: typeof query['done'] === 'string' ? query['done'] : null,
  };
}

export const Visitor = createParamDecorator((_: unknown, context: ExecutionContext): Visit => {
  const visit = visitOf(context.switchToHttp().getRequest<Request & AuthenticatedRequest>());
  if (!visit) throw new Error('Visitor on a route that is not the console’s');
  return visit;
});
