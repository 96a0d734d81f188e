import { readFileSync } from 'node:fs';
import { NotFoundException, type INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { load } from 'js-yaml';
import { withSteadyEnums } from './docs/enum-rules.js';
import { freshKey, withExamples } from './docs/example-rules.js';
import { INVENTED } from './docs/example-values.js';
import { tagJourneys } from './docs/tag-rules.js';
import { documentRules } from './document-bounds.js';
import { documentVersions } from './document-versions.js';
import { demoExamples } from './start/demo-examples.js';
import { ShownDemo } from './start/shown-demo.js';

const DESCRIPTION = `The hub between the Bot MD chat platform and the scheduling systems of hospitals.

**Begin here.** Press *Authorize* and give an API key; \`npm start\` without any configuration prints one for its demo facility. Then open a journey below
and go through its steps with *Execute*: on that start every example is something that the demo facility has at the moment at which this page was loaded.
Load it again for fresh ones, for instance when an example's slot is taken. A new \`Idempotency-Key\` is sent each time in place of the example.

Errors are RFC 9457 problem documents: branch on \`code\`. Say why you read a patient's data in the header \`Audit-Reason\`, and it is in the audit log.
Lists answer \`{data, nextCursor}\`. What is read bears an \`ETag\`: sent back as \`If-None-Match\`, it is answered 304 while nothing has changed. Times are ISO 8601 with offset.

What a hospital's scheduling system offers the hub, and what it sends, is a document of its own: [Scheduling system API](/docs/scheduler-api)
([YAML](/docs/scheduler-api.yaml), [JSON](/docs/scheduler-api.json)). For people there is [the console](/console).`;

const KEY_HINT = `An API key. The zero-configuration start prints one, "Demo API key", for all journeys of its demo facility; what needs an admin
(403 \`scope-missing\` with another key) takes the \`ADMIN_API_KEY\` of its \`.data/keys.json\`.`;

/** Pages and documents, and what is below them. */
const DOCS = /^\/docs([-/]|$)/i;

/** Written by hand, for the vendors who implement it; beside `src/` and `dist/` alike. */
const SCHEDULER_API = new URL('../docs/scheduler-api.yaml', import.meta.url);

/** The OpenAPI 3.1 document of the whole API. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bot MD hub')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setExternalDoc("What a hospital's scheduling system offers and sends", '/docs/scheduler-api')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_HINT })
    .build();
  const document = tagJourneys(documentVersions(documentRules(withSteadyEnums(SwaggerModule.createDocument(app, config)))));
  return withExamples(document, INVENTED);
}

/**
 * Swagger UI at `/docs`, the document at `/docs-json`; made at the first request, not at the start. The hospitals' side of it is at
 * `/docs/scheduler-api`: to be read, for the servers that it describes are not the hub's to try.
 */
export function setUpDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    patchDocumentOnRequest: (_request, _response, document) => withDemo(app, document),
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      docExpansion: 'none',
      displayOperationId: true,
      defaultModelsExpandDepth: 0,
      requestInterceptor: freshKey,
    },
  });
  SwaggerModule.setup('docs/scheduler-api', app, schedulerApiDocument, {
    jsonDocumentUrl: 'docs/scheduler-api.json',
    yamlDocumentUrl: 'docs/scheduler-api.yaml',
    customSiteTitle: 'Scheduling system API',
    swaggerOptions: { supportedSubmitMethods: [], showExtensions: true },
  });
  // Nest answers unknown routes below its own prefix alone.
  (app as NestExpressApplication).use((request: Request, _response: Response, next: NextFunction) => {
    next(DOCS.test(request.path) ? new NotFoundException() : undefined);
  });
}

/** On the zero-configuration start the examples are what the demo facility has at this moment. */
async function withDemo(app: INestApplication, document: OpenAPIObject): Promise<OpenAPIObject> {
  const { facilityId } = app.get(ShownDemo);
  return facilityId === null ? document : withExamples(document, await demoExamples(app, facilityId));
}

/** The OpenAPI 3.1 document of what a hospital offers and sends. */
function schedulerApiDocument(): OpenAPIObject {
  return load(readFileSync(SCHEDULER_API, 'utf8')) as OpenAPIObject;
}

/** The types and comments of the DTOs, as the build found them (`metadata.ts`). Before the first document is made. */
export async function loadPluginMetadata(): Promise<void> {
  const { default: metadata } = await import('./metadata.js');
  await SwaggerModule.loadPluginMetadata(metadata);
}
