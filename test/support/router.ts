import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { type PUBLIC, SCOPE_METADATA } from '../../src/auth/auth.decorators.js';
import type { Scope } from '../../src/auth/scope.js';

/** A route as Express holds it, with what its handler declares; `operationId` null: not in the document. */
export interface RouterRoute {
  method: string;
  /** `/api/v1/facilities/:facilityId` */
  path: string;
  /** undefined: nothing; null: it is no controller's. */
  declared: Scope | typeof PUBLIC | undefined | null;
  operationId: string | null;
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

type Handler = Pick<RouterRoute, 'declared' | 'operationId'> & { place: string };

/** Nest registers a middleware for every method there is. */
const ANY_METHOD = 20;

/**
 * What the running application's router would take, read from Express itself and from no list or document. Middleware is left out; a
 * handler of a controller that the router does not have is an error.
 */
export function routesOfRouter(app: INestApplication): RouterRoute[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  const handlers = new Map(handlersOf(app).map(handler => [handler.place, handler]));
  const places = new Set(placesIn(router.stack));
  const routes = [...places].map(place => {
    const [method = '', path = ''] = place.split(' ');
    const known = handlers.get(place);
    handlers.delete(place);
    return { method, path, declared: known ? known.declared : null, operationId: known?.operationId ?? null };
  });
  if (handlers.size > 0) throw new Error(`No such route in the router: ${[...handlers.keys()].join(', ')}`);
  return routes;
}

function placesIn(stack: Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (!route) return handle?.stack ? placesIn(handle.stack) : [];
    const methods = Object.keys(route.methods);
    if (methods.length > ANY_METHOD) return [];
    return methods.map(method => `${method.toUpperCase()} ${withoutLastSlash(route.path)}`);
  });
}

function handlersOf(app: INestApplication): Handler[] {
  const reflector = app.get(Reflector);
  const controllers = [...app.get(ModulesContainer).values()].flatMap(module =>
    [...module.controllers.values()].map(({ metatype }) => metatype as Type),
  );
  return controllers.flatMap(controller => {
    const { prototype } = controller as { prototype: Record<string, unknown> };
    const methods = Object.getOwnPropertyNames(prototype).map(name => prototype[name]);
    return methods.filter(isHandler).map(handler => {
      const parts = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)] as string[];
      const path = parts.map(part => part.replace(/^\/|\/$/g, '')).filter(part => part !== '');
      const prefix = /^(health|metrics|console(\/.+)?)$/.test(path[0] ?? '') ? '' : '/api/v1';
      return {
        place: `${RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod]} ${[prefix, ...path].join('/')}`,
        declared: reflector.getAllAndOverride<Scope | typeof PUBLIC | undefined>(SCOPE_METADATA, [handler, controller]),
        operationId: reflector.get<{ operationId?: string } | undefined>('swagger/apiOperation', handler)?.operationId ?? null,
      };
    });
  });
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what Nest's reflector takes
function isHandler(value: unknown): value is Function & (() => unknown) {
  return typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value);
}

function withoutLastSlash(path: string): string {
  return path.replace(/(?<=.)\/$/, '');
}
