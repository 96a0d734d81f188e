/** Of an OpenAPI document, what is looked at. */
export interface Documented {
  paths: Record<string, object>;
}

export interface DocumentedParameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Record<string, unknown>;
}

/** What is looked at of an operation, and changed in place. */
export interface DocumentedOperation {
  operationId: string;
  tags?: string[];
  description?: string;
  parameters?: DocumentedParameter[];
  requestBody?: { content: Record<string, { example?: unknown; examples?: unknown }> };
}

/** The operations of a path, by method. */
export function operationsAt(document: Documented, path: string): DocumentedOperation[] {
  return Object.values(document.paths[path] ?? {}) as DocumentedOperation[];
}

export function operationsOf(document: Documented): DocumentedOperation[] {
  return Object.keys(document.paths).flatMap(path => operationsAt(document, path));
}
