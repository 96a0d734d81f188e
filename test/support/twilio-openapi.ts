import fs from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Schema = Record<string, unknown>;
interface Parameter {
  in: 'path' | 'query';
  name: string;
  required?: boolean;
  schema: Schema;
}
interface Operation {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema & { properties: Record<string, Schema>; required: string[] } }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, { get: Operation; post: Operation & { 'x-twilio': { conditional: string[][] } } }>;
  components: { schemas: Record<string, Schema> };
}

const PATH = '/2010-04-01/Accounts/{AccountSid}/Messages.json';
const FORM = 'application/x-www-form-urlencoded';

const document = JSON.parse(fs.readFileSync(new URL('twilio-openapi.json', import.meta.url), 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
// E.164; or, where it is a sender, a short code or an alphanumeric id.
ajv.addFormat('phone-number', /^(\+[1-9]\d{6,14}|\d{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11})$/);
ajv.addFormat('date-time-rfc-2822', /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
ajv.addFormat('currency', /^[A-Z]{3}$/);
ajv.addFormat('uri-map', true);
// Pages are named by their path.
ajv.addFormat('uri', (text: string) => URL.canParse(text, 'https://api.twilio.com'));
ajv.addSchema({ $id: 'twilio', components: document.components });
const compiled = new Map<Schema, ValidateFunction>();

/** What of a request does not fit Twilio's OpenAPI document. Values are never repeated. */
export function requestProblems(method: string, path: string, contentType: string | undefined, fields: URLSearchParams): string[] {
  const operations = document.paths[PATH];
  const account = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\.json$/.exec(path)?.[1];
  if (!operations || account === undefined) return [`${method}: the path is not documented`];
  const operation = method === 'POST' ? operations.post : method === 'GET' ? operations.get : null;
  if (!operation) return [`${method} is not documented`];
  const inPath = operation.parameters.filter(parameter => parameter.in === 'path').flatMap(({ schema }) => problems(schema, account));
  if (method === 'GET') {
    const known = Object.fromEntries(operation.parameters.filter(p => p.in === 'query').map(({ name, schema }) => [name, schema]));
    return [...inPath, ...fieldProblems(fields, known)];
  }
  const body = operation.requestBody?.content[FORM]?.schema;
  if (contentType?.split(';', 1)[0] !== FORM || !body) return [...inPath, 'POST: the content type is not documented'];
  const missing = body.required.filter(name => !fields.has(name)).map(name => `${name} is required`);
  return [
    ...inPath,
    ...missing,
    ...conditionProblems(fields, operations.post['x-twilio'].conditional),
    ...fieldProblems(fields, body.properties),
  ];
}

/** What of an answer does not fit it: the fake is held to the same document. */
export function answerProblems(method: string, status: number, body: unknown): string[] {
  const schema = document.paths[PATH]?.[method === 'POST' ? 'post' : 'get'].responses[String(status)]?.content['application/json']?.schema;
  return schema ? problems(schema, body) : [`${method} ${status} is not documented`];
}

/** `from` or `messaging_service_sid`; `body`, `media_url` or `content_sid`. */
function conditionProblems(fields: URLSearchParams, conditions: string[][]): string[] {
  const parameterOf = (name: string): string => name.replace(/(^|_)([a-z])/g, (_, _before, letter: string) => letter.toUpperCase());
  return conditions
    .filter(names => !names.some(name => fields.has(parameterOf(name))))
    .map(names => `one of ${names.join(', ')} is required`);
}

function fieldProblems(fields: URLSearchParams, schemas: Record<string, Schema>): string[] {
  return [...new Set(fields.keys())].flatMap(name => {
    const schema = schemas[name];
    if (!schema) return [`${name} is not documented`];
    const values = fields.getAll(name);
    if (values.length > 1 && schema['type'] !== 'array') return [`${name} is repeated`];
    const value = schema['type'] === 'array' ? values : schema['type'] === 'integer' ? Number(values[0]) : values[0];
    return problems(schema, value).map(problem => `${name}: ${problem}`);
  });
}

function problems(schema: Schema, value: unknown): string[] {
  const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"twilio#/components/')) as Schema;
  const validate = compiled.get(schema) ?? ajv.compile(rooted);
  compiled.set(schema, validate);
  return validate(value) ? [] : (validate.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`.trim());
}
