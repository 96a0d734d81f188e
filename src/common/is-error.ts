/** Also of another realm, as a socket's errors may be: no `instanceof` holds of those. What `Error.isError` says, where it is there. */
export function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}
