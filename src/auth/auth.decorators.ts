import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Caller, Scope } from './scope.js';

export const SCOPE_METADATA = 'hub:scope';
export const PUBLIC = 'public';

/** The scope a route needs. A route without one is refused to everybody. */
export const RequireScope = (scope: Scope): MethodDecorator & ClassDecorator => SetMetadata(SCOPE_METADATA, scope);

/** A route that needs no API key. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(SCOPE_METADATA, PUBLIC);

export const CONSOLE_METADATA = 'hub:console';

/** Routes of the console: whoever calls is known by its session, not by a key; and no session is of use anywhere else. */
export const ForConsole = (): ClassDecorator => SetMetadata(CONSOLE_METADATA, true);

/** The request as the guard leaves it. */
export interface AuthenticatedRequest {
  headers: Record<string, string | string[] | undefined>;
  caller?: Caller;
  /** What the forms of a page for this session must bring along. */
  formToken?: string;
}

/** Who calls, as the guard found. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw new Error('CurrentCaller on a route without a scope');
  return caller;
});
